import type { ChartData, TradeRow } from './contract.ts'
import { countText, percentText, priceText } from './number-text.ts'
import { dayText, minuteText } from './time-text.ts'

/** The chart in one sentence, for those who cannot see it and those who will not read it. */
export function chartSummary(chart: ChartData, trades: readonly TradeRow[]): string {
  const { bars, digits, symbol, timeframe } = chart
  const first = bars[0]
  const last = bars.at(-1)
  if (first === undefined || last === undefined) return `${symbol} ${timeframe}: no candles yet.`
  let high = first.high
  let low = first.low
  for (const bar of bars) {
    high = Math.max(high, bar.high)
    low = Math.min(low, bar.low)
  }
  const shown = trades.filter(trade => trade.openedAt >= first.openedAt)
  const won = shown.filter(trade => trade.net.minor > 0).length
  const results =
    shown.length === 0
      ? 'No trade closed in this window.'
      : `${countText(shown.length, 'trade')} closed in this window, ${won} with a profit.`
  return (
    `${symbol} ${timeframe}, ${countText(bars.length, 'candle')} since ${dayText(first.openedAt)} ${minuteText(first.openedAt)} UTC: ` +
    `last ${priceText(last.close, digits)}, ${percentText(last.close / first.open - 1)}; ` +
    `low ${priceText(low, digits)}, high ${priceText(high, digits)}. ${results}`
  )
}
