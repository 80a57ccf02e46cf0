import type { Money, PositionId, Side, UnixMs } from '@openclaw-trading/trading-model'

/** What a protection reads of a closed round trip, or of the closed part of one. */
export interface TradeResult {
  /** Absent: not known. */
  readonly positionId?: PositionId
  readonly side: Side
  readonly closedAt: UnixMs
  readonly exitReason: 'stop-loss' | 'take-profit' | 'strategy' | 'stop-out' | 'external'
  /** After all costs. */
  readonly net: Money
  /**
   * Something of the position is left: this was no round trip yet. Absent: it is closed, as far as is known. A closing
   * that a live run finds in the broker's records behind the position's last one has none either.
   */
  readonly isOpen?: boolean
}

/** What a protection looks at when an entry is judged. */
export interface ProtectionView {
  /** Market time of the decision. */
  readonly now: number
  readonly side: Side
  /** In minor units, at the last quote. */
  readonly equityMinor: number
}

/** A protection in one run, with what it has seen. */
export interface ProtectionState {
  /** A trade of the run was closed. */
  onTrade?(trade: TradeResult): void
  /**
   * Equity at a closed bar, or at an entry that is judged; in time order.
   *
   * A live run that does not know how its day went tells first what the day's closings say of it.
   */
  onEquity?(now: number, equityMinor: number): void
  /**
   * Why no entry may be made now; `undefined` when it may. A live run asks between entries too, to show it: asking must
   * change nothing.
   */
  problem(view: ProtectionView): string | undefined
  /** What the next process must know, as plain JSON, or nothing yet; absent: it begins with nothing seen. */
  memory?(): unknown
}

/**
 * A rule that blocks entries after a bad time, and never an exit: `protections: [cooldown({ minutes: 60 })]`.
 *
 * It holds no state itself, so that one list serves any number of runs.
 */
export interface EntryProtection {
  /** Begins the reason of a block. */
  readonly name: string
  /** What it was made with, as plain data: runs with other settings are other runs. */
  readonly settings: object
  /**
   * Amounts that it compares with money of the account, by the option that states them: a run whose account has another
   * currency or other digits refuses to start. Default: none.
   */
  readonly amounts?: Readonly<Record<string, Money>>
  /**
   * Begins a run: with what {@link ProtectionState.memory} gave to an earlier process, or with nothing seen.
   *
   * @throws anything when the memory cannot be read; it then begins with nothing seen
   */
  start(memory?: unknown): ProtectionState
}
