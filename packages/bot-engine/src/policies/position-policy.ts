import type { Instrument, Position, UnixMs } from '@openclaw-trading/trading-model'

/** A position as a {@link PositionPolicy} sees it. Prices are whole 1/100000. */
export interface ManagedPosition {
  readonly position: Position
  readonly instrument: Instrument
  /** +1 of a buy, −1 of a sell: a difference times it is above 0 when it is a gain. */
  readonly sign: 1 | -1
  readonly now: UnixMs
  readonly entryPoints: number
  /** What closing now would meet: the bid of a buy, the ask of a sell. */
  readonly exitPoints: number
  /**
   * The best price since the entry, the entry included: of closes, of bars that opened at the entry or after it, of the
   * quotes since the fill while the bar of the entry lasts, and of all quotes where a policy reads them.
   */
  readonly bestPoints: number
  /** From the entry to its first stop; `undefined` without one, or when it was no risk any more. */
  readonly riskPoints: number | undefined
  /** Bars of the driving feed that closed since the entry. */
  readonly barsHeld: number
}

/** What a policy wants of a position. */
export type PolicyWish =
  /**
   * A stop at a price or better; it is never moved back. `ifPassed`: what happens when the market has already passed
   * it – close at once, or wait until it has come back.
   */
  | { readonly type: 'stop'; readonly points: number; readonly ifPassed: 'close' | 'wait' }
  /** Close a share of the first volume, 0 to 1; each `rung` counts once. */
  | { readonly type: 'part'; readonly rung: number; readonly share: number }
  | { readonly type: 'close' }

/**
 * A rule that protects open positions. Stateless and synchronous: what is to be remembered of a position, the one that
 * applies it remembers; see {@link managed}.
 */
export interface PositionPolicy {
  /** Stands in explanations. */
  readonly name: string
  /** At closed bars alone, or at each quote too. */
  readonly when: 'bar' | 'quote'
  /** What it wants now; each part of a ladder is asked for until it was taken. */
  decide(position: ManagedPosition): readonly PolicyWish[]
}

/** When a policy is asked. */
export interface WhenOption {
  /** `quote` reacts within a bar and costs a handler call per quote; a backtest over bars has none. Default `bar`. */
  readonly when?: 'bar' | 'quote'
}
