import {
  decodeMessage,
  type Envelope,
  isCTraderError,
  isPayloadType,
  type MessageByPayloadType,
  missingFields,
  type PayloadType,
} from '@openclaw-trading/ctrader-client/protocol'
import type { Connection } from './connection.ts'
import { reconcile, trader, unrealizedPnL } from './handlers/account.ts'
import {
  accountAuth,
  accountList,
  accountLogout,
  applicationAuth,
  refreshToken,
  version,
} from './handlers/auth.ts'
import { cashFlow } from './handlers/cash-flow.ts'
import { symbolsForConversion } from './handlers/conversion.ts'
import { dynamicLeverage, expectedMargin, marginCallList, marginCallUpdate } from './handlers/margin.ts'
import { type Call, type Handler, invalid, refuse } from './handlers/call.ts'
import { dealList } from './handlers/history.ts'
import { subscribeSpots, trendbars, unsubscribeSpots } from './handlers/market-data.ts'
import { assetList, symbolById, symbolsList } from './handlers/symbols.ts'
import { amendOrder, cancelOrder, newOrder } from './handlers/orders.ts'
import { amendProtection, closePosition } from './handlers/trading.ts'
import type { Venue } from './venue.ts'

/** Who must have authenticated before a request is looked at. */
type Access = 'anyone' | 'application' | 'account'

interface Route<P extends PayloadType> {
  readonly access: Access
  readonly handle: Handler<P>
}

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
  2137: { access: 'account', handle: trendbars },
  2139: { access: 'account', handle: expectedMargin },
  2143: { access: 'account', handle: cashFlow },
  2149: { access: 'application', handle: accountList },
  2162: { access: 'account', handle: accountLogout },
  2167: { access: 'account', handle: marginCallList },
  2169: { access: 'account', handle: marginCallUpdate },
  2173: { access: 'anyone', handle: refreshToken },
  2177: { access: 'account', handle: dynamicLeverage },
  2187: { access: 'account', handle: unrealizedPnL },
}

const HEARTBEAT = 51

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
  const route = ROUTES[payloadType]
  const call = { venue, connection, clientMsgId }
  if (!connection.applicationAuthorized && route?.access !== 'anyone')
    return refuse(call, {
      errorCode: 'CH_CLIENT_NOT_AUTHENTICATED',
      description: 'Client is not authenticated',
    })
  if (route === undefined)
    return refuse(call, {
      errorCode: 'UNSUPPORTED_MESSAGE',
      description: `Payload type ${payloadType} is not simulated`,
    })
  run(payloadType, route as Route<PayloadType>, call, envelope.payload)
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
  if (route.access === 'account' && !isAuthorized(call, message))
    return refuse(call, invalid('Trading account is not authorized'))
  route.handle({ ...call, message })
}

function isAuthorized({ connection, venue }: Pick<Call, 'venue' | 'connection'>, message: object): boolean {
  const { ctidTraderAccountId } = message as { readonly ctidTraderAccountId?: number }
  return connection.accountAuthorized && ctidTraderAccountId === venue.facts.ctidTraderAccountId
}
