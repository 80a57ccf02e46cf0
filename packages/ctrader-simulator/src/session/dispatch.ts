import {
  decodeMessage,
  type Envelope,
  isCTraderError,
  isPayloadType,
  type MessageByPayloadType,
  methods,
  missingFields,
  type PayloadType,
} from '@openclaw-trading/ctrader-client/protocol'
import type { Connection } from './connection.ts'
import { reconcile, trader, unrealizedPnL } from '../handlers/account.ts'
import {
  accountAuth,
  accountList,
  accountLogout,
  applicationAuth,
  profile,
  refreshToken,
  version,
} from '../handlers/auth.ts'
import { type AccountHandler, type Call, type Handler, invalid, refuse } from '../handlers/call.ts'
import {
  dealList,
  dealListByPosition,
  dealOffsetList,
  orderDetails,
  orderList,
  orderListByPosition,
} from '../handlers/history.ts'
import { cashFlow } from '../handlers/cash-flow.ts'
import { symbolsForConversion } from '../handlers/conversion.ts'
import { dynamicLeverage, expectedMargin, marginCallList, marginCallUpdate } from '../handlers/margin.ts'
import { subscribeSpots, trendbars, unsubscribeSpots } from '../handlers/market-data.ts'
import { subscribeDepth, unsubscribeDepth } from '../handlers/depth.ts'
import { subscribeLiveTrendbar, unsubscribeLiveTrendbar } from '../handlers/live-bars.ts'
import {
  assetClassList,
  assetList,
  symbolById,
  symbolCategoryList,
  symbolsList,
} from '../handlers/symbols.ts'
import { tickData } from '../handlers/ticks.ts'
import { amendOrder, cancelOrder, newOrder } from '../handlers/orders.ts'
import { amendProtection, closePosition } from '../handlers/trading.ts'
import { RequestLimits } from './request-limits.ts'
import { accountOf, type Refusal, type Venue } from '../venue.ts'

/** Who must have authenticated before a request is looked at, and who handles it then. */
type Route<P extends PayloadType> =
  | { readonly access: 'anyone' | 'application'; readonly handle: Handler<P> }
  | { readonly access: 'account'; readonly handle: AccountHandler<P> }

const ROUTES: { readonly [P in PayloadType]?: Route<P> } = {
  2100: { access: 'anyone', handle: applicationAuth },
  2102: { access: 'application', handle: accountAuth },
  2104: { access: 'anyone', handle: version },
  2106: { access: 'account', handle: newOrder },
  2108: { access: 'account', handle: cancelOrder },
  2109: { access: 'account', handle: amendOrder },
  2110: { access: 'account', handle: amendProtection },
  2111: { access: 'account', handle: closePosition },
  2112: { access: 'account', handle: assetList },
  2114: { access: 'account', handle: symbolsList },
  2116: { access: 'account', handle: symbolById },
  2118: { access: 'account', handle: symbolsForConversion },
  2121: { access: 'account', handle: trader },
  2124: { access: 'account', handle: reconcile },
  2127: { access: 'account', handle: subscribeSpots },
  2129: { access: 'account', handle: unsubscribeSpots },
  2133: { access: 'account', handle: dealList },
  2135: { access: 'account', handle: subscribeLiveTrendbar },
  2136: { access: 'account', handle: unsubscribeLiveTrendbar },
  2137: { access: 'account', handle: trendbars },
  2139: { access: 'account', handle: expectedMargin },
  2143: { access: 'account', handle: cashFlow },
  2145: { access: 'account', handle: tickData },
  2149: { access: 'application', handle: accountList },
  2151: { access: 'application', handle: profile },
  2153: { access: 'account', handle: assetClassList },
  2156: { access: 'account', handle: subscribeDepth },
  2158: { access: 'account', handle: unsubscribeDepth },
  2160: { access: 'account', handle: symbolCategoryList },
  2162: { access: 'account', handle: accountLogout },
  2167: { access: 'account', handle: marginCallList },
  2169: { access: 'account', handle: marginCallUpdate },
  2173: { access: 'anyone', handle: refreshToken },
  2175: { access: 'account', handle: orderList },
  2177: { access: 'account', handle: dynamicLeverage },
  2179: { access: 'account', handle: dealListByPosition },
  2181: { access: 'account', handle: orderDetails },
  2183: { access: 'account', handle: orderListByPosition },
  2185: { access: 'account', handle: dealOffsetList },
  2187: { access: 'account', handle: unrealizedPnL },
}

