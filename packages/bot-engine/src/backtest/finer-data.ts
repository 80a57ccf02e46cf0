import type { Instrument } from '@openclaw-trading/trading-model'
import { TIMEFRAMES } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { firstRow } from '../data/first-row.ts'
import { rowEnd } from '../data/row-end.ts'
import { EngineError } from '../errors.ts'
import { fixedLengthMs } from '../kernel/bar-builder.ts'
import type { Exchange } from '../simulation/exchange-types.ts'
import type { BarSpread } from '../simulation/venue-model.ts'
import { type BarSpreads, barSpreads } from './bar-spread.ts'
import { checkBars, checkTicks } from './check-data.ts'
import type { IntrabarPolicy } from './options.ts'
import type { TradedRows } from './traded-rows.ts'

/** Where finer rows are played. */
interface Target {
  readonly exchange: Exchange
  readonly instrument: Instrument
  readonly spread: BarSpread | undefined
}

/** Quotes or shorter bars that decide within the bars of a run. */
export class FinerData {
  private readonly target: Target
  private readonly data: TickColumns | BarColumns
  private readonly times: Float64Array
  private readonly spreads: BarSpreads | undefined
  /** Absent of quotes. */
  private readonly traded: TradedRows | undefined
  /** First row that may lie within the bar asked for next. */
  private next = 0

  /** Checks the data against the bars. @throws {@link EngineError} `invalid-options`, `data-out-of-order`, `data-invalid` */
  constructor(target: Target, data: TickColumns | BarColumns, bars: BarColumns) {
    this.target = target
    this.data = data
    this.times = data.type === 'ticks' ? data.at : data.openedAt
    this.spreads = data.type === 'ticks' ? undefined : barSpreads(target.spread, target.instrument, data)
    checkKind(data, bars)
    // Of a part of longer data: none of its bars has any, and `checkFiner` refuses it of data as they were given.
    if (data.length === 0) return
    if (data.type === 'ticks') checkTicks(data, target.instrument)
    else this.traded = checkBars(data, target.instrument).traded
    checkWithin(data, this.times, bars)
  }

  /**
   * Plays the rows from `from` to before `to`, of a bar in which the market opens at `opensAt`: nothing of it is earlier.
   *
   * @returns whether there were any
   */
  play(from: number, to: number, opensAt: number): boolean {
    const times = this.times
    let row = this.next
    if (row < this.data.length && (times[row] as number) < from)
      row = firstRow(times, from, 0, this.data.length)
    const first = row
    for (; row < this.data.length && (times[row] as number) < to; row++) this.playRows(row, opensAt)
    this.next = row
    return row > first
  }

  private playRows(row: number, opensAt: number): void {
    const { exchange, instrument } = this.target
    const data = this.data
    const time = this.times[row] as number
    const at = Math.max(opensAt, this.traded?.opensAt(row, time) ?? time)
    while (exchange.nextDueAt < at) exchange.runDue()
    if (data.type === 'ticks')
      return exchange.quote(instrument.id, at, data.bid[row] as number, data.ask[row] as number)
    const spread = this.spreads?.of(row, at) ?? 0
    const open = data.open[row] as number
    exchange.quote(instrument.id, at, open, open + spread, true)
    const end = endOf(data, row) - 1
    exchange.bar(
      instrument.id,
      Math.max(at, this.traded?.lastAt(row, end) ?? end),
      data.high[row] as number,
      data.low[row] as number,
      data.close[row] as number,
      spread,
    )
  }
}

/** Refuses finer data without a row; of parts of longer data that is none. @throws {@link EngineError} `data-invalid` */
export function checkFiner(intrabar: IntrabarPolicy | undefined, { name }: Instrument): void {
  if (intrabar?.policy !== 'replay' || intrabar.data.length > 0) return
  throw new EngineError(
    'data-invalid',
    `intrabar.data of ${name} has no rows. Pass at least one, or leave intrabar out: 'worst' decides then.`,
  )
}

function endOf(data: BarColumns, row: number): number {
  const lengthMs = fixedLengthMs(data.timeframe)
  return lengthMs > 0 ? (data.openedAt[row] as number) + lengthMs : rowEnd(data, row)
}

function checkKind(data: TickColumns | BarColumns, bars: BarColumns): void {
  const isOther = data.symbolId !== bars.symbolId
  const isLonger =
    data.type === 'bars' && TIMEFRAMES.indexOf(data.timeframe) >= TIMEFRAMES.indexOf(bars.timeframe)
  if (!isOther && !isLonger) return
  throw new EngineError(
    'invalid-options',
    `intrabar.data has ${data.type} of symbol ${data.symbolId}${data.type === 'bars' ? ` (${data.timeframe})` : ''}, the run ` +
      `${bars.timeframe} bars of symbol ${bars.symbolId}. Pass quotes or shorter bars of the same symbol.`,
  )
}

/** Every row lies within the bar it is a part of: else the two are of different sources, and the result means nothing. */
function checkWithin(data: TickColumns | BarColumns, times: Float64Array, bars: BarColumns): void {
  const [highs, lows] = data.type === 'ticks' ? [data.bid, data.bid] : [data.high, data.low]
  let row = 0
  for (let bar = 0; bar < bars.length; bar++) {
    const from = bars.openedAt[bar] as number
    const to = endOf(bars, bar)
    while (row < data.length && (times[row] as number) < from) row++
    for (; row < data.length && (times[row] as number) < to; row++) {
      const high = highs[row] as number
      const low = lows[row] as number
      const end = data.type === 'ticks' ? 0 : endOf(data, row)
      if (high <= (bars.high[bar] as number) && low >= (bars.low[bar] as number) && end <= to) continue
      throw new EngineError(
        'data-invalid',
        `Row ${row} of intrabar.data (low ${low}, high ${high}) is not within bar ${bar} (low ${bars.low[bar]}, high ` +
          `${bars.high[bar]}) that it is a part of. Pass data of the same source.`,
        { details: { row, bar } },
      )
    }
  }
}
