import {
  type AccountId,
  type OrderId,
  orderId,
  type PositionId,
  positionId,
} from '@openclaw-trading/trading-model'
import { type AnyCTraderError, CTraderError, isCTraderError } from '../errors.ts'
import type {
  ProtoErrorRes,
  ProtoOAErrorRes,
  ProtoOAExecutionEvent,
  ProtoOAOrderErrorEvent,
} from '../protocol/generated/messages.js'
import { decodeMessage } from '../protocol/message.ts'
import type { MethodName } from '../protocol/methods.ts'
import { decodeSeconds, secondsToMs } from '../protocol/units/time.ts'
import { adviceOn } from './server-advice.ts'

/** A refusal by the server, in whichever message it came; units are made one. */
export interface Refusal {
  /** The server's code, unchanged. */
  readonly serverCode: string
  readonly description?: string
  readonly retryAfterMs?: number
  /** End of maintenance, milliseconds since 1970. */
  readonly endsAt?: ReturnType<typeof decodeSeconds>
  readonly orderId?: OrderId
  readonly positionId?: PositionId
}

/** Payload type of ProtoErrorRes: the proxy's refusal. */
export const PROXY_ERROR = 50
/** Payload type of ProtoOAErrorRes: the default refusal. */
export const ERROR_RES = 2142
/** Payload type of ProtoOAOrderErrorEvent: a refused trading request. */
export const ORDER_ERROR = 2132

const UNKNOWN_CODE = 'UNKNOWN_ERROR'

function described(description: string | undefined): { readonly description?: string } {
  return description === undefined || description === '' ? {} : { description }
}

/** Ids are often 0 there, which means none. */
function ids(
  order: number | undefined,
  position: number | undefined,
): { readonly orderId?: OrderId; readonly positionId?: PositionId } {
  return {
    ...(order ? { orderId: orderId(order) } : {}),
    ...(position ? { positionId: positionId(position) } : {}),
  }
}

/** Decodes the three messages that refuse a request; `undefined` for any other. */
export function decodeRefusal(payloadType: number, payload: Uint8Array): Refusal | undefined {
  if (payloadType === ERROR_RES) return refusalOfErrorRes(decodeMessage(ERROR_RES, payload))
  if (payloadType === PROXY_ERROR) return refusalOfProxy(decodeMessage(PROXY_ERROR, payload))
  if (payloadType === ORDER_ERROR) return refusalOfOrderError(decodeMessage(ORDER_ERROR, payload))
  return undefined
}

/** @see ProtoOAErrorRes: both times are in seconds */
function refusalOfErrorRes(message: ProtoOAErrorRes): Refusal {
  return {
    serverCode: message.errorCode ?? UNKNOWN_CODE,
    ...described(message.description),
    ...(message.retryAfter === undefined ? {} : { retryAfterMs: secondsToMs(message.retryAfter) }),
    ...(message.maintenanceEndTimestamp ? { endsAt: decodeSeconds(message.maintenanceEndTimestamp) } : {}),
  }
}

/** @see ProtoErrorRes: the time is in milliseconds */
function refusalOfProxy(message: ProtoErrorRes): Refusal {
  return {
    serverCode: message.errorCode ?? UNKNOWN_CODE,
    ...described(message.description),
    ...(message.maintenanceEndTimestamp
      ? { endsAt: decodeSeconds(message.maintenanceEndTimestamp / 1000) }
      : {}),
  }
}

/** Decodes a refused trading request. @see ProtoOAOrderErrorEvent */
export function refusalOfOrderError(message: ProtoOAOrderErrorEvent): Refusal {
  return {
    serverCode: message.errorCode ?? UNKNOWN_CODE,
    ...described(message.description),
    ...ids(message.orderId, message.positionId),
  }
}

/** Decodes ORDER_REJECTED and ORDER_CANCEL_REJECTED. @see ProtoOAExecutionEvent */
export function refusalOfExecution(event: ProtoOAExecutionEvent): Refusal {
  return {
    serverCode: event.errorCode ?? 'ORDER_REJECTED',
    ...ids(event.order?.orderId, event.position?.positionId),
  }
}

const RATE_CODES = new Set(['BLOCKED_PAYLOAD_TYPE', 'REQUEST_FREQUENCY_EXCEEDED'])
const UNSTATED_BLOCK_MS = 1000

/** How long the server blocks requests of this kind; `undefined` when it does not. */
export function blockOf({ serverCode, retryAfterMs }: Refusal): number | undefined {
  return RATE_CODES.has(serverCode) ? (retryAfterMs ?? UNSTATED_BLOCK_MS) : undefined
}

