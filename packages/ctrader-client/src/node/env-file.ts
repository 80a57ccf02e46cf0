import { readFile } from 'node:fs/promises'
import { Secret } from '../oauth/secret.ts'
import { codeOf, replaceFile, unavailable } from './durable-file.ts'

/** A `.env` file: read for settings, changed line by line. */
export interface EnvFile {
  readonly path: string
  /** Every byte as one character, so that what is not ours stays as it is. */
  readonly text: string
  readonly exists: boolean
}

/** Reads a `.env` file; a missing one is empty. @throws CTraderError `state-unavailable` */
export async function readEnvFile(path: string): Promise<EnvFile> {
  try {
    return { path, text: await readFile(path, 'latin1'), exists: true }
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return { path, text: '', exists: false }
    throw unavailable(path, 'read', cause)
  }
}

/** The value of a line, as the usual readers of such files see it: the last one counts, quotes are not part of it. */
export function envValue({ text }: EnvFile, name: string): Secret | undefined {
  const values = [...text.matchAll(lineOf(name))].map(match => unquote(match[2] ?? ''))
  const last = values.at(-1)
  return last === undefined || last === '' ? undefined : new Secret(last)
}

/** Sets values where their lines stand, or appends them, and every other byte stays. The values are tokens. */
export function setEnvValues(text: string, values: Readonly<Record<string, Secret>>): string {
  const newline = text.includes('\r\n') ? '\r\n' : '\n'
  let result = text
  for (const [name, value] of Object.entries(values)) {
    let found = false
    result = result.replaceAll(lineOf(name), (_line, head: string, old: string, tail: string) => {
      found = true
      const quote = /^(["'])[\s\S]*\1$/.exec(old)?.[1] ?? quoteFor(value)
      const gap = tail.startsWith('#') ? ' ' : ''
      return `${head}${quote}${value.reveal()}${quote}${gap}${tail}`
    })
    if (found) continue
    const gap = result === '' || result.endsWith('\n') ? '' : newline
    const quote = quoteFor(value)
    result += `${gap}${name}=${quote}${value.reveal()}${quote}${newline}`
  }
  return result
}

/** Shells and readers give these signs a meaning; a token has no quotes in it. */
function quoteFor(value: Secret): string {
  return /^[\w.~+/=:@%-]*$/.test(value.reveal()) ? '' : "'"
}

/** Writes a changed text: mode 600, as a whole. @throws CTraderError `state-unavailable` */
export async function writeEnvFile(path: string, text: string): Promise<void> {
  await replaceFile(path, Buffer.from(text, 'latin1'))
}

/** Head with the sign, value with its quotes, and what follows it: a comment, a carriage return. */
function lineOf(name: string): RegExp {
  return new RegExp(
    `^([ \\t]*(?:export[ \\t]+)?${name}[ \\t]*=[ \\t]*)("[^"\\r\\n]*"|'[^'\\r\\n]*'|[^\\s#"'][^\\s]*|)([ \\t]*(?:#[^\\r\\n]*)?\\r?)$`,
    'gm',
  )
}

function unquote(value: string): string {
  return /^(["'])([\s\S]*)\1$/.exec(value)?.[2] ?? value
}
