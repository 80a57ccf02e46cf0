import {
  barSpan,
  POINTS_PER_UNIT,
  type Timeframe,
  TIMEFRAMES,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { fixedLengthMs } from '../kernel/bar-builder.ts'

/** Candles of a chart, oldest first; of the bid. */
export interface Candles {
  readonly timeframe: Timeframe
  /** Milliseconds since 1970-01-01 UTC. */
  readonly at: readonly number[]
  readonly open: readonly number[]
  readonly high: readonly number[]
  readonly low: readonly number[]
  readonly close: readonly number[]
}

/** Data as candles, of the shortest timeframe that makes no more than `most` of them. */
export function candlesOf(data: BarColumns | TickColumns, most: number): Candles {
  const shortest = data.type === 'bars' ? TIMEFRAMES.indexOf(data.timeframe) : 0
  const candidates = TIMEFRAMES.slice(Math.max(0, shortest))
  const timeframe = candidates.find(name => countOf(data, name, most) <= most) ?? candidates.at(-1) ?? 'd1'
  const at: number[] = []
  const [open, high, low, close]: [number[], number[], number[], number[]] = [[], [], [], []]
  let closesAt = Number.NEGATIVE_INFINITY
  eachRow(data, (time, first, top, bottom, last) => {
    const index = at.length - 1
    if (time >= closesAt) {
      const span = barSpan(time as UnixMs, timeframe)
      closesAt = span.closesAt
      at.push(span.openedAt)
      open.push(first / POINTS_PER_UNIT)
      high.push(top / POINTS_PER_UNIT)
      low.push(bottom / POINTS_PER_UNIT)
      close.push(last / POINTS_PER_UNIT)
      return
    }
    high[index] = Math.max(high[index] as number, top / POINTS_PER_UNIT)
    low[index] = Math.min(low[index] as number, bottom / POINTS_PER_UNIT)
    close[index] = last / POINTS_PER_UNIT
  })
  return { timeframe, at, open, high, low, close }
}

type Row = (time: number, open: number, high: number, low: number, close: number) => void

function eachRow(data: BarColumns | TickColumns, row: Row): void {
  if (data.type === 'bars') {
    const { openedAt, open, high, low, close, length } = data
    for (let i = 0; i < length; i++)
      row(openedAt[i] as number, open[i] as number, high[i] as number, low[i] as number, close[i] as number)
    return
  }
  const { at, bid, length } = data
  for (let i = 0; i < length; i++) {
    const price = bid[i] as number
    row(at[i] as number, price, price, price, price)
  }
}

/** How many candles of a timeframe the data make; it stops counting above `most`. */
function countOf(data: BarColumns | TickColumns, timeframe: Timeframe, most: number): number {
  const times = data.type === 'bars' ? data.openedAt : data.at
  let count = 0
  let closesAt = Number.NEGATIVE_INFINITY
  const lengthMs = fixedLengthMs(timeframe)
  for (let i = 0; i < data.length && count <= most; i++) {
    const time = times[i] as number
    if (time < closesAt) continue
    count += 1
    closesAt =
      lengthMs > 0
        ? Math.floor(time / lengthMs) * lengthMs + lengthMs
        : barSpan(time as UnixMs, timeframe).closesAt
  }
  return count
}
