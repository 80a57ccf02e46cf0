import type { AnyStrategy } from '../strategy/define.ts'
import type { Combination, GridPlan } from './grid.ts'
import type { SweepRun } from './objective.ts'

/** Why an optimiser's search was over. */
export type SearchEnd =
  /** As many combinations were tried as it may try. */
  | 'trials'
  /** The grid has no further combination. */
  | 'exhausted'
  /** The optimiser suggested nothing. */
  | 'optimiser'
  /** The optimiser suggested again and again what was known or refused. */
  | 'repeats'

/** What a sweep runs, one batch after the other: the next one may depend on what came of those before. */
export interface SweepPlan<S extends AnyStrategy> {
  /** Most runs that there will be, taken over ones too. */
  readonly total: number
  /** Runs taken over so far. */
  readonly resumed: number
  /** Combinations so far that the schema refuses. */
  readonly refused: number
  /** Of a search that is over. */
  readonly ended: SearchEnd | undefined
  /** Runs taken over since the last call. */
  takenOver(): readonly SweepRun<S>[]
  /** Learns of a run before the next batch is asked for. */
  took(run: SweepRun<S>): void
  /** What to run; a batch is asked for when all runs of the one before were taken. */
  batches(): AsyncGenerator<readonly Combination<S>[], void, undefined>
}

/** All combinations of a grid, or of a draw of it, in one batch. */
export class GridSweep<S extends AnyStrategy> implements SweepPlan<S> {
  readonly total: number
  readonly resumed: number
  readonly refused: number
  readonly ended = undefined
  readonly #jobs: readonly Combination<S>[]
  #takenOver: readonly SweepRun<S>[]

  /** Plans what is not known yet. */
  constructor({ combinations, refused }: GridPlan<S>, known: ReadonlyMap<string, SweepRun<S>>) {
    this.#takenOver = combinations.flatMap(({ key }) => known.get(key) ?? [])
    this.#jobs = combinations.filter(({ key }) => !known.has(key))
    this.total = combinations.length
    this.resumed = this.#takenOver.length
    this.refused = refused.length
  }

  takenOver(): readonly SweepRun<S>[] {
    const runs = this.#takenOver
    this.#takenOver = []
    return runs
  }

  took(): void {}

  async *batches(): AsyncGenerator<readonly Combination<S>[], void, undefined> {
    yield this.#jobs
  }
}
