import type { RunDocument, RunTrade } from './run-document.ts'

const COLUMNS: readonly (keyof RunTrade)[] = [
  'side',
  'lots',
  'openedAt',
  'closedAt',
  'entryPrice',
  'exitPrice',
  'initialStopLoss',
  'stopLoss',
  'takeProfit',
  'exitReason',
  'gross',
  'commission',
  'swap',
  'conversionFee',
  'net',
  'r',
  'adverse',
  'favourable',
]

/** The trades of a run as CSV with a line of titles; times are ISO 8601 in UTC, a figure that is not known is empty. */
export function tradesCsv({ trades }: Pick<RunDocument, 'trades'>): string {
  const lines = trades.map(trade => COLUMNS.map(column => cellOf(trade, column)).join(','))
  return [COLUMNS.join(','), ...lines, ''].join('\n')
}

function cellOf(trade: RunTrade, column: keyof RunTrade): string {
  const value = trade[column]
  if (value === undefined) return ''
  if (column === 'openedAt' || column === 'closedAt') return new Date(value).toISOString()
  if (typeof value !== 'number') return value
  const text = String(value)
  // A number of twelve digits and a point needs no rounding, and there are a dozen of them a trade.
  return text.length <= 13 ? text : String(Number(value.toPrecision(12)))
}
