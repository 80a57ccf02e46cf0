import { type Money, money } from '@openclaw-trading/trading-model'
import type { Trade } from '../kernel/trade.ts'
import { sharpeRatio } from '../statistics/ratios.ts'
import { dailyReturns } from './daily-returns.ts'
import type { EquityColumns } from './equity-curve.ts'

/** Key figures of a run; a figure is `undefined` where the run gives no base for it. */
export interface Metrics {
  /** Sum of the trades' net results; open positions do not count. */
  readonly netProfit: Money
  /** Deepest fall of equity below its highest value before, in percent of that value. */
  readonly maxDrawdownPercent: number
  /** Net gains ÷ net losses; `undefined` without a loss. */
  readonly profitFactor: number | undefined
  /** Mean ÷ sample standard deviation of daily equity returns × √252, the first day's from the first sample; `undefined` below two. */
  readonly sharpe: number | undefined
  /** Trades with a net gain; `undefined` without a trade. */
  readonly winRatePercent: number | undefined
  readonly tradeCount: number
}

const TRADING_DAYS = 252

/** Computes the key figures of a run, or of the part of one that trades and equity are given of. */
export function computeMetrics(
  trades: readonly Trade[],
  equity: EquityColumns,
  account: { readonly currency: string; readonly digits: number },
): Metrics {
  const totals = new NetTotals()
  for (const { net } of trades) totals.add(net.minor)
  return metricsOf(totals, equity, account)
}

/** What the net results of trades add up to. */
export class NetTotals {
  count = 0
  wins = 0
  /** In minor units, as are the losses; both 0 or above. */
  gains = 0
  losses = 0

  /** Takes the net result of a trade in minor units. */
  add(netMinor: number): void {
    this.count += 1
    if (netMinor > 0) {
      this.gains += netMinor
      this.wins += 1
    } else this.losses -= netMinor
  }
}

/** The key figures of a run whose trades add up to `totals`. */
export function metricsOf(
  { count, wins, gains, losses }: NetTotals,
  equity: EquityColumns,
  account: { readonly currency: string; readonly digits: number },
): Metrics {
  return {
    netProfit: money(gains - losses, account.digits, account.currency),
    maxDrawdownPercent: maxDrawdownPercent(equity),
    profitFactor: losses === 0 ? undefined : gains / losses,
    sharpe: sharpe(equity),
    winRatePercent: count === 0 ? undefined : (wins * 100) / count,
    tradeCount: count,
  }
}

function maxDrawdownPercent({ length, equityMinor }: EquityColumns): number {
  let peak = 0
  let lowest = 0
  let deepest = 0
  for (let i = 0; i < length; i++) {
    const equity = equityMinor[i] as number
    if (equity > peak) {
      // Of all samples below one peak the lowest is the deepest: one division a peak and not one a sample.
      if (peak > 0) deepest = Math.max(deepest, 1 - lowest / peak)
      peak = equity
      lowest = equity
    } else if (equity < lowest) lowest = equity
  }
  return (peak > 0 ? Math.max(deepest, 1 - lowest / peak) : 0) * 100
}

function sharpe(equity: EquityColumns): number | undefined {
  const perDay = sharpeRatio(dailyReturns(equity))
  return perDay === undefined ? undefined : perDay * Math.sqrt(TRADING_DAYS)
}
