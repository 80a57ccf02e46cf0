import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'

/** Names of settings whose values nobody may see; a file or address that a token comes from is none. */
const SECRET_NAME =
  /(?:SECRET|TOKEN|PASSW|PASSPHRASE|_PASS$|_PWD$|CREDENTIAL|PRIVATE|(?:API|ACCESS|AUTH)_?KEY)(?!.*_(?:FILE|PATH|DIR|URL|URI)$)/i
/** What is shorter is a word that stands elsewhere too. */
const LEAST_LENGTH = 6
const FILES = ['.env', join('.ctrader', 'tokens.json')]
const PASSWORD_IN_ADDRESS = /(\w:\/\/[^\s:/@]*):([^\s/@]+)@/g

/**
 * What takes secrets out of a text: values of the environment, of `.env` and of the token file whose names say so, and
 * passwords in addresses. For messages and stacks, which code of others may have written.
 */
export function redactor(
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): (text: string) => string {
  const settings = [env, ...FILES.map(file => settingsOf(join(cwd, file)))]
  // Longest first: one may be a part of another.
  const secrets = [...new Set(settings.flatMap(secretsOf).flatMap(writtenForms))].sort(
    (one, other) => other.length - one.length,
  )
  return text =>
    secrets
      .reduce((rest, secret) => rest.replaceAll(secret, REDACTED), text)
      .replace(PASSWORD_IN_ADDRESS, `$1:${REDACTED}@`)
}

const REDACTED = '[redacted]'

function secretsOf(settings: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(settings).flatMap(([name, value]) => {
    if (typeof value !== 'string') return []
    const passwords = [...value.matchAll(PASSWORD_IN_ADDRESS)].map(([, , password = '']) => password)
    const all = SECRET_NAME.test(name) ? [value, ...passwords] : passwords
    return all.filter(secret => secret.length >= LEAST_LENGTH)
  })
}

/** As it stands in a text, in JSON and in an address; and its lines, which a message may indent. */
function writtenForms(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map(line => line.trim())
  const all = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(wellFormed(secret)), ...lines]
  return all.filter(({ length }) => length >= LEAST_LENGTH)
}

/** Half a character, which a JSON file may hold, cannot stand in an address. */
function wellFormed(text: string): string {
  return text.replaceAll(/\p{Surrogate}/gu, '\ufffd')
}

function settingsOf(file: string): Readonly<Record<string, unknown>> {
  try {
    const text = readFileSync(file, 'utf8')
    return file.endsWith('.json') ? Object(JSON.parse(text)) : parseEnv(text)
  } catch {
    // Absent, or not ours to read: then nothing of it can stand in a text.
    return {}
  }
}
