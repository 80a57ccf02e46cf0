import type { AnyStrategy } from '../strategy/define.ts'
import { type Grid, gridAxes, paramsKey } from './grid.ts'
import { type Objective, scorer, type SweepRun } from './objective.ts'

/** A combination one step aside of another: the next value of one axis, all else the same. */
export interface Neighbour {
  /** The parameter that differs. */
  readonly axis: string
  readonly value: number
  /** `undefined`: its run has no value of the objective, or there is none. */
  readonly score: number | undefined
  /** False: a draw, an optimiser or Ctrl-C left it out, or the schema refuses it. */
  readonly wasRun: boolean
}

/** How the score changes around the best run of a sweep. */
export interface Neighbourhood {
  /** Axis after axis, the lower value first; two of each axis of numbers, one where the best lies at its end. */
  readonly steps: readonly Neighbour[]
  /** Axes of which the best has the first or the last value: better ones may lie beyond. */
  readonly atEnd: readonly string[]
  /** Of the neighbours that have a score. `undefined` without one. */
  readonly mean: number | undefined
  readonly least: number | undefined
  /** (mean − m) ÷ (best − m), with m the score of doing nothing. 1: as good as the best. `undefined`: no mean, or a best not above m. */
  readonly kept: number | undefined
  /**
   * `plateau`: every neighbour was run, has a score and keeps half of the best or more. `peak`: on average they keep less
   * than half. `slope`: anything between. `undefined` without `kept`, or with one score alone.
   */
  readonly shape: 'plateau' | 'slope' | 'peak' | undefined
}

/** What a neighbourhood is of. */
export interface NeighbourOptions<S extends AnyStrategy> {
  /** That was swept. */
  readonly grid: Grid<S>
  /** Default `sharpe`. */
  readonly objective?: Objective
  /** A run with fewer trades has no score. Default 30. */
  readonly leastTrades?: number
}

/** Where trading is worth nothing, by objective; else 0. */
const NOTHING: Readonly<Record<string, number>> = { 'profit-factor': 1 }
const ENOUGH = 0.5
/** One neighbour is no neighbourhood. */
const LEAST_SCORES = 2

/**
 * Looks one step to either side of a run along each axis of numbers: what is worth something is worth nearly as much
 * beside it, what luck has chosen stands alone. It proves little by itself, because neighbours trade alike: the deflated
 * Sharpe ratio comes first.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function neighboursOf<S extends AnyStrategy>(
  best: SweepRun<S>,
  runs: Iterable<SweepRun<S>>,
  { grid, objective = 'sharpe', leastTrades }: NeighbourOptions<S>,
): Neighbourhood {
  const score = scorer(objective, leastTrades)
  const byKey = new Map<string, SweepRun<S>>()
  for (const run of runs) byKey.set(run.key, run)
  const steps: Neighbour[] = []
  const atEnd: string[] = []
  for (const { axis, values, isAtEnd } of stepsAside(best.params, grid)) {
    if (isAtEnd) atEnd.push(axis)
    for (const value of values) {
      const run = byKey.get(paramsKey({ ...(best.params as object), [axis]: value }))
      steps.push({ axis, value, score: run && score(run.report), wasRun: run !== undefined })
    }
  }
  const middle = typeof objective === 'string' ? (NOTHING[objective] ?? 0) : 0
  return { steps, atEnd, ...judged(steps, score(best.report), middle) }
}

interface AxisSteps {
  readonly axis: string
  readonly values: readonly number[]
  readonly isAtEnd: boolean
}

/** Of a text or a switch no value is next to another. */
function stepsAside<S extends AnyStrategy>(
  params: SweepRun<S>['params'],
  grid: Grid<S>,
): readonly AxisSteps[] {
  return gridAxes(grid).flatMap(({ name, values }) => {
    if (!values.every(value => typeof value === 'number')) return []
    const sorted = [...new Set(values)].sort((one, other) => one - other)
    const own = (params as Readonly<Record<string, unknown>>)[name]
    const place = sorted.indexOf(own as number)
    if (place < 0 || sorted.length < 2) return []
    const beside = [sorted[place - 1], sorted[place + 1]].filter(value => value !== undefined)
    return [{ axis: name, values: beside, isAtEnd: beside.length < 2 }]
  })
}

function judged(
  steps: readonly Neighbour[],
  best: number | undefined,
  middle: number,
): Pick<Neighbourhood, 'mean' | 'least' | 'kept' | 'shape'> {
  const scores = steps.flatMap(({ score }) => score ?? [])
  if (scores.length === 0) return { mean: undefined, least: undefined, kept: undefined, shape: undefined }
  const mean = scores.reduce((sum, one) => sum + one, 0) / scores.length
  const least = Math.min(...scores)
  if (best === undefined || !(best > middle)) return { mean, least, kept: undefined, shape: undefined }
  const kept = (mean - middle) / (best - middle)
  if (scores.length < LEAST_SCORES) return { mean, least, kept, shape: undefined }
  const isWhole = scores.length === steps.length && (least - middle) / (best - middle) >= ENOUGH
  return { mean, least, kept, shape: isWhole ? 'plateau' : kept < ENOUGH ? 'peak' : 'slope' }
}