/** Whether a request was refused because its account is not authorised on the connection. The server words it in ways. */
export function saysNotAuthorized(error: unknown): boolean {
  if (!isCTraderError(error, 'request-refused') && !isCTraderError(error, 'order-rejected')) return false
  const { serverCode, description = '' } = error.details
  return serverCode === 'ACCOUNT_NOT_AUTHORIZED' || /account is not authori[sz]ed/i.test(description)
}

/** Refusals of the application or the token: no waiting heals them. */
const LOGIN_CODES: ReadonlySet<string> = new Set([
  'CH_CLIENT_AUTH_FAILURE',
  'CH_OA_CLIENT_NOT_FOUND',
  'CH_ACCESS_TOKEN_INVALID',
  'OA_AUTH_TOKEN_EXPIRED',
])
/** Refusals that a question may outlive: the same one may be answered a little later. */
const PASSING_CODES: ReadonlySet<string> = new Set([
  'CANT_ROUTE_REQUEST',
  'TIMEOUT_ERROR',
  'CH_SERVER_NOT_REACHABLE',
  'CONCURRENT_MODIFICATION',
  'PENDING_EXECUTION',
])

/**
 * Codes by which the server itself does not say what became of a trading request. `UNKNOWN_ERROR` is its word for a fault of
 * its own, which may come behind the step that opened a position. The last two tell of the way between the proxy and the
 * broker's server: one that broke behind the request would be told no other way.
 */
const UNKNOWN_CODES: ReadonlySet<string> = new Set([
  'TIMEOUT_ERROR',
  UNKNOWN_CODE,
  'CANT_ROUTE_REQUEST',
  'CH_SERVER_NOT_REACHABLE',
])

/** Whether the server itself does not know what became of a trading request: no refusal, whatever message says it. */
export function leavesUnknown({ serverCode }: Refusal): boolean {
  return UNKNOWN_CODES.has(serverCode)
}

function said({ serverCode, description }: Refusal): string {
  return description === undefined ? serverCode : `${serverCode} (${description})`
}

function optional<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as T
}

/** Says the refusal of a query as an error. */
export function queryError(
  method: MethodName,
  refusal: Refusal,
  accountIds: readonly AccountId[] = [],
): AnyCTraderError {
  const { serverCode, description, endsAt } = refusal
  if (LOGIN_CODES.has(serverCode))
    return new CTraderError(
      'token-invalid',
      `The server refused ${method}: ${said(refusal)}. ${adviceOn(serverCode)}`,
      { accountIds, serverCode },
    )
  const waitMs = blockOf(refusal)
  if (waitMs !== undefined) {
    return new CTraderError(
      'rate-limited',
      `The server blocks ${method}: ${said(refusal)}. Ask again in ${waitMs} ms.`,
      { retryAfterMs: waitMs, serverCode },
    )
  }
  if (serverCode === 'SERVER_IS_UNDER_MAINTENANCE') {
    const until = endsAt === undefined ? 'later' : `after ${new Date(endsAt).toISOString()}`
    return new CTraderError(
      'under-maintenance',
      `The server is under maintenance. Ask again ${until}.`,
      endsAt === undefined ? {} : { endsAt },
    )
  }
  return new CTraderError(
    'request-refused',
    `The server refused ${method}: ${said(refusal)}. ${adviceOn(serverCode)}`,
    optional({ method, serverCode, description, delivery: 'refused' as const }) as {
      method: string
      serverCode: string
      delivery: 'refused'
    },
    { retryable: PASSING_CODES.has(serverCode) },
  )
}

/** Says the answer that is no execution to a trading request as an error: a refusal, or that nothing is known. */
export function commandError(
  method: MethodName,
  refusal: Refusal,
): CTraderError<'order-rejected' | 'request-timeout'> {
  return leavesUnknown(refusal) ? lostInside(method, refusal) : rejectedError(method, refusal)
}

function lostInside(method: MethodName, refusal: Refusal): CTraderError<'request-timeout'> {
  const { serverCode } = refusal
  return new CTraderError(
    'request-timeout',
    `The broker does not say what became of ${method}: ${said(refusal)}. It may have taken effect: take a snapshot before sending another.`,
    { method, serverCode, delivery: 'unknown' },
  )
}

/** Says the refusal of a trading request as an error. */
export function rejectedError(method: MethodName, refusal: Refusal): CTraderError<'order-rejected'> {
  const { serverCode, description } = refusal
  return new CTraderError(
    'order-rejected',
    `The broker refused ${method}: ${said(refusal)}. ${adviceOn(serverCode)}`,
    optional({
      serverCode,
      description,
      orderId: refusal.orderId,
      positionId: refusal.positionId,
      delivery: 'refused' as const,
    }) as { serverCode: string; delivery: 'refused' },
  )
}
