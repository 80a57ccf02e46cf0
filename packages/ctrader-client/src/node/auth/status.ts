import { randomBytes } from 'node:crypto'
import { stat } from 'node:fs/promises'
import { fingerprintOf, type Secret } from '../../oauth/secret.ts'
import { envValue } from '../env-file.ts'
import { refreshLockFile } from '../refresh-lock-file.ts'
import { type AuthSettings, TOKEN_LINES } from './settings.ts'
import { differingLines } from './sync.ts'

/** One secret as it may be shown. */
export interface SecretStatus {
  readonly name: string
  readonly set: boolean
  /** Number of characters. */
  readonly length?: number
  /** Tells equal from different; salted for this machine. */
  readonly fingerprint?: string
}

/** What can be said of the login without telling a secret. */
export interface AuthStatus {
  /** `login-needed` when there is none, or its refresh token must not be sent any more. */
  readonly verdict: 'valid' | 'expired' | 'refreshing' | 'login-needed' | 'out-of-sync'
  /** Why, and what to do; absent when valid. */
  readonly advice?: string
  readonly secrets: readonly SecretStatus[]
  readonly tokenFile: string
  readonly generation?: number
  /** Milliseconds since 1970. */
  readonly expiresAt?: number
  readonly envFile: string
  /** Token lines of the `.env` file that hold something else than the stored tokens. */
  readonly differing: readonly string[]
  /** Others can read the `.env` file. */
  readonly envFileOpen: boolean
}

/** Looks at settings, token file and `.env`. @throws CTraderError `state-unavailable`, `state-damaged` */
export async function authStatus(settings: AuthSettings, now: () => number = Date.now): Promise<AuthStatus> {
  const { clientId, clientSecret, envFile, tokens } = settings
  const record = await tokens.load()
  const salt = (await tokens.salt()) ?? Uint8Array.from(randomBytes(16))
  const named: readonly (readonly [string, Secret | undefined])[] = [
    ['CTRADER_CLIENT_ID', clientId],
    ['CTRADER_CLIENT_SECRET', clientSecret],
    ['access token', record?.accessToken],
    ['refresh token', record?.refreshToken],
    ...TOKEN_LINES.map(name => [`${name} in .env`, envValue(envFile, name)] as const),
  ]
  const secrets = await Promise.all(named.map(([name, secret]) => secretStatus(name, secret, salt)))
  // A .env without a token line has nothing that could be out of date.
  const differing =
    record === undefined
      ? []
      : differingLines(settings, record).filter(name => envValue(envFile, name) !== undefined)
  return {
    ...(await judge(settings, differing, now())),
    secrets,
    tokenFile: tokens.path,
    ...(record === undefined ? {} : { generation: record.generation, expiresAt: record.expiresAt }),
    envFile: envFile.path,
    differing,
    envFileOpen: envFile.exists && (await isOpen(envFile.path)),
  }
}

async function secretStatus(
  name: string,
  secret: Secret | undefined,
  salt: Uint8Array<ArrayBuffer>,
): Promise<SecretStatus> {
  if (secret === undefined) return { name, set: false }
  return { name, set: true, length: secret.length, fingerprint: await fingerprintOf(secret, salt) }
}

async function judge(
  { tokens }: AuthSettings,
  differing: readonly string[],
  now: number,
): Promise<Pick<AuthStatus, 'verdict' | 'advice'>> {
  const record = await tokens.load()
  if (record === undefined)
    return { verdict: 'login-needed', advice: 'No tokens are stored. Log in: ctrader auth login.' }
  const state = await refreshLockFile(tokens.path).inspect(record.generation)
  if (state.type === 'spent')
    return {
      verdict: 'login-needed',
      advice:
        state.outcome === 'refused'
          ? 'The broker refused the refresh token. Log in: ctrader auth login.'
          : `A refresh by ${state.owner} ended without an answer. Log in: ctrader auth login.`,
    }
  if (state.type === 'held') return { verdict: 'refreshing', advice: `${state.owner} is refreshing.` }
  if (record.expiresAt <= now)
    return { verdict: 'expired', advice: 'The access token has expired. Refresh: ctrader auth refresh.' }
  if (differing.length > 0)
    return {
      verdict: 'out-of-sync',
      advice: `${differing.join(' and ')} in .env: an older grant. Update: ctrader auth sync --update-env.`,
    }
  return { verdict: 'valid' }
}

async function isOpen(path: string): Promise<boolean> {
  if (process.platform === 'win32') return false
  return ((await stat(path)).mode & 0o077) !== 0
}
