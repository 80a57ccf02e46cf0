import { type Money, money } from '@openclaw-trading/trading-model'
import type { Trade } from '../kernel/trade.ts'
import { sharpeRatio } from '../statistics/ratios.ts'
import { dailyReturns } from './daily-returns.ts'
import type { EquityColumns } from './equity-curve.ts'
import { Drawdown, ROWS_PER_CALL } from './drawdown.ts'
import { NetTotals, type RoundTrip } from './round-trips.ts'

/**
 * Key figures of a run; a figure is `undefined` where the run gives no base for it. A trade is a round trip: a position
 * with all its closings. One that is still open in part is none yet.
 */
export interface Metrics {
  /** Sum of the net results of all closings, also of positions that are still open in part; open profit does not count. */
  readonly netProfit: Money
  /** Deepest fall of equity below its highest value before, in percent of that value. */
  readonly maxDrawdownPercent: number
  /** Net gains ÷ net losses of round trips; `undefined` without a loss. */
  readonly profitFactor: number | undefined
  /**
   * Mean ÷ sample standard deviation of daily equity returns × √252, the first day's from the first sample; `undefined`
   * below two. For people see `statedSharpe`.
   */
  readonly sharpe: number | undefined
  /** Daily equity returns that `sharpe` is of. */
  readonly tradingDays: number
  /** Round trips with a net gain; `undefined` without one. */
  readonly winRatePercent: number | undefined
  /** Round trips. */
  readonly tradeCount: number
}

/** What was closed in a span of time. */
export interface Closed {
  /** Closings. */
  readonly trades: readonly Pick<Trade, 'net'>[]
  /** Those that ended in the span. */
  readonly roundTrips: readonly Pick<RoundTrip, 'net'>[]
}

const TRADING_DAYS = 252

/** Computes the key figures of a run, or of the part of one that closings, round trips and equity are given of. */
export function computeMetrics(
  { trades, roundTrips }: Closed,
  equity: EquityColumns,
  account: { readonly currency: string; readonly digits: number },
): Metrics {
  const totals = new NetTotals()
  for (const { net } of roundTrips) totals.add(net.minor)
  for (const { net } of trades) totals.net += net.minor
  return metricsOf(totals, equity, account)
}

/** The key figures of a run whose closings add up to `totals`. */
export function metricsOf(
  { count, wins, gains, losses, net }: NetTotals,
  equity: EquityColumns,
  account: { readonly currency: string; readonly digits: number },
): Metrics {
  // A few rows first: V8 compiles the loop over them while the days are found.
  const drawdown = new Drawdown(equity)
  drawdown.follow(ROWS_PER_CALL)
  const returns = dailyReturns(equity)
  const perDay = sharpeRatio(returns)
  drawdown.follow(equity.length)
  return {
    netProfit: money(net, account.digits, account.currency),
    maxDrawdownPercent: drawdown.percent,
    profitFactor: losses === 0 ? undefined : gains / losses,
    sharpe: perDay === undefined ? undefined : perDay * Math.sqrt(TRADING_DAYS),
    tradingDays: returns.length,
    winRatePercent: count === 0 ? undefined : (wins * 100) / count,
    tradeCount: count,
  }
}
