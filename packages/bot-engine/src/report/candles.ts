import {
  barSpan,
  POINTS_PER_UNIT,
  type Timeframe,
  TIMEFRAMES,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { rowFrom } from '../data/first-row.ts'
import { fixedLengthMs } from '../kernel/bar-builder.ts'
import { highestRow, lowestRow } from './row-span.ts'

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
  const timeframe = candidates.find(name => isEnough(data, name, most)) ?? candidates.at(-1) ?? 'd1'
  const candles = {
    at: [] as number[],
    open: [] as number[],
    high: [] as number[],
    low: [] as number[],
    close: [] as number[],
  }
  const { length } = data
  const [times, opens, highs, lows, closes] =
    data.type === 'bars'
      ? [data.openedAt, data.open, data.high, data.low, data.close]
      : [data.at, data.bid, data.bid, data.bid, data.bid]
  for (let row = 0; row < length; ) {
    const { openedAt, closesAt } = barSpan(times[row] as UnixMs, timeframe)
    const end = rowFrom(times, length, closesAt, row)
    candles.at.push(openedAt)
    candles.open.push((opens[row] as number) / POINTS_PER_UNIT)
    candles.high.push((highs[highestRow(highs, row, end)] as number) / POINTS_PER_UNIT)
    candles.low.push((lows[lowestRow(lows, row, end)] as number) / POINTS_PER_UNIT)
    candles.close.push((closes[end - 1] as number) / POINTS_PER_UNIT)
    row = end
  }
  return { timeframe, ...candles }
}

/** More parts than any trading day has of the timeframes above an hour. */
const MOST_PARTS = 7
const DAY_MS = 86_400_000

/** Tells whether the data make no more than `most` candles of a timeframe; it counts them only where it must. */
function isEnough(data: BarColumns | TickColumns, timeframe: Timeframe, most: number): boolean {
  const { length } = data
  const times = data.type === 'bars' ? data.openedAt : data.at
  const span = (times[length - 1] as number) - (times[0] as number)
  const lengthMs = fixedLengthMs(timeframe)
  if (span / (lengthMs > 0 ? lengthMs : DAY_MS / MOST_PARTS) + MOST_PARTS <= most) return true
  const ownMs = data.type === 'bars' ? fixedLengthMs(data.timeframe) : 0
  if (lengthMs > 0 && (length * ownMs) / lengthMs > most) return false
  let count = 0
  for (let row = 0; row < length && count <= most; count++)
    row = rowFrom(times, length, barSpan(times[row] as UnixMs, timeframe).closesAt, row)
  return count <= most
}
