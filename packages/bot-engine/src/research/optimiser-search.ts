import { EngineError, isEngineError } from '../errors.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { parseParams } from '../strategy/params.ts'
import { type Combination, type Grid, gridAxes, paramsKey } from './grid.ts'
import { type Objective, scorer, type SweepRun, type TrialReport } from './objective.ts'
import type {
  CreateOptimiser,
  Optimiser,
  SearchAxis,
  SearchSpace,
  Suggestion,
  SuggestionResult,
} from './optimiser.ts'
import type { SearchEnd, SweepPlan } from './sweep-plan.ts'
import { untilAborted } from './until-aborted.ts'

/** A search of a grid by an optimiser instead of all of it. */
export interface SearchOptions {
  /** Of any library; {@link directOptimiser} is one. */
  readonly optimiser: CreateOptimiser
  /** Different combinations to run at most, taken over ones too. 1 to 100,000. */
  readonly trials: number
  /** What the optimiser draws with. A whole number from 0, default 1. */
  readonly seed?: number
  /** What the optimiser is told of a run. Default `sharpe`. */
  readonly objective?: Objective
  /** A run with fewer trades has no value. Default {@link LEAST_TRADES}. */
  readonly leastTrades?: number
}

/** What a search is over, besides its options. */
export interface SearchPlace<S extends AnyStrategy> {
  readonly strategy: S
  readonly grid: Grid<S>
  readonly base: object
  /** Runs that need not be run again. */
  readonly known: ReadonlyMap<string, SweepRun<S>>
  readonly signal: AbortSignal | undefined
}

const MOST_TRIALS = 100_000
/** Suggestions for each trial, repeated and refused ones too, before a search is over: an optimiser may have converged, or repeat itself for ever. */
const MOST_SUGGESTIONS_PER_TRIAL = 20

type Outcome = Omit<SuggestionResult, 'suggestion'>

/** What an optimiser suggests, batch by batch; results are told in the order of the suggestions, whoever was done first. */
export class OptimiserSearch<S extends AnyStrategy> implements SweepPlan<S> {
  readonly total: number
  readonly #place: SearchPlace<S>
  readonly #space: SearchSpace
  readonly #allowed: ReadonlyMap<string, ReadonlySet<unknown>>
  readonly #size: number
  readonly #score: (report: TrialReport) => number | undefined
  readonly #optimiser: Optimiser
  readonly #outcomes = new Map<string, Outcome>()
  #takenOver: SweepRun<S>[] = []
  #trials = 0
  #suggested = 0
  #resumed = 0
  #refused = 0
  #ended: SearchEnd | undefined

