import { type UnixMs, unixMs } from '@openclaw-trading/trading-model'
import { type AnyCTraderError, CTraderError, type Delivery, isCTraderError } from '../errors.ts'
import { safeUrl } from './authorize-url.ts'
import type { TokenGrant } from './grant.ts'
import { Secret, scrub } from './secret.ts'

/** Where the broker exchanges codes and refresh tokens. */
export const TOKEN_URL = 'https://openapi.ctrader.com/apps/token'

/** The application, and how to reach the broker's token endpoint. */
export interface TokenEndpoint {
  readonly clientId: string
  readonly clientSecret: Secret
  /** Another address than {@link TOKEN_URL}: a simulator's. https, or http on this machine. */
  readonly tokenUrl?: string
  /** Wall time for the answer. Default 15,000. */
  readonly timeoutMs?: number
  /** Default: the platform's. */
  readonly fetch?: typeof fetch
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: () => number
}

/** Largest answer that is read; a real one has some 300 bytes. */
const MAX_ANSWER_BYTES = 65_536
const DEFAULT_TIMEOUT_MS = 15_000
/** Ten years: beyond it a lifetime is a mistake of units. */
const MAX_LIFE_S = 315_360_000

/**
 * Exchanges an authorisation code, which lives one minute and can be used once.
 *
 * @throws {@link CTraderError} `token-invalid`, `request-refused`, `connection-lost`, `request-timeout`, `rate-limited`,
 *   `under-maintenance`, `protocol-violation`, `invalid-argument`; none carries a secret
 */
export function exchangeCode(
  endpoint: TokenEndpoint,
  request: { readonly code: Secret; readonly redirectUri: string },
): Promise<TokenGrant> {
  return ask(endpoint, 'the exchange of the code', request.code, {
    grant_type: 'authorization_code',
    code: request.code.reveal(),
    redirect_uri: request.redirectUri,
  })
}

/** Trades a refresh token for a new pair, once; the old pair ends. @throws the errors of {@link exchangeCode} */
export function refreshGrant(endpoint: TokenEndpoint, refreshToken: Secret): Promise<TokenGrant> {
  return ask(endpoint, 'the refresh', refreshToken, {
    grant_type: 'refresh_token',
    refresh_token: refreshToken.reveal(),
  })
}

async function ask(
  endpoint: TokenEndpoint,
  what: string,
  secret: Secret,
  query: Readonly<Record<string, string>>,
): Promise<TokenGrant> {
  const { clientId, clientSecret, now = Date.now } = endpoint
  // The broker takes secrets in the query alone; so nothing below may tell the address.
  const url = safeUrl(endpoint.tokenUrl ?? TOKEN_URL, 'tokenUrl')
  const parameters = { ...query, client_id: clientId, client_secret: clientSecret.reveal() }
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value)
  const askedAt = unixMs(Math.trunc(now()))
  const { status, text } = await send(endpoint, url, what)
  return grantOf(text, { status, what, askedAt, secrets: [secret, clientSecret] })
}

async function send(
  endpoint: TokenEndpoint,
  url: URL,
  what: string,
): Promise<{ readonly status: number; readonly text: string }> {
  const timeoutMs = endpoint.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const signal = AbortSignal.timeout(timeoutMs)
  try {
    const fetchIt = endpoint.fetch ?? fetch
    const response = await fetchIt(url, {
      headers: { accept: 'application/json' },
      redirect: 'error',
      referrerPolicy: 'no-referrer',
      credentials: 'omit',
      signal,
    })
    return { status: response.status, text: await readText(response) }
  } catch (error) {
    if (signal.aborted)
      throw new CTraderError(
        'request-timeout',
        `${url.host} did not answer ${what} within ${timeoutMs} ms; it may have acted on it. Log in again if the tokens are refused.`,
        { method: 'token', timeoutMs, delivery: 'unknown' },
      )
    const reason = reasonOf(error)
    const delivery: Delivery = NOT_SENT.test(reason) ? 'not-sent' : 'unknown'
    // Without its cause on purpose: errors of some platforms repeat the address, and with it the secrets.
    throw new CTraderError(
      'connection-lost',
      `No answer of ${url.host} to ${what} (${reason}). Check the network and the address.`,
      { delivery },
    )
  }
}

const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$|CERT/

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined
  for (const each of [error, cause]) {
    const code = each instanceof Error && 'code' in each ? each.code : undefined
    if (typeof code === 'string' && /^[A-Z_]{2,60}$/.test(code)) return code
  }
  return 'connection failed'
}

async function readText(response: Response): Promise<string> {
  const reader = response.body?.getReader()
  if (reader === undefined) return ''
  const decoder = new TextDecoder()
  let text = ''
  for (let bytes = 0; ; ) {
    const { done, value } = await reader.read()
    if (done) return text + decoder.decode()
    bytes += value.length
    if (bytes > MAX_ANSWER_BYTES) {
      await reader.cancel()
      // Too long to be one: read as far as it went, it will not parse.
      return text
    }
    text += decoder.decode(value, { stream: true })
  }
}

