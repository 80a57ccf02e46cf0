import { CTraderError } from '../errors.ts'
import type { MethodName } from '../protocol/methods.ts'
import type { ConnectionFacts } from './requests.ts'

/** The connection is gone; `delivery` is that of what waited for it. */
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

/** A request that was sent and cannot be answered any more. */
export function lostRequest(
  method: MethodName,
  kind: 'query' | 'command',
  { cause }: ConnectionFacts,
): CTraderError<'connection-lost'> {
  const advice =
    kind === 'command'
      ? 'It may have taken effect: connect again and take a snapshot before sending another.'
      : 'Connect and ask again.'
  return new CTraderError(
    'connection-lost',
    `The connection was lost before ${method} was answered. ${advice}`,
    { delivery: 'unknown' },
    { cause, retryable: kind === 'query' },
  )
}
