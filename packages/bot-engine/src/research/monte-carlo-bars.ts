import { type Instrument, roundPoints } from '@openclaw-trading/trading-model'
import { backtest } from '../backtest/run.ts'
import type { BarColumns } from '../data/columns.ts'
import { EngineError } from '../errors.ts'
import { optimalBlockLength } from '../statistics/block-length.ts'
import { type IndexSampler, indexSampler } from '../statistics/bootstrap.ts'
import { checkOption } from '../statistics/sample.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { mapColumns } from './data-columns.ts'
import { type Course, type MonteCarloReport, summarise } from './monte-carlo.ts'
import type { SharedOptions } from './trial.ts'

/** How a market is drawn again. */
export interface MonteCarloBarsOptions<S extends AnyStrategy>
  extends Omit<SharedOptions<S>, 'data' | 'intrabar'> {
  readonly params: StrategyParams<S>
  readonly data: BarColumns
  /** Of the drawn markets; `seed` is that of the strategy's own randomness. A whole number from 0. */
  readonly drawSeed: number
  /** Markets to draw, 10 to 100,000; each is a backtest. Default 200. */
  readonly resamples?: number
  /** Mean length of the blocks in bars, from 1. Default: what the size of moves asks for, which remembers longest. */
  readonly blockLength?: number
  /** A fall of equity by so many percent counts as ruin. Default 50. */
  readonly ruinPercent?: number
  /** Ends it between two runs; its reason is thrown. */
  readonly signal?: AbortSignal
  /** Told of each resample that was run; it must not throw. */
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/**
 * Runs a strategy on markets that are drawn from its own: bars in blocks of neighbours, each with its move, range and
 * gap relative to the close before, at the times of the data.
 *
 * What a strategy earns here too it owes to what happens within a block. What it owes to longer trends, to hours of
 * the day or to events is gone: a result far below the run's own says so.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`, and what {@link backtest} throws
 */
export async function monteCarloBars<S extends AnyStrategy>(
  strategy: S,
  options: MonteCarloBarsOptions<S>,
): Promise<MonteCarloReport> {
  const {
    drawSeed,
    resamples = 200,
    ruinPercent = 50,
    blockLength: given,
    signal,
    onProgress,
    ...run
  } = options
  checkOption(
    'resamples',
    resamples,
    Number.isInteger(resamples) && resamples >= 10 && resamples <= 100_000,
    'a whole number from 10 to 100000',
  )
  const { data } = options
  if (data.length < 2)
    throw new EngineError('data-invalid', `${data.length} bars cannot be drawn from. Give at least two.`)
  const blockLength = given ?? optimalBlockLength(sizesOf(data)).stationary
  const draw = indexSampler(data.length - 1, { seed: drawSeed, blockLength })
  const courses: Course[] = []
  for (let done = 0; done < resamples; done++) {
    signal?.throwIfAborted()
    courses.push(await courseOf(strategy, { ...run, data: resampledBars(data, run.instrument, draw) }))
    onProgress?.({ done: done + 1, total: resamples })
    await new Promise(resolve => setImmediate(resolve))
  }
  return summarise(courses, await courseOf(strategy, run), { method: 'bars', blockLength, ruinPercent })
}

async function courseOf<S extends AnyStrategy>(
  strategy: S,
  options: SharedOptions<S> & { readonly params: StrategyParams<S> },
): Promise<Course> {
  const { equity, metrics } = await backtest(strategy, options)
  const [start = 1] = equity.equityMinor
  const end = equity.equityMinor[equity.length - 1] ?? start
  return { returnPercent: (end / start - 1) * 100, maxDrawdownPercent: metrics.maxDrawdownPercent }
}

/** Sizes of the moves from close to close. */
function sizesOf({ close, length }: BarColumns): Float64Array {
  return Float64Array.from({ length: length - 1 }, (_, i) =>
    Math.abs(Math.log((close[i + 1] as number) / (close[i] as number))),
  )
}

/** Bars after the first drawn anew; prices are rounded to the instrument's digits. */
export function resampledBars(
  data: BarColumns,
  instrument: Pick<Instrument, 'digits'>,
  draw: IndexSampler,
): BarColumns {
  const bars = mapColumns(data, data.length, column => column.slice(0, data.length)) as BarColumns
  let close = data.close[0] as number
  draw((position, index) => {
    const to = position + 1
    const from = index + 1
    const scale = close / (data.close[index] as number)
    for (const name of ['open', 'high', 'low', 'close'] as const)
      bars[name][to] = roundPoints(instrument, (data[name][from] as number) * scale)
    bars.tickVolume[to] = data.tickVolume[from] as number
    if (bars.spread !== undefined && data.spread !== undefined) bars.spread[to] = data.spread[from] as number
    close *= (data.close[from] as number) / (data.close[index] as number)
  })
  return bars
}
