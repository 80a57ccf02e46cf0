import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import type { SearchFacts, SearchFigure } from '@openclaw-trading/bot-engine/report'
import type { SweepRun } from '@openclaw-trading/bot-engine/research'
import { isDoubted } from '../research/repeat-best.ts'
import type { SearchOptions } from '../research/search-options.ts'
import type { Judged } from './found.ts'
import { neighboursText, shownNeighbourhood } from './neighbours.ts'
import { shownScorer } from '../research/shown-score.ts'
import { fateOf, figure, searchFacts, type SearchPlace } from '../research/search-report.ts'

/** What the page of a sweep tells. */
export function sweepFacts(
  runs: readonly SweepRun<AnyStrategy>[],
  summary: Judged,
  place: SearchPlace,
  { axis, objective, leastTrades }: Pick<SearchOptions, 'axis' | 'objective' | 'leastTrades'>,
): SearchFacts {
  const score = shownScorer(objective, leastTrades)
  const scored = runs.map(run => ({ run, value: score(run.report) }))
  const { best, trials, effectiveTrials, deflatedSharpe, neighbourhood } = summary
  const beside = best && neighbourhood && neighboursText(shownNeighbourhood(neighbourhood, objective, best))
  const low = Number.NEGATIVE_INFINITY
  return {
    kind: 'sweep',
    title: place.prepared.source.id,
    ...searchFacts(place),
    objective,
    judged: figuresOf(summary, objective, {
      best: best && score(best.report),
      alone: summary.repeat?.alone && score(summary.repeat.alone),
    }),
    ...(beside !== undefined && { neighbours: beside }),
    luck: { trials, effectiveTrials, ...(deflatedSharpe !== undefined && { deflatedSharpe }) },
    axes: axis.map(({ name, values }) => ({ name, values })),
    ...(summary.overfitting && { overfitting: summary.overfitting }),
    rows: scored
      .sort((one, other) =>
        (one.value ?? low) === (other.value ?? low) ? 0 : (other.value ?? low) - (one.value ?? low),
      )
      .map(({ run: { params, report }, value }) => ({
        params,
        ...(value !== undefined && { score: value }),
        metrics: report.metrics,
        ...fateOf(report),
      })),
  }
}

function figuresOf(
  { trials, effectiveTrials, deflatedSharpe, overfitting, neighbourhood, repeat }: Judged,
  objective: string,
  scores: { readonly best: number | undefined; readonly alone: number | undefined },
): readonly SearchFigure[] {
  return [
    ...(isDoubted(repeat)
      ? [
          figure(
            `Best ${objective}, alone`,
            scores.alone,
            'The best run made once more with no run before it: what a backtest of it gives.',
          ),
          figure(
            `Best ${objective} of the sweep`,
            scores.best,
            'Not to be believed: the strategy carries something from run to run, or takes chance or a clock.',
          ),
        ]
      : [
          figure(
            `Best ${objective}`,
            scores.best,
            'The highest of all runs, which luck alone makes high when there are many.',
          ),
        ]),
    figure(
      'Trials',
      trials,
      'How often one has tried on this market over rows of this span, with all strategies, as the ledger counts.',
      { digits: 0 },
    ),
    figure(
      'Independent ones',
      effectiveTrials,
      'What they are worth: neighbours of this sweep trade alike, others count in full.',
      {
        digits: 1,
      },
    ),
    figure(
      'Deflated Sharpe',
      deflatedSharpe,
      'How sure it is that the best is more than the luckiest of so many worthless ones.',
      { enough: '≥ 0.95' },
    ),
    figure(
      'Left one step aside',
      neighbourhood?.kept,
      'Mean score of the neighbours of the best ÷ its own, each from where trading is worth nothing: near 0 it stands alone. Of a best that loses there is none, and it proves little by itself.',
      { enough: '≥ 0.5' },
    ),
    figure(
      'Overfitting',
      overfitting?.probability,
      'How often the best of one half of the days is below the median in the other.',
      { enough: '< 0.2' },
    ),
  ]
}