interface AnswerContext {
  readonly status: number
  readonly what: string
  readonly askedAt: UnixMs
  readonly secrets: readonly Secret[]
}

/** The broker may refuse with status 200, and names every field twice: `accessToken` and `access_token`. */
function grantOf(text: string, context: AnswerContext): TokenGrant {
  const answer = parse(text)
  const field = (camel: string, snake: string): unknown => answer?.[camel] ?? answer?.[snake]
  const code = field('errorCode', 'error_code') ?? answer?.['error']
  if (code !== undefined && code !== null && code !== '') {
    const description = field('description', 'error_description')
    throw refusal(String(code), typeof description === 'string' ? description : '', context)
  }
  if (context.status !== 200) throw refusal(`HTTP_${context.status}`, '', context)
  const accessToken = field('accessToken', 'access_token')
  const refreshToken = field('refreshToken', 'refresh_token')
  const life = Number(field('expiresIn', 'expires_in'))
  if (!isToken(accessToken) || !isToken(refreshToken) || !(life > 0 && life <= MAX_LIFE_S))
    throw new CTraderError(
      'protocol-violation',
      `The answer to ${context.what} is no pair of tokens with a lifetime. Check the address of the token endpoint.`,
      {},
    )
  return {
    accessToken: new Secret(accessToken),
    refreshToken: new Secret(refreshToken),
    issuedAt: context.askedAt,
    expiresAt: unixMs(context.askedAt + Math.floor(life * 1000)),
  }
}

function parse(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}

/** Tells whether a value can be a token: visible ASCII without quotes and backslash, of a sane length. */
export function isToken(value: unknown): value is string {
  return typeof value === 'string' && /^[!#-&(-[\]-_a-~]{1,4096}$/.test(value)
}

const RETRY_AFTER_MS = 60_000
const CLIENT_CODES = new Set(['CH_CLIENT_AUTH_FAILURE', 'CH_OA_CLIENT_NOT_FOUND', 'invalid_client'])
const TOKEN_CODES = new Set([
  'CH_ACCESS_TOKEN_INVALID',
  'OA_AUTH_TOKEN_EXPIRED',
  'ACCESS_DENIED',
  'INVALID_GRANT',
  'invalid_grant',
])

function refusal(serverCode: string, description: string, context: AnswerContext): AnyCTraderError {
  const shown = /^\w{1,80}$/.test(serverCode) ? serverCode : 'an unreadable code'
  const told = printable(scrub(description, context.secrets))
  const said = told === '' ? shown : `${shown} (${told})`
  const prefix = `The broker refused ${context.what}: ${said}.`
  if (CLIENT_CODES.has(serverCode))
    return new CTraderError('token-invalid', `${prefix} Check the client id and the client secret.`, {
      accountIds: [],
      serverCode: shown,
    })
  if (TOKEN_CODES.has(serverCode))
    return new CTraderError('token-invalid', `${prefix} Log in again.`, { accountIds: [], serverCode: shown })
  if (context.status === 429 || serverCode === 'REQUEST_FREQUENCY_EXCEEDED')
    return new CTraderError('rate-limited', `${prefix} Ask again in a minute.`, {
      retryAfterMs: RETRY_AFTER_MS,
    })
  if (serverCode === 'SERVER_IS_UNDER_MAINTENANCE')
    return new CTraderError('under-maintenance', `${prefix} Ask again later.`, {})
  return new CTraderError('request-refused', `${prefix} Ask again later; if it stays, log in again.`, {
    method: 'token',
    serverCode: shown,
    delivery: 'refused',
    ...(told === '' ? {} : { description: told }),
  })
}

function printable(text: string): string {
  return text.replaceAll(/[^\x20-\x7e]/g, ' ').slice(0, 200)
}

/** What a failed refresh means for its refresh token. */
export type RefreshOutcome = 'not-used' | 'refused' | 'unknown'

/** Tells whether a refresh token can be sent again after a failure; in doubt it cannot. */
export function refreshOutcome(error: unknown): RefreshOutcome {
  if (!isCTraderError(error)) return 'unknown'
  switch (error.code) {
    case 'token-invalid':
      return CLIENT_CODES.has(error.details.serverCode ?? '') ? 'not-used' : 'refused'
    case 'invalid-argument':
    case 'rate-limited':
    case 'under-maintenance':
      return 'not-used'
    case 'connection-lost':
    case 'request-timeout':
      return error.details.delivery === 'unknown' ? 'unknown' : 'not-used'
    case 'request-refused':
      // A gateway that gives up (502, 504) does not know what the server behind it did.
      return /^HTTP_5/.test(error.details.serverCode) ? 'unknown' : 'not-used'
    default:
      return 'unknown'
  }
}
