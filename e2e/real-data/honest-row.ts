import { backtest } from '@openclaw-trading/bot-engine'
import { REPLAY_ACCOUNT, type BarColumns, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { bootstrap, sharpeRatio } from '@openclaw-trading/bot-engine/statistics'
import { createRegistry } from '@openclaw-trading/reference-server'
import type { DataSet } from './data-sets.ts'

/** What a strategy did on a set, with everything that speaks against it. */
export interface HonestRow {
  readonly botId: string
  readonly name: string
  readonly timeframe: string
  readonly trades: number
  /** Of the trades, in percent; undefined without one. */
  readonly won: number | undefined
  /** US dollars, before costs but behind the spread. */
  readonly gross: number
  /** Commission and swap, US dollars. */
  readonly charges: number
  readonly net: number
  readonly maxDrawdownPercent: number
  /** Annual, of daily returns; undefined below two days that differ. */
  readonly sharpe: number | undefined
  /** 90 %, bootstrap of days in blocks. */
  readonly sharpeInterval: { readonly lower: number; readonly upper: number } | undefined
  /** Trading days with a return. */
  readonly days: number
}

const TRADING_DAYS = 252
const DAY_MS = 86_400_000
const SEED = 1

/** Runs a strategy with its defaults over a set. */
export async function honestRow(
  botId: string,
  set: DataSet,
  data: TickColumns | BarColumns,
): Promise<HonestRow> {
  const { name, strategy, timeframes } = createRegistry().get(botId)
  const { trades, metrics, equity } = await backtest(strategy, {
    ...{ params: {}, instrument: set.instrument, data, venue: set.venue },
    account: REPLAY_ACCOUNT,
    risk: { stopLossRequired: true },
  })
  const dollars = (minor: number) => minor / 10 ** REPLAY_ACCOUNT.digits
  const sum = (of: (trade: (typeof trades)[number]) => number) =>
    dollars(trades.reduce((total, trade) => total + of(trade), 0))
  const returns = tradingDayReturns(equity)
  return {
    ...{ botId, name, timeframe: timeframes[0] ?? '', trades: metrics.tradeCount, days: returns.length },
    won: metrics.winRatePercent,
    gross: sum(({ gross }) => gross.minor),
    charges: sum(({ commission, swap }) => commission.minor + swap.minor),
    net: sum(({ net }) => net.minor),
    maxDrawdownPercent: metrics.maxDrawdownPercent,
    ...sharpeOf(returns),
  }
}

/** Returns from one day's last equity to the next's; Saturdays and Sundays belong to the Monday. */
function tradingDayReturns({
  length,
  at,
  equityMinor,
}: {
  readonly length: number
  readonly at: Float64Array
  readonly equityMinor: Float64Array
}): Float64Array {
  const ofDay = new Map<number, number>()
  for (let row = 0; row < length; row++) {
    const day = Math.floor((at[row] as number) / DAY_MS)
    // 1970-01-01 was a Thursday.
    const weekday = (day + 4) % 7
    ofDay.set(day + (weekday === 6 ? 2 : weekday === 0 ? 1 : 0), equityMinor[row] as number)
  }
  let before = equityMinor[0] ?? 0
  return Float64Array.from(ofDay.values(), now => {
    const change = now / before - 1
    before = now
    return change
  })
}

function sharpeOf(returns: Float64Array): Pick<HonestRow, 'sharpe' | 'sharpeInterval'> {
  if (returns.length < 2 || sharpeRatio(returns) === undefined)
    return { sharpe: undefined, sharpeInterval: undefined }
  const annual = (sample: Float64Array) => {
    const daily = sharpeRatio(sample)
    return daily === undefined ? undefined : daily * Math.sqrt(TRADING_DAYS)
  }
  const { sharpe } = bootstrap(returns, { sharpe: annual }, { seed: SEED })
  return { sharpe: sharpe.estimate, sharpeInterval: sharpe.interval(0.1) }
}