const HEARTBEAT = 51
/** Requests that a token to look with is not enough for. */
const TRADING: ReadonlySet<number> = new Set([2106, 2108, 2109, 2110, 2111])
const REQUESTS: ReadonlySet<number> = new Set(Object.values(methods).map(({ request }) => request))

/** Leads a request to its handler, or refuses it as the real venue does. */
export function dispatch(
  venue: Venue,
  connection: Connection,
  envelope: Envelope & { readonly payload: Uint8Array },
): void {
  const { payloadType, clientMsgId } = envelope
  if (payloadType === HEARTBEAT) return venue.heartbeat(connection, clientMsgId)
  if (!isPayloadType(payloadType)) {
    // The common layer in front of the venue does not know the number: its own error, not the venue's.
    const description = `Payload type ${payloadType} does not exist`
    return connection.send(50, { errorCode: 'UNSUPPORTED_MESSAGE', description }, clientMsgId)
  }
  const call = { venue, connection, clientMsgId }
  if (isBlocked(call, payloadType)) return
  const route = ROUTES[payloadType]
  if (!connection.applicationAuthorized && route?.access !== 'anyone')
    return refuse(call, {
      errorCode: 'CH_CLIENT_NOT_AUTHENTICATED',
      description: 'Client is not authenticated',
    })
  if (route === undefined) return refuse(call, unroutable(payloadType))
  run(payloadType, route as Route<PayloadType>, call, envelope.payload)
}

/** Tells a connection that made too many requests how long to wait with those of this type. */
function isBlocked({ connection, venue, clientMsgId }: Omit<Call, 'message'>, payloadType: number): boolean {
  const { rateLimits } = venue.facts
  if (rateLimits === undefined) return false
  const nowMs = performance.now()
  connection.limits ??= new RequestLimits(rateLimits, nowMs)
  const retryAfter = connection.limits.take(payloadType, nowMs)
  if (retryAfter === undefined) return false
  const description = `Too many requests: payload type ${payloadType} is blocked for ${retryAfter} s`
  connection.send(2142, { errorCode: 'BLOCKED_PAYLOAD_TYPE', description, retryAfter }, clientMsgId)
  return true
}

/** Announced by the broker and taken back: a live server does not know them either. */
const WITHDRAWN: ReadonlySet<number> = new Set([2190, 2192])

function unroutable(payloadType: PayloadType): Refusal {
  if (WITHDRAWN.has(payloadType))
    return {
      errorCode: 'UNSUPPORTED_MESSAGE',
      description: `Payload type ${payloadType} was withdrawn from the protocol`,
    }
  const isRequest = REQUESTS.has(payloadType)
  return {
    errorCode: 'UNSUPPORTED_MESSAGE',
    description: `Payload type ${payloadType} is ${isRequest ? 'not simulated' : 'no request'}`,
  }
}

function run<P extends PayloadType>(
  payloadType: P,
  route: Route<P>,
  call: Pick<Call, 'venue' | 'connection' | 'clientMsgId'>,
  payload: Uint8Array,
): void {
  let message: MessageByPayloadType[P]
  try {
    message = decodeMessage(payloadType, payload)
  } catch (error) {
    if (!isCTraderError(error)) throw error
    return refuse(call, invalid(error.message))
  }
  const missing = missingFields(payloadType, message)
  if (missing.length > 0)
    return refuse(call, invalid(`Message missing required fields: ${missing.join(', ')}`))
  if (route.access !== 'account') return route.handle({ ...call, message })
  const { ctidTraderAccountId } = message as { readonly ctidTraderAccountId?: number }
  const venue = accountOf(call.venue, ctidTraderAccountId)
  const session = call.connection.sessions.get(ctidTraderAccountId ?? Number.NaN)
  if (venue === undefined || session === undefined)
    return refuse(call, invalid('Trading account is not authorized'))
  if (TRADING.has(payloadType) && !session.mayTrade)
    return refuse(
      { ...call, venue },
      { errorCode: 'TRADING_NOT_ALLOWED', description: 'The token allows to look, not to trade' },
    )
  route.handle({ ...call, venue, session, message })
}
