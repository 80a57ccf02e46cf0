import { type AnyCTraderError, CTraderError, isCTraderError } from '../errors.ts'
import type { MethodName } from '../protocol/methods.ts'

/** The link is gone. */
export function lost(
  what: string,
  delivery: 'not-sent' | 'unknown',
  cause?: unknown,
): CTraderError<'connection-lost'> {
  return new CTraderError(
    'connection-lost',
    `The connection is gone: ${what}. Connect again.`,
    { delivery },
    { cause },
  )
}

/** A request was written and its answer will not come. */
export function lostRequest(
  method: MethodName,
  kind: 'query' | 'command',
  cause: unknown,
): CTraderError<'connection-lost'> {
  const advice =
    kind === 'command'
      ? 'It may have taken effect: take a snapshot on a new connection before sending another.'
      : 'Ask again.'
  return new CTraderError(
    'connection-lost',
    `The connection was lost before ${method} was answered. ${advice}`,
    { delivery: 'unknown' },
    { cause, retryable: kind === 'query' },
  )
}

/** A request was never written. */
export function notSent(method: MethodName, why: string, cause?: unknown): CTraderError<'connection-lost'> {
  return new CTraderError(
    'connection-lost',
    `${method} was not sent: ${why}.`,
    { delivery: 'not-sent' },
    { cause },
  )
}

/** A command was taken back before it was written. */
export function withdrawn(method: MethodName): CTraderError<'withdrawn'> {
  return new CTraderError(
    'withdrawn',
    `${method} was taken back while it waited for its turn. Decide anew.`,
    { method, delivery: 'not-sent' },
  )
}

/** What ended a connection, as an error of ours. */
export function asLoss(cause: unknown): AnyCTraderError {
  if (isCTraderError(cause)) return cause
  return lost(cause instanceof Error ? cause.message : String(cause), 'unknown', cause)
}

/** The server names its reason when it has shut the application out; then coming back makes it worse. */
const SHUT_OUT = /block|banned/i

/** Whether coming back is of no use: also when a request of the login tells of it. */
export function isFinal(error: CTraderError): boolean {
  if (error.code === 'token-invalid') return true
  if (!isCTraderError(error, 'connection-lost')) return false
  return SHUT_OUT.test(error.message) || (isCTraderError(error.cause) && isFinal(error.cause))
}
