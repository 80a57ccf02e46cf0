import type { Instrument } from '@openclaw-trading/trading-model'
import { eachTrade } from '../backtest/each-trade.ts'
import type { MoneyTerms } from '../backtest/fill-records.ts'
import type { BacktestReport } from '../backtest/report.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { excursionOf, multipleOf } from './excursions.ts'
import type { Cell, RunTrade, TradeColumns } from './run-trade.ts'

type Growing = { readonly [Field in keyof RunTrade]-?: Cell<Field>[] }

/** Trades as columns, with how far each went over the data. */
export function tradeColumnsOf(
  report: BacktestReport,
  data: BarColumns | TickColumns,
  instrument: Instrument,
  account: MoneyTerms,
): TradeColumns {
  const columns = noTrades()
  const scale = 10 ** account.digits
  const orNull = (level: number) => (Number.isNaN(level) ? null : level)
  let row = 0
  eachTrade(report, trade => {
    const excursion = excursionOf(trade, data, row)
    row = excursion.row
    columns.side.push(trade.side)
    columns.lots.push(trade.volume)
    columns.openedAt.push(trade.openedAt)
    columns.closedAt.push(trade.closedAt)
    columns.entryPrice.push(trade.entryPrice)
    columns.exitPrice.push(trade.exitPrice)
    columns.initialStopLoss.push(orNull(trade.initialStopLoss))
    columns.stopLoss.push(orNull(trade.stopLoss))
    columns.takeProfit.push(orNull(trade.takeProfit))
    columns.exitReason.push(trade.exitReason)
    columns.gross.push(trade.gross / scale)
    columns.commission.push(trade.commission / scale)
    columns.swap.push(trade.swap / scale)
    columns.conversionFee.push(trade.conversionFee / scale)
    columns.net.push(trade.net / scale)
    columns.r.push(multipleOf(trade, instrument, account) ?? null)
    columns.adverse.push(excursion.adverse)
    columns.favourable.push(excursion.favourable)
  })
  const known = Object.entries(columns).filter(
    ([, column]) => column.length === 0 || column.some(value => value !== null),
  )
  return Object.fromEntries(known) as unknown as TradeColumns
}

function noTrades(): Growing {
  return {
    side: [],
    lots: [],
    openedAt: [],
    closedAt: [],
    entryPrice: [],
    exitPrice: [],
    initialStopLoss: [],
    stopLoss: [],
    takeProfit: [],
    exitReason: [],
    gross: [],
    commission: [],
    swap: [],
    conversionFee: [],
    net: [],
    r: [],
    adverse: [],
    favourable: [],
  }
}
