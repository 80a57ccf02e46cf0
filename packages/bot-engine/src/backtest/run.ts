import type { Instrument } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { type MergedTicks, mergeTicks } from '../data/merged-ticks.ts'
import { EngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { checkBars, checkTicks } from './check-data.ts'
import { checkFiner } from './finer-data.ts'
import { type BacktestOptions, checkIntrabar } from './options.ts'
import type { BacktestReport } from './report.ts'
import { BarRun } from './run-bars.ts'
import { runTicks } from './run-ticks.ts'
import type { RunRecords } from './run-records.ts'
import { SimulatedRun } from './simulated-run.ts'
import { MOST_ROWS, Stretches } from './stretches.ts'
import type { TradedRows } from './traded-rows.ts'
import { WatchedBars } from './watched-bars.ts'

/**
 * Runs a strategy over recorded quotes or bars, with the kernel and the matching core of a live run over a simulated
 * venue: the same ticks give the same trades, to the cent.
 *
 * Positions open at the end stay open and are not trades.
 *
 * @throws {@link EngineError} `invalid-params`, `invalid-options`, `data-out-of-order`, `data-invalid`,
 *   `handler-failed`; the reason of `signal` when it aborts
 */
export async function backtest<S extends AnyStrategy>(
  strategy: S,
  options: BacktestOptions<S>,
): Promise<BacktestReport> {
  options.signal?.throwIfAborted()
  return await runOver(readData(options), strategy, options)
}

/**
 * Runs a strategy over the data of `options` that {@link readData} has read and checked before.
 *
 * @param records - Empty ones to write to: the report reads them. Default: new ones.
 * @throws {@link EngineError} what {@link backtest} throws, but of the data
 */
export async function runOver<S extends AnyStrategy>(
  { data, watched, traded, rowsOutsideHours }: CheckedData,
  strategy: S,
  options: BacktestOptions<S>,
  records?: RunRecords,
): Promise<BacktestReport> {
  const { signal, onProgress } = options
  const isBars = 'timeframe' in data
  checkIntrabar(options.intrabar, isBars)
  // Over bars an order fills at the next open, which has its own instant: latency has no meaning there.
  const run = new SimulatedRun(strategy, options, isBars ? { latencyMs: 0 } : {}, records)
  run.rowsOutsideHours = rowsOutsideHours
  const bars = isBars ? new BarRun(run, data, traded, options.intrabar) : undefined
  if (isBars && watched.length > 0 && bars !== undefined)
    bars.watched = new WatchedBars(run, data, watched, traded)
  const runRows = (from: number, to: number) =>
    bars === undefined ? runTicks(run, data as MergedTicks, from, to) : bars.run(from, to)
  const isWatched = signal !== undefined || onProgress !== undefined
  if (isWatched) await runWatched(run, data.length, runRows, options)
  else
    for (let row = 0; row < data.length && run.kernel.ended === undefined; )
      row = runRows(row, Math.min(data.length, row + MOST_ROWS))
  return run.report(bars && (trades => bars.report(trades)))
}

/** Runs so that others have their turn, and look at `signal` and {@link BacktestOptions.onProgress} then. */
async function runWatched(
  { kernel }: SimulatedRun,
  total: number,
  runRows: (from: number, to: number) => number,
  { signal, onProgress }: Pick<BacktestOptions<AnyStrategy>, 'signal' | 'onProgress'>,
): Promise<void> {
  const stretches = new Stretches()
  for (let row = 0; row < total && kernel.ended === undefined; ) {
    row = runRows(row, stretches.end(row, total))
    const isOver = row === total || kernel.ended !== undefined
    if (!stretches.ended(row) && !isOver) continue
    if (onProgress?.({ done: row, total }) === false) return
    await new Promise(resolve => setTimeout(resolve, 0))
    signal?.throwIfAborted()
    stretches.looked()
  }
}

/** Data that a run can be made of. */
export interface CheckedData {
  readonly data: BarColumns | MergedTicks
  /** Bars of the instruments that are only watched. */
  readonly watched: readonly BarColumns[]
  /** By symbol id, of bars. */
  readonly traded: ReadonlyMap<number, TradedRows>
  readonly rowsOutsideHours: number
}

/**
 * The data as one run of rows, once it is known to be of the instruments and in order.
 *
 * @throws {@link EngineError} `invalid-options`, `data-out-of-order`, `data-invalid`
 */
export function readData({
  data,
  instrument,
  watched = [],
  watchedBars = [],
  intrabar,
}: Pick<
  BacktestOptions<AnyStrategy>,
  'data' | 'instrument' | 'watched' | 'watchedBars' | 'intrabar'
>): CheckedData {
  const given: readonly (TickColumns | BarColumns)[] = 'type' in data ? [data] : data
  const columns = [...given, ...watchedBars]
  const instruments = [instrument, ...watched]
  checkSymbols(columns, instruments)
  const traded = new Map<number, TradedRows>()
  let rowsOutsideHours = 0
  for (const one of columns) {
    const of = instruments.find(({ id }) => id === one.symbolId) ?? instrument
    if (one.type === 'bars') {
      const checked = checkBars(one, of)
      traded.set(one.symbolId, checked.traded)
      rowsOutsideHours += checked.outside
    } else rowsOutsideHours += checkTicks(one, of)
  }
  if ('type' in data && data.type === 'bars') {
    checkFiner(intrabar, instrument)
    return { data, watched: watchedBars, traded, rowsOutsideHours }
  }
  if (watchedBars.length > 0)
    throw new EngineError(
      'invalid-options',
      'watchedBars stand beside bars. Pass the quotes of each symbol as data.',
    )
  return { data: mergeTicks('type' in data ? [data] : data), watched: [], traded, rowsOutsideHours }
}

/**
 * Checks data as {@link backtest} does before it runs.
 *
 * @returns rows outside the trading hours, but within an hour of them: orders are refused there
 * @throws {@link EngineError} `invalid-options`, `data-out-of-order`, `data-invalid`; its details name the `row`
 */
export function checkData(
  options: Pick<BacktestOptions<AnyStrategy>, 'data' | 'instrument' | 'watched' | 'watchedBars' | 'intrabar'>,
): number {
  return readData(options).rowsOutsideHours
}

function checkSymbols(
  columns: readonly (TickColumns | BarColumns)[],
  instruments: readonly Instrument[],
): void {
  const wanted = instruments.map(({ id }) => id)
  const given = columns.map(({ symbolId }) => symbolId)
  if (given.length === wanted.length && wanted.every(id => given.includes(id))) return
  throw new EngineError(
    'invalid-options',
    `The data is of symbol ${given.join(', ')}, the instrument ${instruments.map(({ id, name }) => `${name} is ${id}`).join(', ')}. Pass the data of the instrument, and those of each one watched: quotes as data, bars as watchedBars.`,
    { details: { wanted, given } },
  )
}
