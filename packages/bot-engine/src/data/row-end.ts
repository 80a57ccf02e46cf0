import { barSpan, type UnixMs } from '@openclaw-trading/trading-model'
import type { BarColumns } from './columns.ts'
import { lengthMsOf } from './store/series.ts'

/**
 * When a row of bars is over: it holds no price from then on.
 *
 * A row that opens where the broker's bar does ends with it. Days that begin at midnight UTC, and parts of them, begin
 * hours after the trading day, which ends at 17:00 New York: they last as long as a bar from their own open, at most until
 * the next row. To end them with the trading day would show prices up to three hours before they were made, and those
 * of a Sunday before the market has opened.
 */
export function rowEnd({ openedAt, timeframe, length }: BarColumns, row: number): number {
  const at = openedAt[row] as number
  const { openedAt: start, closesAt } = barSpan(at as UnixMs, timeframe)
  if (at === start) return closesAt
  const next = row + 1 < length ? (openedAt[row + 1] as number) : Number.POSITIVE_INFINITY
  return Math.max(closesAt, Math.min(at + lengthMsOf(timeframe), next))
}
