import { EngineError } from '../errors.ts'
import { seededUniform } from '../statistics/seeded.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { parseParams } from '../strategy/params.ts'
import type { SearchAxis } from './optimiser.ts'

/** Values to try for each parameter; a parameter that is left out keeps its default. */
export type Grid<S extends AnyStrategy> = {
  readonly [K in keyof StrategyParams<S>]?: readonly NonNullable<StrategyParams<S>[K]>[]
}

/** A draw from a grid instead of all of it. */
export interface RandomDraw {
  /** Combinations to draw, each at most once, from 1; all of them when the grid has fewer. */
  readonly runs: number
  /** Same seed, same draw. A whole number from 0, default 1. */
  readonly seed?: number
}

/** One combination of parameters. */
export interface Combination<S extends AnyStrategy> {
  readonly key: string
  readonly params: StrategyParams<S>
}

/** The combinations to run, and those that the schema of the strategy refuses. */
export interface GridPlan<S extends AnyStrategy> {
  readonly combinations: readonly Combination<S>[]
  /** Of a grid of fast and slow averages those with fast ≥ slow, for instance; they are no runs and no trials. */
  readonly refused: readonly Combination<S>[]
}

/** Most combinations that one sweep takes. */
const MOST_COMBINATIONS = 1_000_000

/**
 * The numbers from `from` to `to` in steps, both ends included where a step meets them; decimals are those of the
 * step, so that 1.5 to 3 by 0.1 holds 1.8 and not 1.8000000000000003.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function range(from: number, to: number, step = 1): readonly number[] {
  const count = Math.floor((to - from) / step + 1e-9) + 1
  if (!(Number.isFinite(from) && step > 0 && to >= from && count <= MOST_COMBINATIONS))
    throw new EngineError(
      'invalid-options',
      `A range from ${from} to ${to} by ${step} is none. Give a first value, a last one not below it and a step above 0, of at most ${MOST_COMBINATIONS} values.`,
      { details: { from, to, step } },
    )
  const digits = Math.max(decimalsOf(from), decimalsOf(step))
  return Array.from({ length: count }, (_, i) => Number((from + i * step).toFixed(digits)))
}

function decimalsOf(value: number): number {
  const [, fraction = '', exponent = '0'] = /(?:\.(\d+))?(?:e([+-]\d+))?$/.exec(String(value)) ?? []
  return Math.min(20, Math.max(0, fraction.length - Number(exponent)))
}

/** The same text for the same parameters, in whatever order they were written. */
export function paramsKey(params: object): string {
  const entries = Object.entries(params).filter(([, value]) => value !== undefined)
  return JSON.stringify(Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1))))
}

/**
 * Lists what a sweep runs: every combination of the grid over `base`, or a seeded draw of them.
 *
 * @throws {@link EngineError} `invalid-options`; `invalid-params` when the schema refuses every combination
 */
export function planGrid<S extends AnyStrategy>(
  strategy: S,
  grid: Grid<S>,
  { base = {}, random }: { readonly base?: object; readonly random?: RandomDraw | undefined } = {},
): GridPlan<S> {
  const axes = gridAxes(grid)
  const size = axes.reduce((product, { values }) => product * values.length, 1)
  checkSize(size)
  const combinations = new Map<string, Combination<S>>()
  const refused = new Map<string, Combination<S>>()
  let problem: unknown
  for (const index of indicesOf(size, random)) {
    const params = { ...base, ...combinationAt(axes, index) } as StrategyParams<S>
    const combination = { key: paramsKey(params as object), params }
    try {
      parseParams(strategy, params)
      combinations.set(combination.key, combination)
    } catch (cause) {
      problem ??= cause
      refused.set(combination.key, combination)
    }
  }
  if (combinations.size === 0 && problem !== undefined) throw problem
  return { combinations: [...combinations.values()], refused: [...refused.values()] }
}

/** The parameters of a grid with their values. @throws {@link EngineError} `invalid-options` for one without a value */
export function gridAxes<S extends AnyStrategy>(grid: Grid<S>): readonly SearchAxis[] {
  const axes = Object.entries(grid).flatMap(([name, values]) =>
    values === undefined ? [] : [{ name, values: values as readonly unknown[] }],
  )
  const empty = axes.find(({ values }) => values.length === 0)
  if (empty === undefined) return axes
  throw new EngineError(
    'invalid-options',
    `The grid has no value for ${empty.name}. Give one, or leave it out.`,
  )
}

function checkSize(size: number): void {
  if (size > MOST_COMBINATIONS)
    throw new EngineError(
      'invalid-options',
      `The grid has ${size} combinations, at most ${MOST_COMBINATIONS} are taken. Take wider steps, or fewer axes.`,
      { details: { size } },
    )
}

/** The last axis changes fastest, as in a table read line by line. */
function combinationAt(axes: readonly SearchAxis[], index: number): object {
  let rest = index
  const chosen = axes.toReversed().map(({ name, values }): [string, unknown] => {
    const value = values[rest % values.length]
    rest = Math.floor(rest / values.length)
    return [name, value]
  })
  return Object.fromEntries(chosen.reverse())
}

/** All indices in order, or the first of a shuffle. */
function* indicesOf(size: number, random: RandomDraw | undefined): Generator<number> {
  if (random === undefined) {
    for (let index = 0; index < size; index++) yield index
    return
  }
  const { runs, seed = 1 } = random
  if (!Number.isInteger(runs) || runs < 1)
    throw new EngineError('invalid-options', `random.runs is ${runs}. Use a whole number from 1.`, {
      details: { runs: String(runs) },
    })
  const uniform = seededUniform(seed)
  // Only the places that were touched: a draw of ten from a million keeps ten.
  const moved = new Map<number, number>()
  for (let place = 0; place < Math.min(runs, size); place++) {
    const other = place + Math.floor(uniform() * (size - place))
    yield moved.get(other) ?? other
    moved.set(other, moved.get(place) ?? place)
  }
}
