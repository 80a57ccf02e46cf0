import type { Clock } from '../clock.ts'
import type { Logger, RateBudget, ReconnectOptions } from '../options.ts'
import type { Transport } from '../transport/transport.ts'
import type { Application } from './login.ts'

/** What a session needs. */
export interface SessionOptions {
  readonly transport: Transport
  /** The servers are the broker's own, whose time is that of the world. Default false. */
  readonly isBroker?: boolean
  readonly application: Application
  readonly budget: RateBudget
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  /** `false`: the first loss closes it. */
  readonly reconnect: false | ReconnectOptions
  /** In a replay: spins instead of sleeping between messages. */
  readonly replayPolling: boolean
  readonly logger: Logger
  readonly clock: Clock
  /** Uniform in [0, 1). */
  readonly random: () => number
  /** Gives the first connection up. */
  readonly signal?: AbortSignal | undefined
}
