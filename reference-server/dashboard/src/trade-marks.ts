import { barAt } from './bars.ts'
import type { ChartBar, PositionRow, TradeRow } from './contract.ts'
import { type Direction, lotsText, resultText } from './number-text.ts'

/** A trade drawn on the chart: where it was opened and closed. Times are opening times of candles, in milliseconds. */
export interface TradeMark {
  readonly key: string
  readonly side: 'buy' | 'sell'
  readonly direction: Direction
  readonly entry: { readonly at: number; readonly price: number }
  /** Null while the position is open. */
  readonly exit: { readonly at: number; readonly price: number } | null
  /** `+12.40`, or the volume while it is open. */
  readonly text: string
}

/** One update of the series costs 16.8 ms with 500 marks: stay well below. Two marks a trade. */
export const MAX_MARKED_TRADES = 120

/** Marks of the newest trades and of the open positions that lie within the candles, oldest first. */
export function tradeMarks(
  bars: readonly ChartBar[],
  trades: readonly TradeRow[],
  positions: readonly PositionRow[],
): TradeMark[] {
  const marks: TradeMark[] = []
  for (const position of positions) {
    const at = barAt(bars, position.openedAt)
    if (at === null) continue
    marks.push({
      key: `p${position.positionId}`,
      side: position.side,
      direction: 'flat',
      entry: { at, price: position.entryPrice },
      exit: null,
      text: `${position.side === 'buy' ? 'Buy' : 'Sell'} ${lotsText(position.volume)}`,
    })
  }
  for (const trade of trades) {
    if (marks.length >= MAX_MARKED_TRADES) break
    const entry = barAt(bars, trade.openedAt)
    const exit = barAt(bars, trade.closedAt)
    if (entry === null || exit === null) continue
    const result = resultText(trade.net)
    marks.push({
      key: `t${trade.environmentId}-${trade.dealId}`,
      side: trade.side,
      direction: result.direction,
      entry: { at: entry, price: trade.entryPrice },
      exit: { at: exit, price: trade.exitPrice },
      text: result.amount,
    })
  }
  return marks.sort((a, b) => a.entry.at - b.entry.at)
}
