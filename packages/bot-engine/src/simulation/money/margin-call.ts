/** A margin call may be told again after this much market time. */
export const MARGIN_CALL_PAUSE_MS = 600_000
/** Thresholds that an account may have. */
export const MAX_MARGIN_CALLS = 3

/** A threshold of the margin level, as it stands; JSON-safe. */
export interface MarginCallState {
  /** Equity ÷ margin in percent at or below which it is told; 0 is off. */
  readonly percent: number
  readonly updatedAt: number
  /** When it was told last; absent: never. */
  readonly calledAt?: number
}

/** The margin calls of an account. */
export class MarginCalls {
  private calls: MarginCallState[]
  private highestLevel: number

  /** Creates them from percents, or as a state has them. */
  constructor(percents: readonly number[], restored: readonly MarginCallState[] | undefined) {
    this.calls = restored?.slice() ?? percents.map(percent => ({ percent, updatedAt: 0 }))
    this.highestLevel = highestOf(this.calls)
  }

  /** The thresholds in the order of the account. */
  get all(): readonly MarginCallState[] {
    return this.calls
  }

  /** The highest threshold; 0 when there is none. */
  get highest(): number {
    return this.highestLevel
  }

  /** Moves a threshold, which may then be told at once. @returns whether the account has it */
  set(index: number, percent: number, at: number): boolean {
    if (this.calls[index] === undefined) return false
    this.calls[index] = { percent, updatedAt: at }
    this.highestLevel = highestOf(this.calls)
    return true
  }

  /** Takes the thresholds that are to be told now, by index. */
  take(at: number, isReached: (percent: number) => boolean): readonly number[] {
    const taken: number[] = []
    for (const [index, call] of this.calls.entries()) {
      const isEarly = call.calledAt !== undefined && at - call.calledAt < MARGIN_CALL_PAUSE_MS
      if (call.percent === 0 || isEarly || !isReached(call.percent)) continue
      this.calls[index] = { ...call, calledAt: at }
      taken.push(index)
    }
    return taken
  }
}

function highestOf(calls: readonly MarginCallState[]): number {
  return Math.max(0, ...calls.map(({ percent }) => percent))
}
