import type { ExitReason, MoneyJson, TradeRow } from '@openclaw-trading/control-plane/client'

/** A round trip as the parity check sees it; money in minor units, times in milliseconds of market time. */
export interface ComparedTrade {
  readonly openedAt: number
  readonly side: 'buy' | 'sell'
  /** Lots. */
  readonly volume: number
  readonly entryPrice: number
  readonly stopLoss: number | null
  readonly takeProfit: number | null
  readonly closedAt: number
  readonly exitPrice: number
  readonly exitReason: ExitReason
  readonly gross: number
  readonly commission: number
  readonly swap: number
  readonly net: number
  /** Of the account, after the closing deal. */
  readonly balance: number
}

/** The first place where two lists of trades part. */
export interface Difference {
  /** Number of the trade, from 1. */
  readonly trade: number
  /** What differs; `missing` and `extra` when one list is shorter. */
  readonly fields: readonly (keyof ComparedTrade | 'missing' | 'extra')[]
  /** Of the backtest; absent when it has fewer trades. */
  readonly expected?: ComparedTrade
  /** Of the database; absent when it has fewer trades. */
  readonly actual?: ComparedTrade
}

/** What a comparison found. */
export interface Comparison {
  readonly equal: boolean
  /** Trades of the longer list. */
  readonly trades: number
  /** How many trades differ, missing and extra ones included. */
  readonly differing: number
  readonly first?: Difference
}

/** What is compared of a trade, in the order in which a report shows it. */
export const COMPARED_FIELDS = [
  'openedAt',
  'side',
  'volume',
  'entryPrice',
  'stopLoss',
  'takeProfit',
  'closedAt',
  'exitPrice',
  'exitReason',
  'gross',
  'commission',
  'swap',
  'net',
  'balance',
] as const satisfies readonly (keyof ComparedTrade)[]

/** Compares trade by trade; nothing is tolerated, not a cent and not a millisecond. */
export function compareTrades(
  expected: readonly ComparedTrade[],
  actual: readonly ComparedTrade[],
): Comparison {
  const trades = Math.max(expected.length, actual.length)
  let differing = 0
  let first: Difference | undefined
  for (let index = 0; index < trades; index++) {
    const difference = differenceOf(index + 1, expected[index], actual[index])
    if (difference === undefined) continue
    differing++
    first ??= difference
  }
  return { equal: differing === 0, trades, differing, ...(first === undefined ? {} : { first }) }
}

function differenceOf(
  trade: number,
  expected: ComparedTrade | undefined,
  actual: ComparedTrade | undefined,
): Difference | undefined {
  if (expected === undefined) return actual === undefined ? undefined : { trade, fields: ['extra'], actual }
  if (actual === undefined) return { trade, fields: ['missing'], expected }
  const fields = COMPARED_FIELDS.filter(field => !Object.is(expected[field], actual[field]))
  return fields.length === 0 ? undefined : { trade, fields, expected, actual }
}

/** Number of trades per exit reason; reasons that did not occur are left out. */
export function countExits(trades: readonly ComparedTrade[]): Readonly<Partial<Record<ExitReason, number>>> {
  const counts: Partial<Record<ExitReason, number>> = {}
  for (const trade of trades) counts[trade.exitReason] = (counts[trade.exitReason] ?? 0) + 1
  return counts
}

/** A stored trade as the comparison sees it. */
export function fromTradeRow(row: TradeRow): ComparedTrade {
  return {
    openedAt: row.openedAt,
    side: row.side,
    volume: row.volume,
    entryPrice: row.entryPrice,
    stopLoss: row.stopLoss,
    takeProfit: row.takeProfit,
    closedAt: row.closedAt,
    exitPrice: row.exitPrice,
    exitReason: row.exitReason,
    gross: minorOf(row.gross),
    commission: minorOf(row.commission),
    swap: minorOf(row.swap),
    net: minorOf(row.net),
    balance: minorOf(row.balance),
  }
}

/** The longest time a position was held, in milliseconds, with the number of its trade; undefined without trades. */
export function longestHold(
  trades: readonly ComparedTrade[],
): { readonly trade: number; readonly heldMs: number } | undefined {
  let longest: { readonly trade: number; readonly heldMs: number } | undefined
  for (const [index, trade] of trades.entries()) {
    const heldMs = trade.closedAt - trade.openedAt
    if (longest === undefined || heldMs > longest.heldMs) longest = { trade: index + 1, heldMs }
  }
  return longest
}

// −0 and 0 are the same amount.
function minorOf(amount: MoneyJson): number {
  return amount.minor + 0
}
