import { CTraderError } from '../../errors.ts'
import type { TokenRecord } from '../../oauth/grant.ts'
import { envValue, setEnvValues, writeEnvFile } from '../env-file.ts'
import { type AuthSettings, tokenLinesOf } from './settings.ts'

/** How the `.env` file stands to the stored tokens. */
export interface SyncReport {
  readonly envFile: string
  /** Names of the lines that differ from the stored tokens, or did before they were written. */
  readonly differing: readonly string[]
  readonly written: boolean
}

/** Compares the token lines of `.env` with the stored tokens, and with `update` writes them. @throws CTraderError `token-invalid`, `state-unavailable` */
export async function syncEnv(
  settings: AuthSettings,
  options: { readonly update: boolean },
): Promise<SyncReport> {
  const record = await settings.tokens.load()
  if (record === undefined) throw noTokens()
  const { envFile } = settings
  const differing = differingLines(settings, record)
  const written = options.update && differing.length > 0
  if (written) await writeEnvFile(envFile.path, setEnvValues(envFile.text, tokenLinesOf(envFile, record)))
  return { envFile: envFile.path, differing, written }
}

/** The token lines of `.env` that hold something else than the stored tokens. */
export function differingLines({ envFile }: AuthSettings, record: TokenRecord): readonly string[] {
  return Object.entries(tokenLinesOf(envFile, record))
    .filter(([name, token]) => envValue(envFile, name)?.equals(token) !== true)
    .map(([name]) => name)
}

/** Nobody has logged in yet. */
export function noTokens(): CTraderError<'token-invalid'> {
  return new CTraderError('token-invalid', 'No tokens are stored. Log in: ctrader auth login.', {
    accountIds: [],
    serverCode: 'NO_TOKENS',
  })
}
