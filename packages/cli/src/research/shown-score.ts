import { scorer, type TrialReport } from '@openclaw-trading/bot-engine/research'
import type { SearchOptions } from './search-options.ts'

/** Objectives that the engine counts in minor units. */
const IN_MONEY: ReadonlySet<string> = new Set<SearchOptions['objective']>([
  'net-profit',
  'return-to-drawdown',
])

/** Scores as one reads them: money in units of the account's currency, beside a net that is. */
export function shownScorer(
  objective: SearchOptions['objective'],
  leastTrades?: number,
): (report: TrialReport) => number | undefined {
  const score = scorer(objective, leastTrades)
  if (!IN_MONEY.has(objective)) return score
  return report => {
    const value = score(report)
    return value === undefined ? undefined : value / shownUnits(objective, report)
  }
}

/** What a score of the engine is divided by to be read: 1, or the minor units of the account's currency. */
export function shownUnits(
  objective: SearchOptions['objective'],
  { metrics }: Pick<TrialReport, 'metrics'>,
): number {
  return IN_MONEY.has(objective) ? 10 ** metrics.netProfit.digits : 1
}
