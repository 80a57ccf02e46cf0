import type { TickColumns, VenueAccount } from '@openclaw-trading/bot-engine/data'
import type { VenueModel } from '@openclaw-trading/bot-engine/simulation'
import type { Instrument, SymbolId, UnixMs } from '@openclaw-trading/trading-model'
import type { RateLimits } from './session/request-limits.ts'

/** Where the simulator tells what it does; pino fits. Default: nowhere. */
export interface Logger {
  /** A person must act. */
  error(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Went wrong and was healed. */
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Lifecycle, and every order with its outcome. */
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Names and sizes of messages. */
  debug(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** Logs nothing. */
export const SILENT: Logger = { error() {}, warn() {}, info() {}, debug() {} }

/** How long codes and access tokens live. */
export interface GrantTimes {
  /** Milliseconds. Default 60,000. */
  readonly codeLifeMs?: number
  /** Seconds, from the first exchange or refresh on. Default 2,628,000: a twelfth of a year. */
  readonly tokenLifeSeconds?: number
}

/** What a client presents to the venue. */
export interface Credentials {
  readonly clientId: string
  readonly clientSecret: string
  readonly accessToken: string
}

/** A market that runs on by itself, with its own clock. */
export interface LiveClockMode {
  readonly type: 'live-clock'
  /** Market seconds per wall second, above 0 to 10,000. Default 60. */
  readonly speed?: number
  /**
   * What moves market time: `wall` (default) the clock of the machine times `speed`; `manual` calls of
   * `control.clock.advance` alone, so that the same calls give the same quotes and fills. Closed hours are not skipped then.
   */
  readonly clock?: 'wall' | 'manual'
  /** Whether prices move by themselves: `synthetic` (default), or `still`: only as `control.quote` says. Not with `ticks`. */
  readonly market?: 'synthetic' | 'still'
  /** Market time at the start. Default Monday 2025-01-06 07:00 UTC; with `ticks` their first row. */
  readonly startAt?: UnixMs
  /** Directory in which clock, ids, account and positions survive a restart. Default: nothing survives. */
  readonly stateDir?: string
  /**
   * The clock stands still while nobody watches spots and no order waits.
   *
   * Default: true with a `stateDir`, so that no position closes unseen while venue and bots are restarted; else false.
   */
  readonly waitsForWatchers?: boolean
  /** Prices from these quotes, or this file, instead of the synthetic market; one instrument only. */
  readonly ticks?: TickColumns | string
}

/**
 * How a replay runs ahead of its bot.
 *
 * - `lookahead`: only as far as no order can act; simple, the reference, and slow where the latency is short
 * - `rewind`: up to 512 messages, and takes its matching back where an order proves it wrong; many times faster, and
 *   for bots over our client, which drops what was sent behind the decision
 */
export type ReplayGateName = 'lookahead' | 'rewind'

/** A quote that a venue tells and that its market never had. */
export interface BadQuote {
  /** Row of the replay's quotes, in their one order, that it is told behind. */
  readonly behindRow: number
  /** Stated time, milliseconds. Absent: none is stated. */
  readonly at?: number
  /** Price × 100000. Absent: the side is not told. */
  readonly bid?: number
  /** Price × 100000. Absent: the side is not told. */
  readonly ask?: number
  /** Default: that of the row. */
  readonly symbolId?: SymbolId
}

/** Quotes sent as fast as the bot confirms them; the bot's trades equal those of a backtest of the same quotes. */
export interface ReplayMode {
  readonly type: 'replay'
  /**
   * Quotes, or the path of a file `timestamp_ms,bid,ask`. Several: one of each of `instruments` in their order, sent in
   * one order by time, then symbol id, then row. Symbols that the bot's first subscription leaves out are not sent.
   */
  readonly ticks: TickColumns | string | readonly (TickColumns | string)[]
  /**
   * Quotes that are told between those of `ticks`, by ascending `behindRow`, and that no market has had: orders and stops
   * go by `ticks` alone. A bot that is not led astray trades as without them. Default none.
   */
  readonly badQuotes?: readonly BadQuote[]
  /** How the venue runs ahead of the bot and stays exact. */
  readonly gate: ReplayGateName
  /** Reads rows of files before this instant only. */
  readonly until?: UnixMs
  /** Spins for 0.05 ms before it sleeps while it waits for a mark: faster where each side has a core. Default false. */
  readonly polling?: boolean
  /** Wall time without a mark or an order of the bot after which the replay ends as `replay-stalled`. Default 60,000; `Infinity`: never. */
  readonly stallAfterMs?: number
  /** For tests of the parity check: does one thing wrong. */
  readonly plant?: PlantedFault
  /** Row (from 0) at which a fault about single ticks strikes; default: the middle. */
  readonly plantAt?: number
}

/**
 * A deliberate error of the venue; every one must make a replay differ from its backtest.
 *
 * - `gate-too-wide`: processes one quote more than the gate allows, and takes orders that come too late
 * - `event-after-tick`: tells of executions after the quote that follows them
 * - `event-dated-tick-before`: dates executions of due orders with the quote before
 * - `protection-before-due`: checks protection on a quote before the orders that were due before it
 * - `due-off-by-one`: one millisecond more latency
 * - `tick-dropped`: does not send one quote
 * - `ticks-swapped`: sends two neighbouring quotes' prices in each other's place
 * - `conflated`: of the quotes that leave in one write, sends only the last
 * - `trailing-late`: trailing stops move one quote too late; only a strategy with trailing stops can tell
 * - `rewind-forgets-ids`: a rewind leaves the counters of ids where they are
 * - `rewind-forgets-balance`: a rewind leaves the balance as it is
 */
export type PlantedFault =
  | 'gate-too-wide'
  | 'event-after-tick'
  | 'event-dated-tick-before'
  | 'protection-before-due'
  | 'due-off-by-one'
  | 'tick-dropped'
  | 'ticks-swapped'
  | 'conflated'
  | 'trailing-late'
  | 'rewind-forgets-ids'
  | 'rewind-forgets-balance'

const FAULTS_OF_ANY_GATE = [
  'event-after-tick',
  'event-dated-tick-before',
  'protection-before-due',
  'due-off-by-one',
  'tick-dropped',
  'ticks-swapped',
  'conflated',
] as const satisfies readonly PlantedFault[]

/** Every {@link PlantedFault} that a replay with this gate can have and every strategy shows; `trailing-late` fits both. */
export function plantedFaultsOf(gate: ReplayGateName): readonly PlantedFault[] {
  return gate === 'rewind'
    ? [...FAULTS_OF_ANY_GATE, 'rewind-forgets-ids', 'rewind-forgets-balance']
    : ['gate-too-wide', ...FAULTS_OF_ANY_GATE]
}

/** Times after which a quiet connection is spoken on or closed, in milliseconds of wall time. Off in a replay. */
export interface ConnectionTimes {
  /** Closes a connection that sent nothing for so long, or did not authenticate in it. Default 30,000. */
  readonly idleMs: number
  /** Sends a heartbeat after so long without other output. Default 25,000. */
  readonly heartbeatMs: number
}

/** A symbol that can be traded no more. */
export interface ArchivedSymbol {
  /** None of the instruments has it. */
  readonly id: SymbolId
  readonly name: string
  readonly archivedAt: UnixMs
  readonly description?: string
}

/** One of several accounts of the venue's user. */
export interface SimulatorAccount extends VenueAccount {
  /** Listed as an account of the broker's live host, which this venue is not: `CANT_ROUTE_REQUEST` to who authorises it. Default false. */
  readonly isLive?: boolean
}

/** How to start a simulator. */
export interface SimulatorOptions<Mode extends LiveClockMode | ReplayMode = LiveClockMode | ReplayMode> {
  readonly mode: Mode
  /** Address to listen on. Default 127.0.0.1: the venue is not made for strangers. */
  readonly host?: string
  /** Where protobuf is taken, over a socket and over WebSocket. Default 0: a free one. */
  readonly port?: number
  /** Where JSON is taken, over a socket and over WebSocket; 0 takes a free one. Default: nowhere. */
  readonly jsonPort?: number
  /** TLS with a certificate made at start (default), or plain TCP. */
  readonly tls?: boolean
  /** Seed of the synthetic market, a whole number from 0. Default 1. */
  readonly seed?: number
  /** What can be traded. Default: synthetic XAUUSD and EURUSD; in a replay XAUUSD with three digits. */
  readonly instruments?: readonly Instrument[]
  /** What could be traded once: listed to who asks for archived symbols. Default: none. */
  readonly archivedSymbols?: readonly ArchivedSymbol[]
  /** Default 10,000 USD, 1:100, hedged. */
  readonly account?: VenueAccount
  /** Several accounts of one user instead of `account`, at most 16, in a replay one; the credentials name the first. */
  readonly accounts?: readonly SimulatorAccount[]
  /** Latency and slippage. Default 50 ms and none. */
  readonly venue?: VenueModel
  /** Default: made at random at each start. */
  readonly credentials?: Credentials
  /** Starts a consent page and a token endpoint over HTTP beside the venue, or states how long codes and tokens live. */
  readonly oauth?: boolean | GrantTimes
  /** Requests that a connection may make in a second; `false`: as many as it likes. Default: the broker's, in a replay `false`. */
  readonly rateLimits?: boolean | Partial<RateLimits>
  /** For tests of the limits. */
  readonly times?: Partial<ConnectionTimes>
  readonly logger?: Logger
}
