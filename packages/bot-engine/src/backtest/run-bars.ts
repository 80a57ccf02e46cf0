import { barSpan, pointsPerTick, TIMEFRAMES, type UnixMs } from '@openclaw-trading/trading-model'
import type { BarColumns } from '../data/columns.ts'
import { EngineError } from '../errors.ts'
import { fixedLengthMs } from '../kernel/bar-builder.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { ExchangeRequest } from '../simulation/exchange-types.ts'
import type { SimulatedRun } from './simulated-run.ts'

/**
 * Runs over bars: what was decided at a close fills at the next open; stop and target within a bar follow the policy
 * `worst` (stop first, at its own level; through a gap at the open).
 */
export class BarRun {
  readonly #run: SimulatedRun
  readonly #data: BarColumns
  readonly #spread: number
  /** Of the bars, where it is fixed; else 0. */
  readonly #lengthMs: number
  #waiting: ExchangeRequest[] = []
  /** Of the bar that is handled; one object for all, because there are millions. */
  readonly #bar = { openedAt: 0, closedAt: 0, open: 0, high: 0, low: 0, close: 0, spread: 0, tickVolume: 0 }

  /** Takes over the run's commands. @throws {@link EngineError} `invalid-options` when a feed cannot be made of the bars */
  constructor(run: SimulatedRun, data: BarColumns) {
    checkFeeds(run.kernel, data)
    this.#run = run
    this.#data = data
    this.#lengthMs = fixedLengthMs(data.timeframe)
    this.#spread = (run.venue.barSpreadTicks ?? 0) * pointsPerTick(run.instrument)
    run.submit = request => {
      this.#waiting.push(request)
    }
  }

  /**
   * Runs over the bars `from` to `to`.
   *
   * @returns the row after the last one handled; less than `to` when the strategy stopped
   * @throws {@link EngineError} `data-out-of-order`, `data-invalid`, `handler-failed`
   */
  run(from: number, to: number): number {
    const { kernel } = this.#run
    for (let row = from; row < to; row++) {
      this.#read(row)
      const { book } = kernel.state
      if (this.#waiting.length > 0 || book.size > 0 || book.workingOrders > 0) this.#trade()
      if (kernel.ended === undefined) kernel.bar(this.#bar)
      this.#run.rows = row + 1
      if (kernel.ended !== undefined) return row + 1
    }
    return to
  }

  #read(row: number): void {
    const { openedAt, open, high, low, close, tickVolume, timeframe } = this.#data
    const bar = this.#bar
    const last = row === 0 ? Number.NEGATIVE_INFINITY : (openedAt[row - 1] as number)
    bar.openedAt = openedAt[row] as number
    bar.closedAt =
      this.#lengthMs > 0 ? bar.openedAt + this.#lengthMs : barSpan(bar.openedAt as UnixMs, timeframe).closesAt
    bar.open = open[row] as number
    bar.high = high[row] as number
    bar.low = low[row] as number
    bar.close = close[row] as number
    bar.spread = this.#spread
    bar.tickVolume = tickVolume[row] as number
    if (!(bar.openedAt > last)) throw outOfOrder(row, bar.openedAt, last)
    const { low: least, high: most } = bar
    const holds =
      least > 0 && least <= bar.open && least <= bar.close && most >= bar.open && most >= bar.close
    if (!holds) throw noBar(row, bar)
  }

  /** Gaps first, then the orders that wait for this open, then what the bar's range hits. */
  #trade(): void {
    const { exchange, kernel, instrument } = this.#run
    const { openedAt, open, high, low, closedAt } = this.#bar
    while (exchange.nextDueAt < openedAt) exchange.runDue()
    exchange.quote(instrument.id, openedAt, open, open + this.#spread, true)
    kernel.barOpen(openedAt, open, open + this.#spread)
    const waiting = this.#waiting
    this.#waiting = []
    for (const request of waiting) exchange.submit(request, openedAt)
    while (exchange.nextDueAt <= openedAt) exchange.runDue()
    // One millisecond before the end: the strategy learns of it before the bar closes.
    exchange.bar(instrument.id, closedAt - 1, high, low, this.#spread)
  }
}

function checkFeeds(kernel: Kernel, { timeframe, openedAt }: BarColumns): void {
  const at = (openedAt[0] ?? 0) as UnixMs
  const lengthOf = (name: typeof timeframe) => {
    const { openedAt: start, closesAt } = barSpan(at, name)
    return closesAt - start
  }
  for (const builder of kernel.builders) {
    const isShorter = TIMEFRAMES.indexOf(builder.timeframe) < TIMEFRAMES.indexOf(timeframe)
    if (isShorter || lengthOf(builder.timeframe) % lengthOf(timeframe) !== 0)
      throw new EngineError(
        'invalid-options',
        `Feed "${builder.feed}" has the timeframe ${builder.timeframe}, which cannot be made of ${timeframe} bars. Pass ` +
          'bars of that timeframe or of a part of it, or quotes.',
        { details: { feed: builder.feed, timeframe: builder.timeframe, data: timeframe } },
      )
  }
}

function outOfOrder(row: number, at: number, last: number): EngineError {
  return new EngineError(
    'data-out-of-order',
    `Bar ${row} opens at ${at}, not after ${last} of the bar before. Sort the bars by time and drop repeats.`,
    { details: { row, at, previousAt: last } },
  )
}

function noBar(
  row: number,
  { open, high, low, close }: { open: number; high: number; low: number; close: number },
): EngineError {
  return new EngineError(
    'data-invalid',
    `Bar ${row} is no bar: open ${open}, high ${high}, low ${low}, close ${close}. All must be above 0, with low and ` +
      'high around open and close.',
    { details: { row } },
  )
}
