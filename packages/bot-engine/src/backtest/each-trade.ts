import type { ExitReason, Trade } from '../kernel/trade.ts'
import type { BacktestReport } from './report.ts'

/** A trade as plain numbers; money in minor units of the account, NaN where it had no such level. */
export interface TradeNumbers {
  side: Trade['side']
  /** In lots. */
  volume: number
  openedAt: number
  closedAt: number
  entryPrice: number
  exitPrice: number
  initialStopLoss: number
  stopLoss: number
  takeProfit: number
  exitReason: ExitReason
  gross: number
  commission: number
  swap: number
  conversionFee: number
  net: number
}

/** Takes one trade after the other; the object is filled anew for the next one. */
export type TakeTrade = (trade: Readonly<TradeNumbers>) => void

/** Trades that need not become objects to be read. */
export interface NumberedTrades {
  each(take: TakeTrade): void
}

const numbered = new WeakMap<BacktestReport, NumberedTrades>()

/** Notes where the trades of a report lie as numbers. */
export function withNumbers(report: BacktestReport, trades: NumberedTrades): BacktestReport {
  numbered.set(report, trades)
  return report
}

/** Reads the trades of a report in order of closing: of a run itself without making objects of them, which take longer than all else that a document needs. */
export function eachTrade(report: BacktestReport, take: TakeTrade): void {
  const trades = numbered.get(report)
  if (trades !== undefined) trades.each(take)
  else for (const trade of report.trades) take(numbersOf(trade))
}

function numbersOf(trade: Trade): TradeNumbers {
  const { side, volume, openedAt, closedAt, entryPrice, exitPrice, exitReason } = trade
  return {
    side,
    volume,
    openedAt,
    closedAt,
    entryPrice,
    exitPrice,
    initialStopLoss: trade.initialStopLoss ?? Number.NaN,
    stopLoss: trade.stopLoss ?? Number.NaN,
    takeProfit: trade.takeProfit ?? Number.NaN,
    exitReason,
    gross: trade.gross.minor,
    commission: trade.commission.minor,
    swap: trade.swap.minor,
    conversionFee: trade.conversionFee.minor,
    net: trade.net.minor,
  }
}
