import type { Instrument, Lots, Money, Order, Position, Quote, UnixMs } from '@openclaw-trading/trading-model'
import type { EngineError } from '../errors.ts'
import type { FeedBar } from '../strategy/series.ts'
import type { QuoteGuardOptions } from '../kernel/quote-guard.ts'
import type { DecisionRecord } from '../kernel/order-entry.ts'
import type { Trade } from '../kernel/trade.ts'
import type { QuoteFilterReport } from '../quality/quote-filter-options.ts'
import type { Broker } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import type { IntentLedger } from '../ports/intent-ledger.ts'
import type { Logger } from '../ports/logger.ts'
import type { StateStore } from '../ports/state-store.ts'
import type { RiskLimits } from '../risk/limits.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import type { AnyStrategy, StopReason, StrategyParams } from '../strategy/define.ts'
import type { ProtectionLock } from '../risk/protection.ts'
import type { UnsettledEntry } from './doubts.ts'
import type { RefusedClose } from './refused-closes.ts'
import type { LiveStatus, RunEvent } from './run-event.ts'
import type { SessionRecorder } from './session-recorder.ts'
import type { UnansweredClose } from './unanswered-closes.ts'

/** Callbacks of a run; called synchronously while a message is handled, so they must be quick and must not throw. */
export interface LiveObserver {
  /** A position, or a part of one, was closed. */
  onTrade?(trade: Trade): void
  /** This run's positions, each time they changed. */
  onPositions?(positions: readonly Position[]): void
  /** A bar closed; not called for the warm-up. */
  onBar?(bar: FeedBar): void
  /** A command was decided and not blocked. */
  onDecision?(decision: DecisionRecord): void
  /** Anything happened that belongs in the journal of the run. */
  onEvent?(event: RunEvent): void
}

/** What a live run needs. */
export interface LiveOptions<S extends AnyStrategy> {
  readonly params: StrategyParams<S>
  /** Stays the caller's: close it once the run has finished. */
  readonly broker: Broker
  /** Name of the instrument at the broker. */
  readonly instrument: string
  /** Marks this run's orders and positions at the broker; 1 to 100 characters, unique per account. */
  readonly label: string
  /** Prefix of the order ids, 1 to 20 characters, never used before on the account. */
  readonly sessionId: string
  readonly risk: RiskLimits
  /**
   * Rules that block entries after a bad time, from this run's trades and equity. What they have seen goes on across
   * restarts by `stateStore`; without a usable record the account's closings of the day count. Default: none.
   */
  readonly protections?: readonly EntryProtection[]
  readonly ledger: IntentLedger
  /**
   * Keeps bad quotes from the strategy, by the same rules live and in a backtest: see {@link QuoteFilter}. Nothing is
   * opened while a jump of the price waits for confirmation. Default: every quote counts.
   */
  readonly quoteFilter?: QuoteGuardOptions
  /**
   * Wall time for which every quote may be kept back before nothing is opened and `quotes-stopped` tells of it; a feed
   * that says nothing is the broker's to tell. Default 60,000. Without effect on a venue that replays.
   */
  readonly keptBackAfterMs?: number
  /** Lots of every entry, instead of what the strategy sizes. */
  readonly entryVolume?: Lots
  /**
   * Positions of this run's label that were closed since then, also while no run watched, are recorded as trades; a
   * trade that an earlier run has recorded comes again with the same deal id. Default: the past is not looked at.
   */
  readonly closedSince?: UnixMs
  /**
   * Keeps the state of a strategy that has one, and what a daily loss limit and the protections have seen: loaded before
   * the start, saved before each entry leaves, and after bars and executions when it has changed. Default: the state
   * begins anew with each run, and of the day only what the broker's deal history tells is known.
   */
  readonly stateStore?: StateStore
  /** Tells what the strategy states with `ctx.explain` as the event `explained`. Default false. */
  readonly explain?: boolean
  /** Of `ctx.random`. Default 1. */
  readonly seed?: number
  /** Default: the clock of this machine. */
  readonly clock?: Clock
  readonly observer?: LiveObserver
  /**
   * Writes the session down, so that it can be replayed and compared with a backtest on its own quotes. It can end at any
   * time, and the run goes on. Default: nothing is recorded.
   */
  readonly recorder?: SessionRecorder
  /** Default: silent. */
  readonly logger?: Logger
  /** Abort = no more entries from this instant (lease lost). For an orderly stop call {@link LiveSession.stop}. */
  readonly signal?: AbortSignal
}

/** How a run stands at a glance; made on each call, for a pulse once a second. */
export interface LiveView {
  readonly status: LiveStatus
  readonly entriesEnabled: boolean
  /** What the run is not sure of, and opens nothing for: an order, its book, its price. Absent: nothing. */
  readonly doubt?: string
  readonly balance: Money
  readonly equity: Money
  readonly positions: readonly Position[]
  /** This run's orders that work at the broker. */
  readonly orders: readonly Order[]
  /** Entries that may still be filled: on their way, or working as an order. */
  readonly pendingEntries: number
  /** Commands whose outcome is not known yet. */
  readonly unresolved: number
  /** Entries whose outcome is not known, also those of earlier sessions; nothing is opened while there are any. */
  readonly unsettled: readonly UnsettledEntry[]
  /** Protections that let no entry through now. */
  readonly locks: readonly ProtectionLock[]
  /** Positions whose close, or the close of a part of them, was refused: a person should look. */
  readonly refusedCloses: readonly RefusedClose[]
  /** Positions whose close has had no answer, and which have not become smaller since: it may still take effect. */
  readonly unansweredCloses: readonly UnansweredClose[]
  /** Time of the last message; absent before the first. */
  readonly marketAt: UnixMs | undefined
  readonly quote: Quote | undefined
  /** Wall time since the last quote that counted, none that was filtered or late; absent before the first. */
  readonly lastQuoteAgeMs: number | undefined
  /** Of the first feed; absent between bars. */
  readonly formingBar: FeedBar | undefined
  /** Quotes dropped because their time lay before a message already handled. */
  readonly lateQuotes: number
  /** What the filter of quotes has seen; absent without one. */
  readonly quarantine?: QuoteFilterReport
}

/** A running bot. */
export interface LiveSession extends AsyncDisposable {
  readonly status: LiveStatus
  readonly instrument: Instrument
  /** See {@link LiveView}. */
  view(): LiveView
  /** What happens from now on; ends with the run. A reader that falls 10,000 events behind loses the oldest. */
  events(options?: { readonly signal?: AbortSignal }): AsyncIterable<RunEvent>
  /** Blocks entries; exits go on. */
  pause(): void
  /** Allows entries again, unless something else blocks them. */
  resume(): void
  /** Lots of every entry from now on; `undefined`: the strategy sizes. */
  setEntryVolume(volume: Lots | undefined): void
  /**
   * Stops the run; resolves when it has finished.
   *
   * With `close`, its orders are cancelled and its positions closed first; what is refused, lost or not answered is asked
   * for again. What is still open after 10 s, or may still open, stays under its protection: the event `left-open` and
   * {@link view} tell of it. Default `keep`.
   */
  stop(options?: { readonly positions?: 'keep' | 'close' }): Promise<void>
  /** Why the run ended. Never rejects. */
  readonly finished: Promise<StopReason>
  /** What ended the run when it `failed`. */
  readonly failure: EngineError | undefined
}
