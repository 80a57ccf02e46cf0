import type { Instrument } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import type { Trade } from '../kernel/trade.ts'
import { excursionOf, multipleOf } from './excursions.ts'
import type { Cell, RunTrade, TradeColumns } from './run-trade.ts'

type Growing = { readonly [Field in keyof RunTrade]-?: Cell<Field>[] }

/** Trades as columns, with how far each went over the data; in one pass, because they lie all over the memory. */
export function tradeColumnsOf(
  trades: readonly Trade[],
  data: BarColumns | TickColumns,
  instrument: Instrument,
): TradeColumns {
  const columns = noTrades()
  let row = 0
  for (const trade of trades) {
    const scale = 10 ** trade.net.digits
    const excursion = excursionOf(trade, data, row)
    row = excursion.row
    columns.side.push(trade.side)
    columns.lots.push(trade.volume)
    columns.openedAt.push(trade.openedAt)
    columns.closedAt.push(trade.closedAt)
    columns.entryPrice.push(trade.entryPrice)
    columns.exitPrice.push(trade.exitPrice)
    columns.initialStopLoss.push(trade.initialStopLoss ?? null)
    columns.stopLoss.push(trade.stopLoss ?? null)
    columns.takeProfit.push(trade.takeProfit ?? null)
    columns.exitReason.push(trade.exitReason)
    columns.gross.push(trade.gross.minor / scale)
    columns.commission.push(trade.commission.minor / scale)
    columns.swap.push(trade.swap.minor / scale)
    columns.conversionFee.push(trade.conversionFee.minor / scale)
    columns.net.push(trade.net.minor / scale)
    columns.r.push(multipleOf(trade, instrument) ?? null)
    columns.adverse.push(excursion.adverse)
    columns.favourable.push(excursion.favourable)
  }
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
