import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { unixMs } from '@openclaw-trading/trading-model'
import { CTraderError } from '../errors.ts'
import type { TokenRecord, TokenStore } from '../oauth/grant.ts'
import { Secret } from '../oauth/secret.ts'
import { isToken } from '../oauth/token.ts'
import { checkPrivate, codeOf, replaceFile, unavailable } from './durable-file.ts'

/** A token store in a file that its owner alone can read. */
export interface TokenFile extends TokenStore {
  /** Where it is. */
  readonly path: string
  /** Salt for fingerprints, made with the file; `undefined` before the first login. */
  salt(): Promise<Uint8Array<ArrayBuffer> | undefined>
}

interface FileContent {
  readonly record: TokenRecord
  readonly salt: string
}

/**
 * Keeps the pair in one file: mode 600, replaced as a whole, on disk before `save` resolves.
 *
 * Every `load` reads it, so all processes see the newest pair.
 *
 * @throws CTraderError `state-unavailable`, `state-damaged` from its methods
 */
export function tokenFile(path: string): TokenFile {
  const read = async (): Promise<FileContent | undefined> => {
    let text: string
    try {
      text = await readFile(path, 'utf8')
      await checkPrivate(path)
    } catch (error) {
      if (codeOf(error) === 'ENOENT') return undefined
      throw error instanceof CTraderError ? error : unavailable(path, 'read', error)
    }
    return contentOf(text, path)
  }
  return {
    path,
    load: async () => (await read())?.record,
    async salt() {
      const content = await read()
      return content === undefined ? undefined : Uint8Array.from(Buffer.from(content.salt, 'hex'))
    },
    async save(record) {
      const salt = (await read())?.salt ?? randomBytes(16).toString('hex')
      await replaceFile(path, textOf({ record, salt }))
    },
  }
}

function textOf({ record, salt }: FileContent): string {
  const { generation, accessToken, refreshToken, issuedAt, expiresAt } = record
  const content = {
    version: 1,
    generation,
    accessToken: accessToken.reveal(),
    refreshToken: refreshToken.reveal(),
    issuedAt,
    expiresAt,
    salt,
  }
  return `${JSON.stringify(content, null, 2)}\n`
}

/** Messages name the file and never what is in it; a parser's own message would quote it. */
function contentOf(text: string, path: string): FileContent {
  let value: Readonly<Record<string, unknown>> | undefined
  try {
    value = JSON.parse(text) as Record<string, unknown>
  } catch {
    value = undefined
  }
  const { version, generation, accessToken, refreshToken, issuedAt, expiresAt, salt } = value ?? {}
  const isCount = (number: unknown): number is number => Number.isSafeInteger(number) && Number(number) > 0
  if (
    version !== 1 ||
    !isCount(generation) ||
    !isToken(accessToken) ||
    !isToken(refreshToken) ||
    !isCount(issuedAt) ||
    !isCount(expiresAt) ||
    typeof salt !== 'string' ||
    !/^[0-9a-f]{32}$/.test(salt)
  )
    throw new CTraderError(
      'state-damaged',
      `${path} holds no tokens of this version. Move it away and log in again: ctrader auth login.`,
      { path },
    )
  return {
    salt,
    record: {
      generation,
      accessToken: new Secret(accessToken),
      refreshToken: new Secret(refreshToken),
      issuedAt: unixMs(issuedAt),
      expiresAt: unixMs(expiresAt),
    },
  }
}
