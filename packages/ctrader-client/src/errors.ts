import type { AccountId, OrderId, PositionId, UnixMs } from '@openclaw-trading/trading-model'

/** Whether the server may have acted on the request. */
export type Delivery = 'not-sent' | 'refused' | 'unknown'

/** Facts behind each code of {@link CTraderError}, JSON-safe. */
export interface CTraderErrorDetails {
  /** Refused before sending; `path` names the field. */
  'invalid-argument': { readonly path: string; readonly expected: string }
  /** The link could not be made, broke, or was closed. */
  'connection-lost': { readonly delivery: Delivery }
  /** No answer in time, or none that says what became of it. A command is always `unknown`: look at the snapshot before sending another. */
  'request-timeout': {
    readonly method: string
    /** Ours; absent when the server has answered that it did not finish in time, or by an error without a reason. */
    readonly timeoutMs?: number
    /** What the server said; absent when it said nothing. */
    readonly serverCode?: string
    readonly delivery: 'unknown' | 'not-sent'
  }
  /** The server refused a query; its code is passed through unchanged. */
  'request-refused': {
    readonly method: string
    readonly serverCode: string
    readonly description?: string
    readonly delivery: 'refused'
  }
  /** The server refused an order command, by whatever message. */
  'order-rejected': {
    readonly serverCode: string
    readonly description?: string
    readonly orderId?: OrderId
    readonly positionId?: PositionId
    readonly delivery: 'refused'
  }
  /** A command that waited for its turn was taken back by its sender. */
  withdrawn: { readonly method: string; readonly delivery: 'not-sent' }
  /** The server blocks this kind of request for a while, or our own queue of waiting requests is full. */
  'rate-limited': {
    readonly retryAfterMs: number
    /** What the server said; absent when our own queue is full. */
    readonly serverCode?: string
  }
  'under-maintenance': { readonly endsAt?: UnixMs }
  /** The application or the account token was refused: authorise again. */
  'token-invalid': { readonly accountIds: readonly AccountId[]; readonly serverCode?: string }
  /** A file of ours cannot be read or written, or others can read it. */
  'state-unavailable': { readonly path: string }
  /** A file of ours does not hold what it should. */
  'state-damaged': { readonly path: string }
  /** The port for the answer to a login cannot be listened on. */
  'listen-failed': { readonly host: string; readonly port: number }
  /** A message that breaks the protocol, ours or theirs; never carries the payload. */
  'protocol-violation': { readonly payloadType?: number }
  /** The reader of a lossless stream was too slow. */
  'buffer-overflow': { readonly stream: string; readonly capacity: number }
}

/** Codes of {@link CTraderError}. */
export type CTraderErrorCode = keyof CTraderErrorDetails

function isRetryable<Code extends CTraderErrorCode>(code: Code, details: CTraderErrorDetails[Code]): boolean {
  switch (code) {
    case 'rate-limited':
    case 'under-maintenance':
      return true
    case 'connection-lost':
    case 'request-timeout':
      return (details as { delivery: Delivery }).delivery !== 'unknown'
    default:
      return false
  }
}

/**
 * The one error class of this package.
 *
 * The message starts with the code, says what happened with the values, and ends with what to do.
 */
export class CTraderError<Code extends CTraderErrorCode = CTraderErrorCode> extends Error {
  override readonly name = 'CTraderError'
  /** What went wrong, from a closed list. */
  readonly code: Code
  /** Facts behind the message. */
  readonly details: CTraderErrorDetails[Code]
  /** The same call may succeed later without a change by the caller and without the risk of acting twice. */
  readonly retryable: boolean

  /** Creates the error; `message` is written without the code. */
  constructor(
    code: Code,
    message: string,
    details: CTraderErrorDetails[Code],
    options?: ErrorOptions & { readonly retryable?: boolean },
  ) {
    super(`[${code}] ${message}`, options)
    this.code = code
    this.details = details
    this.retryable = options?.retryable ?? isRetryable(code, details)
  }
}

/** A {@link CTraderError} whose `details` narrow with its `code`. */
export type AnyCTraderError = { [C in CTraderErrorCode]: CTraderError<C> }[CTraderErrorCode]

/**
 * Whether the server may have acted on the request that failed with an error; `unknown` for an error of others.
 *
 * - `not-sent`: it has not left; sending it again is safe
 * - `refused`: the server has answered that it did nothing
 * - `unknown`: it may have acted; look at the account before sending another
 */
export function deliveryOf(error: unknown): Delivery {
  if (!isCTraderError(error)) return 'unknown'
  switch (error.code) {
    case 'invalid-argument':
      return 'not-sent'
    case 'rate-limited':
      return error.details.serverCode === undefined ? 'not-sent' : 'refused'
    case 'under-maintenance':
      return 'refused'
    case 'token-invalid':
      return error.details.serverCode === undefined ? 'unknown' : 'refused'
    default:
      return 'delivery' in error.details ? error.details.delivery : 'unknown'
  }
}

/** Tells whether a value is a {@link CTraderError}, also one of another installed copy. */
export function isCTraderError(error: unknown): error is AnyCTraderError
/** Tells whether a value is a {@link CTraderError} of one code. */
export function isCTraderError<C extends CTraderErrorCode>(error: unknown, code: C): error is CTraderError<C>
export function isCTraderError(error: unknown, code?: CTraderErrorCode): boolean {
  if (!(error instanceof Error) || error.name !== 'CTraderError') return false
  return code === undefined || (error as AnyCTraderError).code === code
}
