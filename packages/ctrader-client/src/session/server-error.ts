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
const LOGIN_ADVICE: Readonly<Record<string, string>> = {
  CH_CLIENT_AUTH_FAILURE:
    'Check the client id and the client secret; a new application must have been approved first.',
  CH_OA_CLIENT_NOT_FOUND: 'Check the client id.',
  CH_ACCESS_TOKEN_INVALID: 'Get a new access token.',
  OA_AUTH_TOKEN_EXPIRED: 'Get a new access token.',
}
const ADVICE: Readonly<Record<string, string>> = {
  CH_CTID_TRADER_ACCOUNT_NOT_FOUND: 'Pass the account id from accounts(), not the login that people see.',
  CANT_ROUTE_REQUEST:
    'Demo accounts are on the demo servers only, live ones on the live servers; or the broker is down.',
  TRADING_BAD_VOLUME: 'Round the volume with roundVolume(instrument, …) and keep to its minimum and maximum.',
  TRADING_BAD_STOPS: 'Check the levels against the current bid and ask.',
  MARKET_CLOSED: 'Wait until the instrument is open: isOpen(instrument, at).',
  POSITION_NOT_FOUND: 'It is closed already: take a snapshot.',
  NOT_ENOUGH_MONEY: 'Use a smaller volume.',
  TRADING_NOT_ALLOWED:
    'The account may only look: use a token of the scope "trading" (ctrader auth login), or ask the broker.',
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
  const loginAdvice = LOGIN_ADVICE[serverCode]
  if (loginAdvice !== undefined)
    return new CTraderError(
      'token-invalid',
      `The server refused ${method}: ${said(refusal)}. ${loginAdvice}`,
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
  const advice = ADVICE[serverCode] ?? 'Look the code up in the protocol and change the request.'
  return new CTraderError(
    'request-refused',
    `The server refused ${method}: ${said(refusal)}. ${advice}`,
    optional({ method, serverCode, description, delivery: 'refused' as const }) as {
      method: string
      serverCode: string
      delivery: 'refused'
    },
  )
}

/** Says the refusal of a trading request as an error. */
export function commandError(method: MethodName, refusal: Refusal): CTraderError<'order-rejected'> {
  const { serverCode, description } = refusal
  const advice = ADVICE[serverCode] ?? 'Look the code up in the protocol and change the request.'
  return new CTraderError(
    'order-rejected',
    `The broker refused ${method}: ${said(refusal)}. ${advice}`,
    optional({
      serverCode,
      description,
      orderId: refusal.orderId,
      positionId: refusal.positionId,
      delivery: 'refused' as const,
    }) as { serverCode: string; delivery: 'refused' },
  )
}
