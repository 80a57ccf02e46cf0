import type { ExitReason } from '../kernel/exit-reason.ts'
import type { Trade } from '../kernel/trade.ts'
import type { BacktestReport } from './report.ts'
import type { ClosingKind } from './round-trips.ts'

/**
 * Trades as plain numbers, one list for each field, in order of closing; money in minor units of the account, NaN where
 * a trade had no such level. Made anew for who asks, who may change them.
 */
export interface TradeNumbers {
  readonly count: number
  readonly positionId: number[]
  /** What it left of its position. */
  readonly kind: ClosingKind[]
  /** Of the opening fill. */
  readonly openedPrice: number[]
  readonly side: Trade['side'][]
  /** In lots. */
  readonly volume: number[]
  readonly openedAt: number[]
  readonly closedAt: number[]
  readonly entryPrice: number[]
  readonly exitPrice: number[]
  readonly initialStopLoss: number[]
  readonly stopLoss: number[]
  readonly takeProfit: number[]
  readonly exitReason: ExitReason[]
  readonly gross: number[]
  readonly commission: number[]
  readonly swap: number[]
  readonly conversionFee: number[]
  /** Deposit currency for one unit of quote currency, at the closing. NaN: unknown. */
  readonly conversionRate: number[]
  readonly net: number[]
}

/** Trades that need not become objects to be read. */
export interface NumberedTrades {
  numbers(): TradeNumbers
  /** How many a reason closed. */
  countClosedBy(reason: ExitReason): number
}

const numbered = new WeakMap<BacktestReport, NumberedTrades>()

/** Notes where the trades of a report lie as numbers. */
export function withNumbers(report: BacktestReport, trades: NumberedTrades): BacktestReport {
  numbered.set(report, trades)
  return report
}

/** The trades of a report as numbers: of a run itself without making objects of them, which take longer than all else that a document needs. */
export function tradeNumbers(report: BacktestReport): TradeNumbers {
  return numbered.get(report)?.numbers() ?? numbersOf(report)
}

/** How many trades of a report a reason closed; of a run itself without reading anything else of them. */
export function countClosedBy(reason: ExitReason, report: BacktestReport): number {
  return (
    numbered.get(report)?.countClosedBy(reason) ??
    report.trades.filter(({ exitReason }) => exitReason === reason).length
  )
}

function numbersOf({ trades, roundTrips }: BacktestReport): TradeNumbers {
  const ends = new Map<number, ClosingKind>()
  for (const { closings } of roundTrips) {
    const last = closings.at(-1) as Trade
    ends.set(last.exit.dealId, closings.length === 1 ? 'whole' : 'rest')
  }
  return {
    count: trades.length,
    positionId: trades.map(trade => trade.positionId),
    kind: trades.map(trade => ends.get(trade.exit.dealId) ?? 'part'),
    openedPrice: trades.map(trade => trade.entry?.price ?? Number.NaN),
    side: trades.map(trade => trade.side),
    volume: trades.map(trade => trade.volume),
    openedAt: trades.map(trade => trade.openedAt),
    closedAt: trades.map(trade => trade.closedAt),
    entryPrice: trades.map(trade => trade.entryPrice),
    exitPrice: trades.map(trade => trade.exitPrice),
    initialStopLoss: trades.map(trade => trade.initialStopLoss ?? Number.NaN),
    stopLoss: trades.map(trade => trade.stopLoss ?? Number.NaN),
    takeProfit: trades.map(trade => trade.takeProfit ?? Number.NaN),
    exitReason: trades.map(trade => trade.exitReason),
    gross: trades.map(trade => trade.gross.minor),
    commission: trades.map(trade => trade.commission.minor),
    swap: trades.map(trade => trade.swap.minor),
    conversionFee: trades.map(trade => trade.conversionFee.minor),
    conversionRate: trades.map(trade => trade.exit.closing?.conversionRate ?? Number.NaN),
    net: trades.map(trade => trade.net.minor),
  }
}
