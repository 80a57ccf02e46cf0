import { type AnyStrategy, statedSharpe } from '@openclaw-trading/bot-engine'
import type { SearchFacts, SearchFigure } from '@openclaw-trading/bot-engine/report'
import type { TrialReport, WalkForwardReport } from '@openclaw-trading/bot-engine/research'
import { isDoubted, type Repeat } from '../research/repeat-best.ts'
import type { SearchOptions } from '../research/search-options.ts'
import { shownScorer } from '../research/shown-score.ts'
import { fateOf, figure, searchFacts, type SearchPlace } from '../research/search-report.ts'
import { daysText } from './folds-table.ts'

/** What the page of a walk-forward tells. */
export function walkForwardFacts(
  report: WalkForwardReport<AnyStrategy> & { readonly repeat: Repeat | undefined },
  place: SearchPlace,
  { objective, leastTrades = 1 }: Pick<SearchOptions, 'objective' | 'leastTrades'>,
): SearchFacts {
  const score = shownScorer(objective, leastTrades)
  return {
    kind: 'walk-forward',
    title: place.prepared.source.id,
    ...searchFacts(place),
    objective,
    judged: [...doubtOf(report.repeat, score), ...figuresOf(report)],
    ...(report.overfitting && { overfitting: report.overfitting }),
    equity: report.equity,
    rows: report.folds.map(({ outOfSample, params, inSampleReport, report: run }) => {
      const value = inSampleReport && score(inSampleReport)
      return {
        name: daysText(outOfSample),
        ...(params !== undefined && { params }),
        ...(value !== undefined && { score: value }),
        ...(run && { metrics: run.metrics, ...fateOf(run) }),
      }
    }),
  }
}

/** Stands before all figures, none of which counts then. */
function doubtOf(
  repeat: Repeat | undefined,
  score: (report: TrialReport) => number | undefined,
): readonly SearchFigure[] {
  if (repeat === undefined || !isDoubted(repeat)) return []
  const why =
    'The strategy carries something from run to run, or takes chance or a clock: no figure here counts.'
  return [
    figure('Last choice, in its sample', score(repeat.first), `Not to be believed. ${why}`),
    figure(
      'The same run alone',
      repeat.alone && score(repeat.alone),
      'Made once more with no run before it.',
    ),
  ]
}

function figuresOf({
  metrics,
  efficiency,
  probabilisticSharpe,
  overfitting,
}: WalkForwardReport<AnyStrategy>): readonly SearchFigure[] {
  const { netProfit, maxDrawdownPercent, tradeCount } = metrics
  return [
    figure(
      'Net profit',
      netProfit.minor / 10 ** netProfit.digits,
      'Of all folds out of sample, as one account.',
    ),
    figure('Sharpe (annual)', statedSharpe(metrics), 'Of the stitched equity.'),
    figure('Max drawdown, %', maxDrawdownPercent, 'Deepest fall of the stitched equity.', { digits: 1 }),
    figure('Trades', tradeCount, 'Out of sample.', { digits: 0 }),
    figure(
      'Efficiency',
      efficiency,
      'Gain a day out of sample ÷ that of the chosen runs in sample: near 0 the choice was noise.',
      { enough: '≥ 0.5' },
    ),
    figure('Sharpe above 0', probabilisticSharpe, 'How sure it is that it earns anything out of sample.', {
      enough: '≥ 0.95',
    }),
    figure(
      'Overfitting',
      overfitting?.probability,
      'How often the best of one half of the days is below the median in the other.',
      { enough: '< 0.2' },
    ),
  ]
}
