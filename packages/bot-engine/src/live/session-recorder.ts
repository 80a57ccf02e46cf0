import type { AccountSnapshot, Instrument, Lots, SymbolId } from '@openclaw-trading/trading-model'
import type { WarmUp } from '../kernel/kernel-options.ts'
import type { DecisionRecord } from '../kernel/order-entry.ts'
import type { QuoteGuardOptions } from '../kernel/quote-guard.ts'
import type { Trade } from '../kernel/trade.ts'
import type { RiskLimits } from '../risk/limits.ts'
import type { EntryProtection } from '../strategy/entry-protection.ts'
import type { RunEvent } from './run-event.ts'

/** With what a session began: all that a replay of it needs but the quotes. */
export interface SessionStart {
  /** Name of the strategy. */
  readonly strategy: string
  /** As the run was given them. */
  readonly params: unknown
  readonly label: string
  readonly sessionId: string
  readonly instrument: Instrument
  /** Other instruments, which feeds watch. */
  readonly watched: readonly Instrument[]
  /** The account before the first message. */
  readonly snapshot: AccountSnapshot
  readonly risk: RiskLimits
  /** Those that the run was given beside the strategy's own. */
  readonly protections: readonly EntryProtection[]
  readonly quoteFilter: QuoteGuardOptions
  /** Lots of every entry; absent: the strategy sizes. */
  readonly entryVolume?: Lots
  readonly seed: number
  /** Bars from before the run, by feed. */
  readonly warmUp: WarmUp
  /** The saved state that the strategy began with; absent: there was none. */
  readonly state?: unknown
  /** Limits and protections know of what happened before this session. */
  readonly remembers: boolean
}

/** What happened in a session beside its quotes. */
export type SessionNote =
  | { readonly type: 'decision'; readonly decision: DecisionRecord }
  | { readonly type: 'trade'; readonly trade: Trade }
  | { readonly type: 'event'; readonly event: RunEvent }

/**
 * Writes a live run down as it happens; `createSessionRecorder` of `@openclaw-trading/bot-engine/parity` is one.
 *
 * Called synchronously while a message is handled: it must be quick, and never wait. One that throws is not called again,
 * and the run goes on.
 */
export interface SessionRecorder {
  /** Once, before the first quote. */
  begin(start: SessionStart): void
  /**
   * Each quote as the kernel has met it, in that order; prices in 1/100000.
   *
   * @param counted - The strategy saw it: it was neither filtered nor late.
   */
  quote(symbolId: SymbolId, at: number, bid: number, ask: number, counted: boolean): void
  /** Whatever else happened, in its place among the quotes; the event `status-changed` to `stopped` is the last. */
  note(note: SessionNote): void
}
