import type { ExitReason } from '../kernel/exit-reason.ts'
import type { Trade } from '../kernel/trade.ts'
import type { BacktestReport } from './report.ts'
import type { ClosingKind } from './round-trips.ts'

/** A trade as plain numbers; money in minor units of the account, NaN where it had no such level. */
export interface TradeNumbers {
  positionId: number
  /** What it left of its position. */
  kind: ClosingKind
  /** Of the opening fill. */
  openedPrice: number
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
  /** Deposit currency for one unit of quote currency, at the closing. NaN: unknown. */
  conversionRate: number
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
  else {
    const ends = new Map<number, ClosingKind>()
    for (const { closings } of report.roundTrips) {
      const last = closings.at(-1) as Trade
      ends.set(last.exit.dealId, closings.length === 1 ? 'whole' : 'rest')
    }
    for (const trade of report.trades) take(numbersOf(trade, ends.get(trade.exit.dealId) ?? 'part'))
  }
}

function numbersOf(trade: Trade, kind: ClosingKind): TradeNumbers {
  const { side, volume, openedAt, closedAt, entryPrice, exitPrice, exitReason } = trade
  return {
    positionId: trade.positionId,
    kind,
    openedPrice: trade.entry?.price ?? Number.NaN,
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
    conversionRate: trade.exit.closing?.conversionRate ?? Number.NaN,
    net: trade.net.minor,
  }
}
