import type { Instrument } from '@openclaw-trading/trading-model'
import type { MoneyTerms } from '../execution-facts.ts'
import type { BacktestReport } from '../backtest/report.ts'
import { type TradeNumbers, tradeNumbers } from '../backtest/trade-numbers.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { excursionsOf } from './excursions.ts'
import { ConversionRates, type KnownPart, multipleOf, type MultipleTerms, Parts } from './multiples.ts'
import type { Cell, RunTrade, TradeColumns } from './run-trade.ts'

/** All columns; to those of what a trade may lack, parts add theirs. */
type Growing = { readonly [Field in keyof RunTrade]-?: readonly Cell<Field>[] } & {
  readonly [Field in 'r' | 'positionId' | 'share']: Cell<Field>[]
}

/** Trades as columns, with how far each went over the data. */
export function tradeColumnsOf(
  report: BacktestReport,
  data: BarColumns | TickColumns,
  instrument: Instrument,
  account: MoneyTerms,
): TradeColumns {
  const trades = tradeNumbers(report)
  const { count } = trades
  const parts = new Parts({ instrument, account })
  // Before amounts become decimal below, in the lists themselves.
  const multiples = multiplesOf(trades, { instrument, account }, parts)
  const scale = 10 ** account.digits
  const columns: Growing = {
    side: trades.side,
    lots: trades.volume,
    openedAt: trades.openedAt,
    closedAt: trades.closedAt,
    entryPrice: trades.entryPrice,
    exitPrice: trades.exitPrice,
    initialStopLoss: knownOf(trades.initialStopLoss),
    stopLoss: knownOf(trades.stopLoss),
    takeProfit: knownOf(trades.takeProfit),
    exitReason: trades.exitReason,
    gross: divide(trades.gross, scale),
    commission: divide(trades.commission, scale),
    swap: divide(trades.swap, scale),
    conversionFee: divide(trades.conversionFee, scale),
    net: divide(trades.net, scale),
    r: knownOf(multiples),
    ...excursionsOf(trades, data),
    positionId: [],
    share: [],
  }
  const openLots = new Map<number, number>(report.open.map(({ id, volume }) => [id, volume]))
  for (const part of parts.known(id => openLots.get(id) ?? 0)) putPart(columns, part, count)
  const known = Object.entries(columns).filter(([, column]) => column.length === count)
  return Object.fromEntries(known) as unknown as TradeColumns
}

/** Multiples of whole positions, NaN where there is none; closings of a part are collected. */
function multiplesOf(trades: TradeNumbers, terms: MultipleTerms, parts: Parts): readonly number[] {
  const rates = new ConversionRates(trades, terms)
  const multiples = trades.net.slice()
  for (let row = 0; row < trades.count; row++) {
    const rate = rates.next(row)
    const isWhole = trades.kind[row] === 'whole'
    if (!isWhole) parts.add(trades, row, rate)
    multiples[row] = isWhole ? multipleOf(trades, row, terms, rate) : Number.NaN
  }
  return multiples
}

function divide(amounts: number[], scale: number): number[] {
  for (let row = 0; row < amounts.length; row++) amounts[row] = (amounts[row] as number) / scale
  return amounts
}

/** Figures with `null` where a trade lacks one, which is NaN; an empty list when every trade does. */
function knownOf(figures: readonly number[]): (number | null)[] {
  let first = 0
  while (first < figures.length && Number.isNaN(figures[first])) first += 1
  const known: (number | null)[] = []
  if (first === figures.length) return known
  for (let row = 0; row < figures.length; row++) {
    const figure = figures[row] as number
    known.push(Number.isNaN(figure) ? null : figure)
  }
  return known
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