  /** Makes the optimiser; nothing is asked yet. @throws {@link EngineError} `invalid-options` */
  constructor(place: SearchPlace<S>, options: SearchOptions) {
    const { optimiser, trials, seed = 1, objective, leastTrades } = options
    checkWhole('search.trials', trials, 1, MOST_TRIALS)
    checkWhole('search.seed', seed, 0, Number.MAX_SAFE_INTEGER)
    const axes = gridAxes(place.grid)
    if (axes.length === 0)
      throw new EngineError(
        'invalid-options',
        'The grid has no parameter to search over. Give values to try.',
      )
    this.#place = place
    this.#allowed = new Map(axes.map(({ name, values }) => [name, new Set(values)]))
    this.#size = [...this.#allowed.values()].reduce((product, { size }) => product * size, 1)
    this.#score = scorer(objective ?? 'sharpe', leastTrades)
    this.total = Math.min(trials, this.#size)
    this.#space = { axes, seed, trials: this.total }
    this.#optimiser = made(optimiser, this.#space)
  }

  get resumed(): number {
    return this.#resumed
  }

  get refused(): number {
    return this.#refused
  }

  get ended(): SearchEnd | undefined {
    return this.#ended
  }

  takenOver(): readonly SweepRun<S>[] {
    const runs = this.#takenOver
    this.#takenOver = []
    return runs
  }

  took({ key, report }: SweepRun<S>): void {
    this.#outcomes.set(key, { score: this.#score(report) })
  }

  async *batches(): AsyncGenerator<readonly Combination<S>[], void, undefined> {
    for (;;) {
      this.#ended = this.#endByCount()
      if (this.#ended !== undefined) return
      const suggestions = await this.#ask()
      if (suggestions.length === 0) {
        this.#ended = 'optimiser'
        return
      }
      const combinations = suggestions.map(suggestion => this.#combination(suggestion))
      const jobs = combinations.filter(combination => this.#isNew(combination))
      if (jobs.length > 0) yield jobs
      await this.#tell(
        suggestions.map((suggestion, i) => ({
          suggestion,
          ...(this.#outcomes.get((combinations[i] as Combination<S>).key) as Outcome),
        })),
      )
    }
  }

  #endByCount(): SearchEnd | undefined {
    if (this.#trials >= this.#space.trials) return this.#outcomes.size >= this.#size ? 'exhausted' : 'trials'
    if (this.#outcomes.size >= this.#size) return 'exhausted'
    return this.#suggested >= MOST_SUGGESTIONS_PER_TRIAL * this.#space.trials ? 'repeats' : undefined
  }

  async #ask(): Promise<readonly Suggestion[]> {
    const most = this.#space.trials - this.#trials
    const answer = await this.#called('ask', () => this.#optimiser.ask(most))
    if (!Array.isArray(answer) || answer.length > most)
      throw new EngineError(
        'invalid-options',
        `The optimiser was asked for at most ${most} suggestions and answered with ${Array.isArray(answer) ? answer.length : String(answer)}. Let ask return an array of at most as many as it is asked for.`,
        { details: { most } },
      )
    this.#suggested += answer.length
    return answer
  }

  #tell(results: readonly SuggestionResult[]): Promise<void> {
    return this.#called('tell', () => this.#optimiser.tell(results))
  }

  /** Calls the optimiser, which is not ours. */
  async #called<T>(method: keyof Optimiser, call: () => T | Promise<T>): Promise<T> {
    const { signal } = this.#place
    try {
      return await untilAborted(call(), signal)
    } catch (cause) {
      if (signal?.aborted === true && cause === signal.reason) throw cause
      const what = cause instanceof Error ? cause.message : String(cause)
      throw new EngineError(
        'invalid-options',
        `The optimiser failed in ${method} after ${this.#trials} trials: ${what}. The runs so far are kept; mend the optimiser and go on.`,
        { cause, details: { trials: this.#trials } },
      )
    }
  }

  #combination(suggestion: Suggestion): Combination<S> {
    const problem = this.#problemOf(suggestion)
    if (problem !== undefined)
      throw new EngineError(
        'invalid-options',
        `The optimiser suggested ${JSON.stringify(suggestion)}: ${problem} Suggest a value of each axis; axisValue gives one.`,
        { details: { suggestion } },
      )
    const params = { ...this.#place.base, ...suggestion } as StrategyParams<S>
    return { key: paramsKey(params as object), params }
  }

  #problemOf(suggestion: Suggestion): string | undefined {
    if (typeof suggestion !== 'object' || suggestion === null) return 'that is no set of parameters.'
    const unknown = Object.keys(suggestion).find(name => !this.#allowed.has(name))
    if (unknown !== undefined)
      return `${unknown} is not searched over (${[...this.#allowed.keys()].join(', ')} are).`
    const wrong = this.#space.axes.find(({ name }) => this.#allowed.get(name)?.has(suggestion[name]) !== true)
    return wrong && `${wrong.name} is ${JSON.stringify(suggestion[wrong.name])}, not one of ${listed(wrong)}.`
  }

  /** Whether a combination is to be run; what is known or refused is settled here. */
  #isNew({ key, params }: Combination<S>): boolean {
    if (this.#outcomes.has(key)) return false
    const { strategy, known } = this.#place
    try {
      parseParams(strategy, params)
    } catch (error) {
      if (!isEngineError(error, 'invalid-params')) throw error
      this.#refused += 1
      this.#outcomes.set(key, { score: undefined, problem: error.message })
      return false
    }
    this.#trials += 1
    const run = known.get(key)
    this.#outcomes.set(key, { score: run && this.#score(run.report) })
    if (run === undefined) return true
    this.#resumed += 1
    this.#takenOver.push(run)
    return false
  }
}

function made(optimiser: CreateOptimiser, space: SearchSpace): Optimiser {
  try {
    return optimiser(space)
  } catch (cause) {
    const what = cause instanceof Error ? cause.message : String(cause)
    throw new EngineError('invalid-options', `The optimiser cannot be made for this grid: ${what}.`, {
      cause,
    })
  }
}

function listed({ values }: SearchAxis): string {
  const texts = values.map(value => JSON.stringify(value))
  return texts.length <= 6
    ? texts.join(', ')
    : `${texts.slice(0, 3).join(', ')} … ${texts.at(-1)} (${texts.length} values)`
}

function checkWhole(name: string, value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new EngineError(
    'invalid-options',
    `${name} is ${value}. Use a whole number from ${least} to ${most}.`,
    {
      details: { [name]: String(value) },
    },
  )
}
