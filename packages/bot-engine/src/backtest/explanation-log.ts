import type { Explanation } from '../kernel/explanation.ts'

/** Explanations kept unless the run says otherwise, of each kind. */
export const MAX_EXPLANATIONS = 10_000

/** How a backtest explains itself. */
export interface ExplainOptions {
  /** Explanations kept that led to a command or a blocked entry, and as many that did not; the first of each. Default 10,000. */
  readonly limit?: number
}

/** Keeps the first explanations of a run: those that led to something, and those that did not, each within the limit. */
export class ExplanationLog {
  /** The run explains itself. */
  readonly isOn: boolean
  private readonly limit: number
  private readonly acted: Explanation[] = []
  private readonly idle: Explanation[] = []
  /** All that there were. */
  count = 0

  /** Creates an empty log. */
  constructor(options: boolean | ExplainOptions = false) {
    this.isOn = options !== false
    this.limit = (typeof options === 'object' ? options.limit : undefined) ?? MAX_EXPLANATIONS
  }

  /** Takes one. */
  push(explanation: Explanation): void {
    this.count += 1
    const { commands, blockedBy } = explanation
    const kept = commands.length > 0 || blockedBy?.type === 'entry' ? this.acted : this.idle
    if (kept.length < this.limit) kept.push(explanation)
  }

  /** Those kept, in the order of the run. */
  get kept(): readonly Explanation[] {
    return [...this.acted, ...this.idle].sort((a, b) => a.seq - b.seq)
  }
}
