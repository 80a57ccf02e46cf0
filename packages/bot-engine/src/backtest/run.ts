import type { BarColumns, TickColumns } from '../data/columns.ts'
import { type MergedTicks, mergeTicks } from '../data/merged-ticks.ts'
import { EngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { checkBars, checkTicks } from './check-data.ts'
import { type BacktestOptions, checkIntrabar } from './options.ts'
import type { BacktestReport } from './report.ts'
import { BarRun } from './run-bars.ts'
import { runTicks } from './run-ticks.ts'
import { SimulatedRun } from './simulated-run.ts'

/** Rows between two looks at the abort signal: about 10 ms of work. */
const ROWS_PER_LOOK = 131_072

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
  const { signal } = options
  signal?.throwIfAborted()
  const { data, rowsOutsideHours } = readData(options)
  const isBars = 'timeframe' in data
  checkIntrabar(options.intrabar, isBars)
  // Over bars an order fills at the next open, which has its own instant: latency has no meaning there.
  const run = new SimulatedRun(strategy, options, isBars ? { latencyMs: 0 } : {})
  run.rowsOutsideHours = rowsOutsideHours
  const bars = isBars ? new BarRun(run, data, options.intrabar) : undefined
  const runRows = (from: number, to: number) =>
    bars === undefined ? runTicks(run, data as MergedTicks, from, to) : bars.run(from, to)
  for (let row = 0; row < data.length && run.kernel.ended === undefined; ) {
    row = runRows(row, Math.min(data.length, row + ROWS_PER_LOOK))
    if (signal === undefined) continue
    await new Promise(resolve => setTimeout(resolve, 0))
    signal.throwIfAborted()
  }
  const report = run.report()
  return bars === undefined ? report : { ...report, intrabar: bars.report(report.trades) }
}

/** Data that a run can be made of. */
interface CheckedData {
  readonly data: BarColumns | MergedTicks
  readonly rowsOutsideHours: number
}

/**
 * The data as one run of rows, once it is known to be of the instruments and in order.
 *
 * @throws {@link EngineError} `invalid-options`, `data-out-of-order`, `data-invalid`
 */
function readData({
  data,
  instrument,
  watched = [],
}: Pick<BacktestOptions<AnyStrategy>, 'data' | 'instrument' | 'watched'>): CheckedData {
  const columns: readonly (TickColumns | BarColumns)[] = 'type' in data ? [data] : data
  const instruments = [instrument, ...watched]
  const wanted = instruments.map(({ id }) => id)
  const given = columns.map(({ symbolId }) => symbolId)
  if (given.length !== wanted.length || wanted.some(id => !given.includes(id)))
    throw new EngineError(
      'invalid-options',
      `The data is of symbol ${given.join(', ')}, the instrument ${instruments.map(({ id, name }) => `${name} is ${id}`).join(', ')}. Pass the data of the instrument, and quotes of each one watched.`,
      { details: { wanted, given } },
    )
  if ('type' in data && data.type === 'bars') return { data, rowsOutsideHours: checkBars(data, instrument) }
  const ticks = 'type' in data ? [data] : data
  let rowsOutsideHours = 0
  for (const one of ticks)
    rowsOutsideHours += checkTicks(one, instruments.find(({ id }) => id === one.symbolId) ?? instrument)
  return { data: mergeTicks(ticks), rowsOutsideHours }
}
