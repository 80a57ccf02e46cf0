import type { MessageByPayloadType, PayloadType } from './generated/registry.js'

/** Bucket of a request: 50 a second, or 5 a second for history. */
export type LimitClass = 'standard' | 'historical'

/** A request with one answer; sending it twice does no harm. */
export interface Query<
  Request extends PayloadType = PayloadType,
  Response extends PayloadType = PayloadType,
> {
  readonly kind: 'query'
  /** Payload type of the request. */
  readonly request: Request
  /** Payload type of the answer. */
  readonly response: Response
  readonly limit: LimitClass
}

/** Answered by execution events or an order error event; may have taken effect even if no answer arrives. */
export interface TradeCommand<Request extends PayloadType = PayloadType> {
  readonly kind: 'command'
  /** Payload type of the request. */
  readonly request: Request
  readonly limit: 'standard'
}

function query<Request extends PayloadType, Response extends PayloadType>(
  request: Request,
  response: Response,
  limit: LimitClass = 'standard',
): Query<Request, Response> {
  return { kind: 'query', request, response, limit }
}

function command<Request extends PayloadType>(request: Request): TradeCommand<Request> {
  return { kind: 'command', request, limit: 'standard' }
}

/** Every request of the protocol; types, rate limits and dispatch derive from it. */
export const methods = {
  applicationAuth: query(2100, 2101),
  accountAuth: query(2102, 2103),
  version: query(2104, 2105),
  newOrder: command(2106),
  cancelOrder: command(2108),
  amendOrder: command(2109),
  amendPositionSLTP: command(2110),
  closePosition: command(2111),
  assetList: query(2112, 2113),
  symbolsList: query(2114, 2115),
  symbolById: query(2116, 2117),
  symbolsForConversion: query(2118, 2119),
  trader: query(2121, 2122),
  reconcile: query(2124, 2125),
  subscribeSpots: query(2127, 2128),
  unsubscribeSpots: query(2129, 2130),
  dealList: query(2133, 2134, 'historical'),
  subscribeLiveTrendbar: query(2135, 2165),
  unsubscribeLiveTrendbar: query(2136, 2166),
  getTrendbars: query(2137, 2138, 'historical'),
  expectedMargin: query(2139, 2140),
  cashFlowHistoryList: query(2143, 2144, 'historical'),
  getTickData: query(2145, 2146, 'historical'),
  getAccounts: query(2149, 2150),
  getProfile: query(2151, 2152),
  assetClassList: query(2153, 2154),
  subscribeDepthQuotes: query(2156, 2157),
  unsubscribeDepthQuotes: query(2158, 2159),
  symbolCategoryList: query(2160, 2161),
  accountLogout: query(2162, 2163),
  marginCallList: query(2167, 2168),
  marginCallUpdate: query(2169, 2170),
  refreshToken: query(2173, 2174),
  orderList: query(2175, 2176),
  getDynamicLeverage: query(2177, 2178),
  dealListByPositionId: query(2179, 2180),
  orderDetails: query(2181, 2182),
  orderListByPositionId: query(2183, 2184),
  dealOffsetList: query(2185, 2186),
  getPositionUnrealizedPnL: query(2187, 2188),
  v1PnLChangeSubscribe: query(2190, 2191), // legacy
  v1PnLChangeUnSubscribe: query(2192, 2193), // legacy
} as const

/** The table of {@link methods} as a type. */
export type Methods = typeof methods
type NamesOf<Kind> = { [M in keyof Methods]: Methods[M]['kind'] extends Kind ? M : never }[keyof Methods]
/** Any request. */
export type MethodName = keyof Methods
/** Requests with one answer. */
export type QueryName = NamesOf<'query'>
/** Requests that trade. */
export type CommandName = NamesOf<'command'>
/** What a request takes; `payloadType` inside it may be left out. */
export type Params<M extends MethodName> = MessageByPayloadType[Methods[M]['request']]
/** What a query answers. */
export type Result<M extends QueryName> = Methods[M] extends {
  readonly response: infer R extends PayloadType
}
  ? MessageByPayloadType[R]
  : never
