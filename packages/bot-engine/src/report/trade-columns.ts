import type { Instrument } from '@openclaw-trading/trading-model'
import { eachTrade } from '../backtest/each-trade.ts'
import type { MoneyTerms } from '../execution-facts.ts'
import type { BacktestReport } from '../backtest/report.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { excursionOf } from './excursions.ts'
import { ConversionRates, type KnownPart, multipleOf, Parts } from './multiples.ts'
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
  const rates = new ConversionRates(report, instrument, account)
  const parts = new Parts(instrument, account)
  let row = 0
  let count = 0
  eachTrade(report, trade => {
    const excursion = excursionOf(trade, data, row)
    row = excursion.row
    columns.side.push(trade.side)
    columns.lots.push(trade.volume)
    columns.openedAt.push(trade.openedAt)
    columns.closedAt.push(trade.closedAt)
    columns.entryPrice.push(trade.entryPrice)
    columns.exitPrice.push(trade.exitPrice)
    pushKnown(columns.initialStopLoss, trade.initialStopLoss, count)
    pushKnown(columns.stopLoss, trade.stopLoss, count)
    pushKnown(columns.takeProfit, trade.takeProfit, count)
    columns.exitReason.push(trade.exitReason)
    columns.gross.push(trade.gross / scale)
    columns.commission.push(trade.commission / scale)
    columns.swap.push(trade.swap / scale)
    columns.conversionFee.push(trade.conversionFee / scale)
    columns.net.push(trade.net / scale)
    const isWhole = trade.kind === 'whole'
    const rate = rates.next(trade)
    if (!isWhole) parts.add(trade, count, rate)
    const r = isWhole ? multipleOf(trade, instrument, account, rate) : undefined
    pushKnown(columns.r, r ?? Number.NaN, count)
    columns.adverse.push(excursion.adverse)
    columns.favourable.push(excursion.favourable)
    count += 1
  })
  const openLots = new Map<number, number>(report.open.map(({ id, volume }) => [id, volume]))
  for (const part of parts.known(id => openLots.get(id) ?? 0)) putPart(columns, part, count)
  const known = Object.entries(columns).filter(([, column]) => column.length === count)
  return Object.fromEntries(known) as unknown as TradeColumns
}

/** Adds a figure that a trade may lack, which is NaN then. A column begins with the first trade that has it. */
function pushKnown(column: (number | null)[], figure: number, tradesBefore: number): void {
  if (Number.isNaN(figure)) {
    if (column.length > 0) column.push(null)
    return
  }
  while (column.length < tradesBefore) column.push(null)
  column.push(figure)
}

function putPart({ r, share, positionId }: Growing, part: KnownPart, count: number): void {
  putAt(positionId, part.row, part.positionId, count)
  putAt(share, part.row, part.share, count)
  if (part.r !== undefined) putAt(r, part.row, part.r, count)
}

function putAt(column: (number | null)[], row: number, figure: number, count: number): void {
  while (column.length < count) column.push(null)
  column[row] = figure
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
    positionId: [],
    share: [],
  }
}
