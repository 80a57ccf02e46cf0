// Connect
export { connect } from './connect.ts'
export { type AccountListing, CTraderClient } from './client.ts'
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
export { Account } from './account.ts'
export type { AccountMode } from './decode/trader.ts'
export type { BarHistory, TimeRange } from './history.ts'
export type { MarketListener } from './market-stream.ts'
export type { OrderCommand, Submission } from './submission.ts'

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
export { createRateBudget } from './session/rate-limiter.ts'

// Other ways to reach a server
export { type Endpoint, tcpTransport, type TlsEndpoint, tlsTransport } from './transport/socket.ts'
export type { Transport, TransportConnection, TransportListener } from './transport/transport.ts'

// Errors
export {
  type AnyCTraderError,
  CTraderError,
  type CTraderErrorCode,
  type CTraderErrorDetails,
  type Delivery,
  isCTraderError,
} from './errors.ts'
