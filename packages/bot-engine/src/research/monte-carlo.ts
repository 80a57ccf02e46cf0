import type { BacktestReport } from '../backtest/report.ts'
import { EngineError } from '../errors.ts'
import { optimalBlockLength } from '../statistics/block-length.ts'
import { checkResamples, indexSampler } from '../statistics/bootstrap.ts'
import { checkNumbers, checkOption, meanOf, quantileOfSorted } from '../statistics/sample.ts'
import { seededUniform } from '../statistics/seeded.ts'

/** How trades are drawn again. */
export interface MonteCarloOptions {
  /** Same seed, same result. A whole number from 0. */
  readonly seed: number
  /**
   * `shuffle`: the same trades in another order, so that the result stays and the way there changes. `blocks`: trades
   * drawn with replacement in blocks of neighbours, so that both change. Default `shuffle`.
   */
  readonly method?: 'shuffle' | 'blocks'
  /** 100 to 1,000,000. Default 5000. */
  readonly resamples?: number
  /** Mean length of the blocks in trades, from 1. Default: what their autocorrelation asks for. */
  readonly blockLength?: number
  /** A fall of equity by so many percent counts as ruin. Default 50. */
  readonly ruinPercent?: number
}

/** Values of a figure over all resamples. */
export interface Quantiles {
  readonly p5: number
  readonly p25: number
  readonly p50: number
  readonly p75: number
  readonly p95: number
  readonly mean: number
}

/** What could as well have happened. */
export interface MonteCarloReport {
  readonly method: 'shuffle' | 'blocks' | 'bars'
  readonly resamples: number
  /** Mean length of the blocks drawn; 1 for a shuffle. */
  readonly blockLength: number
  /** In percent of the equity at the start. */
  readonly returnPercent: Quantiles
  /** Deepest fall below the highest equity before, in percent of it. */
  readonly maxDrawdownPercent: Quantiles
  /** Of the run itself. */
  readonly observed: { readonly returnPercent: number; readonly maxDrawdownPercent: number }
  /** Share of the resamples that end below their start. */
  readonly lossProbability: number
  /** Share of the resamples with a fall of `ruinPercent` or more. */
  readonly ruinProbability: number
  /** Share of the resamples with a fall not deeper than the run's own: near 0, the run was lucky in its order. */
  readonly drawdownRank: number
}

/** Results of trades in minor units, and the equity they began with. */
export interface TradeResults {
  readonly startMinor: number
  readonly results: readonly number[]
}

/**
 * Draws the round trips of a run again and again, in other orders or as other samples, and tells how deep it could have
 * fallen. Trades are taken as they are, in money: nothing compounds anew.
 *
 * @throws {@link EngineError} `invalid-options`; `data-invalid` without a trade
 */
export function monteCarlo(
  of: Pick<BacktestReport, 'roundTrips' | 'equity'> | TradeResults,
  options: MonteCarloOptions,
): MonteCarloReport {
  const { startMinor, results } = 'results' in of ? of : resultsOf(of)
  const { method = 'shuffle', resamples = 5000, ruinPercent = 50, seed } = options
  checkResults(startMinor, results)
  checkResamples(resamples)
  const blockLength =
    method === 'shuffle' ? 1 : (options.blockLength ?? optimalBlockLength(results).stationary)
  const draw =
    method === 'shuffle'
      ? shuffler(results.length, seed)
      : indexSampler(results.length, { seed, blockLength })
  const paths = Array.from({ length: resamples }, () => {
    const path = new Path(startMinor)
    draw((_, index) => path.add(results[index] as number))
    return path
  })
  const observed = new Path(startMinor)
  for (const result of results) observed.add(result)
  return summarise(paths, observed, { method, blockLength, ruinPercent })
}

/** The results of a run, and what it began with. */
function resultsOf({ roundTrips, equity }: Pick<BacktestReport, 'roundTrips' | 'equity'>): TradeResults {
  return { startMinor: equity.equityMinor[0] ?? 0, results: roundTrips.map(({ net }) => net.minor) }
}

function checkResults(startMinor: number, results: readonly number[]): void {
  checkNumbers('results', results)
  checkOption('startMinor', startMinor, startMinor > 0 && startMinor < Infinity, 'an amount above 0')
  if (results.length === 0)
    throw new EngineError('data-invalid', 'The run has no trade to draw. Give one that trades.')
}

/** Fisher and Yates: every order is as likely as any other. */
function shuffler(count: number, seed: number): (take: (position: number, index: number) => void) => void {
  const uniform = seededUniform(seed)
  const order = Uint32Array.from({ length: count }, (_, i) => i)
  return take => {
    for (let i = count - 1; i >= 0; i--) {
      const other = Math.floor(uniform() * (i + 1))
      const chosen = order[other] as number
      order[other] = order[i] as number
      order[i] = chosen
      take(count - 1 - i, chosen)
    }
  }
}

/** What is kept of one course of equity. */
export interface Course {
  readonly returnPercent: number
  readonly maxDrawdownPercent: number
}

class Path implements Course {
  readonly #start: number
  #equity: number
  #peak: number
  maxDrawdownPercent = 0

  constructor(start: number) {
    this.#start = start
    this.#equity = start
    this.#peak = start
  }

  get returnPercent(): number {
    return (this.#equity / this.#start - 1) * 100
  }

  add(result: number): void {
    this.#equity += result
    if (this.#equity > this.#peak) this.#peak = this.#equity
    const fall = (1 - this.#equity / this.#peak) * 100
    if (fall > this.maxDrawdownPercent) this.maxDrawdownPercent = fall
  }
}

/** Sums courses up. */
export function summarise(
  courses: readonly Course[],
  observed: Course,
  how: {
    readonly method: MonteCarloReport['method']
    readonly blockLength: number
    readonly ruinPercent: number
  },
): MonteCarloReport {
  const { method, blockLength, ruinPercent } = how
  checkOption(
    'ruinPercent',
    ruinPercent,
    ruinPercent > 0 && ruinPercent <= 100,
    'a percentage above 0, to 100',
  )
  const share = (has: (course: Course) => boolean): number => courses.filter(has).length / courses.length
  // Sums of the same numbers in another order differ in their last bits.
  const own = observed.maxDrawdownPercent * (1 + 1e-9)
  return {
    method,
    resamples: courses.length,
    blockLength,
    returnPercent: quantilesOf(courses.map(({ returnPercent }) => returnPercent)),
    maxDrawdownPercent: quantilesOf(courses.map(({ maxDrawdownPercent }) => maxDrawdownPercent)),
    observed: {
      returnPercent: observed.returnPercent,
      maxDrawdownPercent: observed.maxDrawdownPercent,
    },
    lossProbability: share(({ returnPercent }) => returnPercent < 0),
    ruinProbability: share(({ maxDrawdownPercent }) => maxDrawdownPercent >= ruinPercent),
    drawdownRank: share(({ maxDrawdownPercent }) => maxDrawdownPercent <= own),
  }
}

function quantilesOf(values: readonly number[]): Quantiles {
  const sorted = Float64Array.from(values).sort()
  const at = (q: number): number => quantileOfSorted(sorted, q)
  return { p5: at(0.05), p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95), mean: meanOf(sorted) }
}
