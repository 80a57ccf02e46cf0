import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import type { Neighbourhood, SearchEnd, SweepRun, SweepSummary } from '@openclaw-trading/bot-engine/research'
import type { CliError } from '../errors.ts'
import type { Repeat } from '../research/repeat-best.ts'

/** What the best is worth, and how it stands among its neighbours. */
export type Judged = SweepSummary<AnyStrategy> & {
  readonly neighbourhood: Neighbourhood | undefined
  /** The best once more, alone. Absent: it was not made. */
  readonly repeat?: Repeat
}

/** What a sweep has found by now. */
export interface Found {
  readonly runs: readonly SweepRun<AnyStrategy>[]
  readonly total: number
  readonly refused: number
  /** Why an optimiser's search is over. */
  readonly ended: SearchEnd | undefined
  /** An optimiser chose what to run. */
  readonly steered: boolean
  /** Ended by Ctrl-C. */
  readonly interrupted: boolean
  /** Ended because runs could not be kept. */
  readonly lost: CliError | undefined
}
