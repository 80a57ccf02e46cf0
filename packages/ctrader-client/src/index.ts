// Connect
export { connect } from './connect.ts'
export { type AccountListing, CTraderClient, environmentOf } from './client.ts'
export type { Clock } from './clock.ts'
export type { ConnectionState } from './session/connection-state.ts'
export type {
  AccessToken,
  CallOptions,
  ConnectOptions,
  Logger,
  RateBudget,
  RateClass,
  ReconnectOptions,
  ServerAddress,
  StreamOptions,
} from './options.ts'

// First floor: an account in the words of the model
export { Account } from './account/account.ts'
export type { AccountMarket } from './account/account-market.ts'
export type { AccountEvents, MarginChange, TrailingStopMove } from './account/account-events.ts'
export type { LiveBarOptions, QuoteOptions } from './account/account-streams.ts'
export type { AccessRights, AccountMode, MarginCall, TraderState } from './decode/trader.ts'
export type { ArchivedSymbol, SymbolListing } from './account/symbol-listing.ts'
export type { DepthBook, DepthLevel, LiveBar, LiveQuote } from './market/live-bar.ts'
export type { MarketListener } from './market/market-stream-options.ts'
export {
  DEFAULT_STALE_AFTER_MS,
  type QuoteSource,
  type QuoteWatch,
  type QuoteWatchChange,
  type QuoteWatchOptions,
  watchQuotes,
} from './market/quote-watch.ts'

// Its past
export type { AccountHistory } from './history/account-history.ts'
export type { TimeRange } from './history/range.ts'
export type {
  CashMovement,
  Deal,
  DealOffset,
  DealOffsets,
  OrderDetails,
  OrderKind,
  PastOrder,
  Tick,
} from './decode/records.ts'

// Its orders
export type { OrderCommand, Submission } from './orders/submission.ts'
export { toDistances } from './orders/distances.ts'
export type {
  CloseOutcome,
  FoundOrder,
  MarketOrderWithLevels,
  OrderPatch,
  OrderSearch,
  OwnFilter,
  PlaceOptions,
  ProtectionPatch,
} from './orders/order-options.ts'

// Its money
export type { AccountEquity, Conversion, ExpectedMargin, PositionProfit } from './money/money-records.ts'

// Ground floor: every request of the protocol (messages: subpath /protocol)
export {
  type CommandName,
  type MethodName,
  methods,
  type Params,
  type QueryName,
  type Result,
} from './protocol/methods.ts'
export type { ServerEvents } from './session/server-events.ts'
export type { Refusal } from './session/server-error.ts'
export type { CommandCall } from './session/requests.ts'
export type { Replay, ReplayReservation } from './session/replay.ts'
export { createRateBudget } from './session/rate-budget.ts'

// Tokens (files, login and command: subpath /node)
export {
  AUTHORIZE_URL,
  type AuthorizeRequest,
  authorizeUrl,
  codeFrom,
  readCode,
  type TokenScope,
} from './oauth/authorize-url.ts'
export {
  memoryRefreshLock,
  memoryTokenStore,
  type RefreshClaim,
  type RefreshLock,
  type RefreshState,
  type TokenGrant,
  type TokenRecord,
  type TokenStore,
} from './oauth/grant.ts'
export { fingerprintOf, Secret } from './oauth/secret.ts'
export { exchangeCode, refreshGrant, TOKEN_URL, type TokenEndpoint } from './oauth/token.ts'
export {
  createTokenSource,
  type TokenEvent,
  type TokenSource,
  type TokenSourceOptions,
} from './oauth/token-source.ts'
export { refreshOverConnection } from './socket-refresh.ts'

// Other ways to reach a server
export { tcpTransport, tlsTransport, webSocketTransport } from '#platform'
export type { Codec } from './protocol/codec.ts'
export type { Endpoint, TlsEndpoint, WebSocketEndpoint } from './transport/endpoint.ts'
export type { Transport, TransportConnection, TransportListener } from './transport/transport.ts'

// Errors
export {
  type AnyCTraderError,
  CTraderError,
  type CTraderErrorCode,
  type CTraderErrorDetails,
  type Delivery,
  deliveryOf,
  isCTraderError,
} from './errors.ts'
