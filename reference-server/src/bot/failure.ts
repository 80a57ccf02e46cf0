import { EngineError } from '@openclaw-trading/bot-engine'
import { errorCode, exitCodeOf } from '../exit-codes.ts'

/** A failure of a bot, told to its worker and to the shell. */
export interface BotFailure {
  readonly code: string
  /** Complete, for people; no stack. */
  readonly message: string
  readonly exitCode: number
}

/** Server codes by which cTrader refuses a login, an application or a token. */
const LOGIN_CODES =
  /CH_CLIENT_AUTH_FAILURE|CH_CLIENT_NOT_AUTHENTICATED|CH_ACCESS_TOKEN_INVALID|INVALID_ACCESS_TOKEN|ACCESS_DENIED|CH_CTID_TRADER_ACCOUNT_NOT_FOUND|ACCOUNT_NOT_AUTHORIZED|OA_AUTH_TOKEN_EXPIRED/

/** Puts a failure into words: what happened, with values, and what to do. */
export function describeFailure(error: unknown): BotFailure {
  const known = errorCode(error)
  const text = error instanceof Error ? error.message : String(error)
  if (known === undefined)
    return {
      code: 'unexpected',
      message: `[unexpected] ${text}. This is a bug; DEBUG=claw:* shows where.`,
      exitCode: 1,
    }
  if (refusedLogin(error))
    return {
      code: 'login-refused',
      message: `[login-refused] The venue refused the login: ${withoutCode(text)} Check client id, secret, access token and account.`,
      exitCode: 7,
    }
  const cause =
    error instanceof Error && error.cause instanceof Error && known === 'handler-failed'
      ? error.cause
      : undefined
  const message =
    cause === undefined || text.includes(cause.message) ? text : `${text} (${cause.name}: ${cause.message})`
  return { code: known, message, exitCode: exitCodeOf(error) }
}

function refusedLogin(error: unknown): boolean {
  for (let e = error, depth = 0; e instanceof Error && depth < 5; e = e.cause, depth++) {
    if (errorCode(e) === 'token-invalid') return true
    const details = 'details' in e ? JSON.stringify(e.details) : ''
    if (LOGIN_CODES.test(`${e.message} ${details}`)) return true
  }
  return false
}

function withoutCode(text: string): string {
  return text.replace(/^\[[a-z-]+\] /, '')
}

/** The broker's link is gone for good. */
export function connectionLost(environment: string): EngineError {
  return new EngineError(
    'broker-unavailable',
    `The connection to ${environment} was lost. The worker starts the bot again; positions keep their stops at the broker.`,
  )
}
