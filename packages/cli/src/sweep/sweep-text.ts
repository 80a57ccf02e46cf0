import { LEAST_TRADES, logitHistogram } from '@openclaw-trading/bot-engine/research'
import { accountText } from '../backtest/lost-account.ts'
import { aloneScore, isDoubted } from '../research/repeat-best.ts'
import type { SearchOptions } from '../research/search-options.ts'
import { refusedText } from '../research/search-refusals.ts'
import { shownScorer } from '../research/shown-score.ts'
import type { Found, Judged } from './found.ts'
import { heatMap, scoreText } from './heat-map.ts'
import { logitBars } from './logit-bars.ts'
import { neighboursText, shownNeighbourhood } from './neighbours.ts'
import { type UnscoredRun, unscoredTable } from './unscored.ts'

/** What a sweep found, for people. */
export function sweepText(
  { runs }: Found,
  { best, deflatedSharpe, trials, overfitting, neighbourhood, repeat }: Judged,
  { axis, objective, leastTrades = LEAST_TRADES }: Pick<SearchOptions, 'axis' | 'objective' | 'leastTrades'>,
  colours: boolean,
): string {
  if (best === undefined) return unscoredTable(axis, unscoredRuns({ runs }), { objective, leastTrades })
  const score = shownScorer(objective, leastTrades)
  const cells = runs.map(({ params, report }) => ({
    params,
    score: score(report),
    account: accountText(report),
  }))
  const map = heatMap(axis, cells, colours)
  const chosen = axis.map(({ name }) => `${name}=${String(best.params[name])}`).join(' ')
  const doubt = isDoubted(repeat)
    ? ` (alone ${aloneScore(repeat?.alone, { objective, leastTrades })}: not to be believed)`
    : ''
  const deflated = deflatedSharpe === undefined ? '–' : deflatedSharpe.toFixed(2)
  const told = [
    `best ${objective} ${scoreText(score(best.report), Number.NaN)}${doubt} @ ${chosen}`,
    counted(best.report.metrics.tradeCount, 'trade'),
    `deflated Sharpe ${deflated} (${counted(trials, 'trial')})`,
    accountText(best.report),
  ].filter(text => text !== undefined)
  const choosing =
    overfitting === undefined
      ? ''
      : `  overfitting ${overfitting.probability.toFixed(2)} · the best of one half of the days in the other: ${logitBars(logitHistogram(overfitting))}\n`
  const beside =
    neighbourhood === undefined
      ? ''
      : `  one step aside  ${neighboursText(shownNeighbourhood(neighbourhood, objective, best))}\n`
  return `${map}  ${told.join(' · ')}\n${beside}${choosing}`
}

/** The runs, for where none has a score. */
export const unscoredRuns = ({ runs }: Pick<Found, 'runs'>): readonly UnscoredRun[] =>
  runs.map(({ params, report }) => ({
    params,
    metrics: report.metrics,
    refused: refusedText(report),
    account: accountText(report),
  }))
const counted = (count: number, thing: string): string => `${count} ${thing}${count === 1 ? '' : 's'}`
