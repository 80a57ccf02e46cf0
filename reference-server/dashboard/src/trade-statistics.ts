import type { MoneyJson, TradeRow } from './contract.ts'

/** Figures of the trades at hand. */
export interface TradeStatistics {
  readonly count: number
  /** Trades with a net above zero. */
  readonly won: number
  /** won / count, 0 to 1. */
  readonly share: number
  /** Mean net of a trade, rounded to the minor unit. */
  readonly mean: MoneyJson
}

/** Figures of the trades in the newest trade's currency; null without trades. */
export function tradeStatistics(trades: readonly TradeRow[]): TradeStatistics | null {
  const first = trades[0]
  if (first === undefined) return null
  const same = trades.filter(
    trade => trade.net.currency === first.net.currency && trade.net.digits === first.net.digits,
  )
  const won = same.filter(trade => trade.net.minor > 0).length
  const sum = same.reduce((total, trade) => total + trade.net.minor, 0)
  const mean = { ...first.net, minor: Math.round(sum / same.length) }
  return { count: same.length, won, share: won / same.length, mean }
}
