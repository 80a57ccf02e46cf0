import type { Clock } from './clock.ts'
import type { Codec } from './protocol/codec.ts'
import type { Transport } from './transport/transport.ts'

/** Options of one call. */
export interface CallOptions {
  /** Gives the call up; it then rejects with the signal's own reason. A command already sent is not taken back. */
  readonly signal?: AbortSignal
  /** Wall time to wait for the answer. Default {@link ConnectOptions.requestTimeoutMs}; none in a replay. */
  readonly timeoutMs?: number
}

/** Options of a stream. */
export interface StreamOptions {
  /** Ends the stream. */
  readonly signal?: AbortSignal
  /** Events held for a slow reader; then it fails with `buffer-overflow`. Default 10,000. */
  readonly bufferSize?: number
}

/** Where the client tells what it does; pino fits. Default: nowhere. Never carries tokens or payloads. */
export interface Logger {
  /** Names and sizes of messages. */
  debug(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Lifecycle. */
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Went wrong and was healed. */
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  /** A person must act. */
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Logs nothing. */
export const SILENT: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A token, or a function that returns a valid one; it is called before each login. */
export type AccessToken = string | (() => Promise<string>)

/**
 * Class of a request.
 *
 * - `exit`: closes, cancels, protects; passes everything that waits
 * - `entry`: places or amends an order
 * - `standard`: any other, in turns with entries
 * - `historical`: history, which the broker counts apart
 */
export type RateClass = 'standard' | 'historical' | 'entry' | 'exit'

/** A budget of requests; several connections may share one. */
export interface RateBudget {
  /** Takes one at once and returns true, where nothing waits and the limit allows it; saves a turn on the way out. */
  tryTake?(kind: RateClass): boolean
  /** Resolves when a request of this class may be sent. @throws {@link CTraderError} `rate-limited` when too many wait, `state-unavailable` */
  take(kind: RateClass, signal?: AbortSignal): Promise<void>
}

/** Where a server listens. */
export interface ServerAddress {
  readonly host: string
  readonly port: number
  /** Default true. Without TLS only to a simulator on this machine; refused for the broker's servers. */
  readonly tls?: boolean
  /** Certificates to trust instead of the system's, as PEM; refused for the broker's servers and in a browser. */
  readonly ca?: string | readonly string[]
}

/** How to come back after a loss: with full jitter, in waits that double. */
export interface ReconnectOptions {
  /** The first wait is random up to this. Default 500. */
  readonly initialMs?: number
  /** No wait is longer, unless the server has asked for it. Default 30,000. */
  readonly maxMs?: number
  /** Attempts in a row before the client closes. Default: no limit. */
  readonly maxAttempts?: number
}

/** How to connect. */
export interface ConnectOptions {
  /** The broker's `demo` or `live` servers, or an address. Tokens work on both; an account only on its own. */
  readonly environment: 'demo' | 'live' | ServerAddress
  readonly application: { readonly clientId: string; readonly clientSecret: string }
  /** How messages are written. An address must name the port of this codec. Default `protobuf`: smaller and faster. */
  readonly codec?: Codec
  /** What carries the messages. Default: a socket in Node, a WebSocket in a browser, which has nothing else. */
  readonly over?: 'socket' | 'websocket'
  /**
   * What happens after a loss. `false`: it closes the client. Default: it comes back, without limit.
   *
   * A replay is never taken up again, and the first connection is tried once: its options may be wrong.
   */
  readonly reconnect?: false | ReconnectOptions
  /** Wall time for connection and handshake, and again for the login of the application. Default 10,000. */
  readonly connectTimeoutMs?: number
  /** Wall time for an answer. Default 15,000. */
  readonly requestTimeoutMs?: number
  /** Another way to reach the server; then `environment`, `codec` and `over` are not looked at. */
  readonly transport?: Transport
  /** Shared request budget. Default: one of this connection. Not used in a replay. */
  readonly budget?: RateBudget
  /** In a replay: spins instead of sleeping between messages; faster where a core is free. Default true. */
  readonly replayPolling?: boolean
  readonly logger?: Logger
  /** Time; for tests. Default: this machine's. */
  readonly clock?: Clock
  /** Gives up the first connection. */
  readonly signal?: AbortSignal
}

/** Default of {@link ConnectOptions.connectTimeoutMs}. */
export const DEFAULT_CONNECT_TIMEOUT_MS = 10_000
/** Default of {@link ConnectOptions.requestTimeoutMs}: broker deployments leave requests unanswered, so every one ends. */
export const DEFAULT_REQUEST_TIMEOUT_MS = 15_000
/** Default of {@link StreamOptions.bufferSize}. */
export const DEFAULT_BUFFER_SIZE = 10_000
