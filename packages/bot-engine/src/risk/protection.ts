import type { Money, Side, UnixMs } from '@openclaw-trading/trading-model'

/** What a protection reads of a closed round trip, or of the closed part of one. */
export interface TradeResult {
  readonly side: Side
  readonly closedAt: UnixMs
  readonly exitReason: 'stop-loss' | 'take-profit' | 'strategy' | 'stop-out' | 'external'
  /** After all costs. */
  readonly net: Money
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
  /** Equity at a closed bar, or at an entry that is judged; in time order. */
  onEquity?(now: number, equityMinor: number): void
  /** Why no entry may be made now; `undefined` when it may. */
  problem(view: ProtectionView): string | undefined
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
  /** Begins a run in which nothing has been seen. */
  start(): ProtectionState
}

/** The protections of one run. */
export class Protections {
  readonly #states: readonly (readonly [string, ProtectionState])[]

  /** Starts each. */
  constructor(list: readonly EntryProtection[]) {
    this.#states = list.map(protection => [protection.name, protection.start()] as const)
  }

  /** Tells each of a trade. */
  onTrade(trade: TradeResult): void {
    for (const [, state] of this.#states) state.onTrade?.(trade)
  }

  /** Tells each of the equity. */
  onEquity(now: number, equityMinor: number): void {
    for (const [, state] of this.#states) state.onEquity?.(now, equityMinor)
  }

  /** The reason of the first that blocks; not `isPriced`: there was no quote yet, and equity knows no open profit. */
  problem(view: ProtectionView, isPriced = true): string | undefined {
    if (isPriced) this.onEquity(view.now, view.equityMinor)
    for (const [name, state] of this.#states) {
      const problem = state.problem(view)
      if (problem !== undefined) return `${name}: ${problem}`
    }
    return undefined
  }
}

/** The protections of a run; none is `undefined`, so that a run without them asks once. */
export function startProtections(list: readonly EntryProtection[] = []): Protections | undefined {
  return list.length === 0 ? undefined : new Protections(list)
}
