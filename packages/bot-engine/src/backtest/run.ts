import { EngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import type { BacktestOptions } from './options.ts'
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
  const { data, signal, instrument } = options
  signal?.throwIfAborted()
  if (data.symbolId !== instrument.id)
    throw new EngineError(
      'invalid-options',
      `The data is of symbol ${data.symbolId}, the instrument ${instrument.name} is ${instrument.id}. Pass the data of the instrument.`,
    )
  // Over bars an order fills at the next open, which has its own instant: latency has no meaning there.
  const run = new SimulatedRun(strategy, options, data.type === 'bars' ? { latencyMs: 0 } : {})
  const runRows =
    data.type === 'bars'
      ? barRows(new BarRun(run, data))
      : (from: number, to: number) => runTicks(run, data, from, to)
  for (let row = 0; row < data.length && run.kernel.ended === undefined; ) {
    row = runRows(row, Math.min(data.length, row + ROWS_PER_LOOK))
    if (signal === undefined) continue
    await new Promise(resolve => setTimeout(resolve, 0))
    signal.throwIfAborted()
  }
  return run.report()
}

function barRows(bars: BarRun): (from: number, to: number) => number {
  return (from, to) => bars.run(from, to)
}
