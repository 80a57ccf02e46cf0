import { join, resolve } from 'node:path'
import { CTraderError } from '../../errors.ts'
import { AUTHORIZE_URL } from '../../oauth/authorize-url.ts'
import type { TokenRecord } from '../../oauth/grant.ts'
import { Secret } from '../../oauth/secret.ts'
import { refreshGrant, TOKEN_URL, type TokenEndpoint } from '../../oauth/token.ts'
import { createTokenSource, type TokenEvent, type TokenSource } from '../../oauth/token-source.ts'
import { type EnvFile, envValue, readEnvFile } from '../env-file.ts'
import { refreshLockFile } from '../refresh-lock-file.ts'
import { type TokenFile, tokenFile } from '../token-file.ts'

/** Where settings come from. */
export interface SettingsSource {
  /** Wins over the file. */
  readonly env: Readonly<Record<string, string | undefined>>
  readonly cwd: string
  /** Default `.env`. */
  readonly envFile?: string
}

/** The application, its addresses and the files of its tokens. */
export interface AuthSettings {
  readonly clientId: Secret | undefined
  readonly clientSecret: Secret | undefined
  readonly redirectUri: string
  readonly authorizeUrl: string
  readonly tokenUrl: string
  readonly tokens: TokenFile
  readonly envFile: EnvFile
}

const DEFAULTS = {
  redirectUri: 'http://127.0.0.1:8719/callback',
  tokenFile: join('.ctrader', 'tokens.json'),
}

/**
 * Reads `CTRADER_CLIENT_ID`, `CTRADER_CLIENT_SECRET`, `CTRADER_REDIRECT_URI`, `CTRADER_TOKEN_FILE`,
 * `CTRADER_AUTHORIZE_URL` and `CTRADER_TOKEN_URL` from the environment, else from the `.env` file.
 *
 * @throws CTraderError `state-unavailable`
 */
export async function readAuthSettings({ env, cwd, envFile }: SettingsSource): Promise<AuthSettings> {
  const file = await readEnvFile(resolve(cwd, envFile ?? '.env'))
  const value = (name: string): Secret | undefined => {
    const own = env[name]
    return own === undefined || own === '' ? envValue(file, name) : new Secret(own)
  }
  const text = (name: string, fallback: string): string => value(name)?.reveal() ?? fallback
  return {
    clientId: value('CTRADER_CLIENT_ID'),
    clientSecret: value('CTRADER_CLIENT_SECRET'),
    redirectUri: text('CTRADER_REDIRECT_URI', DEFAULTS.redirectUri),
    authorizeUrl: text('CTRADER_AUTHORIZE_URL', AUTHORIZE_URL),
    tokenUrl: text('CTRADER_TOKEN_URL', TOKEN_URL),
    tokens: tokenFile(resolve(cwd, text('CTRADER_TOKEN_FILE', DEFAULTS.tokenFile))),
    envFile: file,
  }
}

/** The application at the broker's token endpoint. @throws CTraderError `invalid-argument` when one part is not set */
export function tokenEndpointOf(settings: AuthSettings): TokenEndpoint {
  const { clientId, clientSecret, tokenUrl } = settings
  if (clientId === undefined) throw notSet('CTRADER_CLIENT_ID')
  if (clientSecret === undefined) throw notSet('CTRADER_CLIENT_SECRET')
  return { clientId: clientId.reveal(), clientSecret, tokenUrl }
}

function notSet(name: string): CTraderError<'invalid-argument'> {
  return new CTraderError(
    'invalid-argument',
    `${name} is not set. Put it into .env (mode 600): it stands on the page of your Open API application.`,
    { path: name, expected: 'the value of your Open API application' },
  )
}

/** A token source over the token file, with a refresh over HTTP. @throws CTraderError `invalid-argument` */
export function tokenSourceOf(settings: AuthSettings, onEvent?: (event: TokenEvent) => void): TokenSource {
  const endpoint = tokenEndpointOf(settings)
  return createTokenSource({
    store: settings.tokens,
    lock: refreshLockFile(settings.tokens.path),
    refresh: refreshToken => refreshGrant(endpoint, refreshToken),
    ...(onEvent === undefined ? {} : { onEvent }),
  })
}

/** Lines of the `.env` file that hold tokens. */
export const TOKEN_LINES = ['CTRADER_ACCESS_TOKEN', 'CTRADER_REFRESH_TOKEN'] as const

/** What the token lines should hold. */
export function tokenLinesOf(envFile: EnvFile, record: TokenRecord): Readonly<Record<string, Secret>> {
  const tokens = { CTRADER_ACCESS_TOKEN: record.accessToken, CTRADER_REFRESH_TOKEN: record.refreshToken }
  return Object.fromEntries(writtenLines(envFile).map(name => [name, tokens[name]]))
}

/** The token lines that are written. That of the refresh token is only where there is one already. */
export function writtenLines(envFile: EnvFile): readonly (typeof TOKEN_LINES)[number][] {
  const hasRefreshLine = envValue(envFile, 'CTRADER_REFRESH_TOKEN') !== undefined
  return TOKEN_LINES.filter(name => hasRefreshLine || name === 'CTRADER_ACCESS_TOKEN')
}
