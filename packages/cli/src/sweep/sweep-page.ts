import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import type { SearchFacts, SearchFigure } from '@openclaw-trading/bot-engine/report'
import type { SweepRun, SweepSummary } from '@openclaw-trading/bot-engine/research'
import type { SearchOptions } from '../research/search-options.ts'
import { shownScorer } from '../research/shown-score.ts'
import { fateOf, figure, searchFacts, type SearchPlace } from '../research/search-report.ts'

/** What the page of a sweep tells. */
export function sweepFacts(
  runs: readonly SweepRun<AnyStrategy>[],
  summary: SweepSummary<AnyStrategy>,
  place: SearchPlace,
  { axis, objective, leastTrades }: Pick<SearchOptions, 'axis' | 'objective' | 'leastTrades'>,
): SearchFacts {
  const score = shownScorer(objective, leastTrades)
  const scored = runs.map(run => ({ run, value: score(run.report) }))
  const { trials, effectiveTrials, deflatedSharpe } = summary
  const low = Number.NEGATIVE_INFINITY
  return {
    kind: 'sweep',
    title: place.prepared.source.id,
    ...searchFacts(place),
    objective,
    judged: figuresOf(summary, objective, summary.best && score(summary.best.report)),
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
  { trials, effectiveTrials, deflatedSharpe, overfitting }: SweepSummary<AnyStrategy>,
  objective: string,
  bestScore: number | undefined,
): readonly SearchFigure[] {
  return [
    figure(
      `Best ${objective}`,
      bestScore,
      'The highest of all runs, which luck alone makes high when there are many.',
    ),
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
      'Overfitting',
      overfitting?.probability,
      'How often the best of one half of the days is below the median in the other.',
      { enough: '< 0.2' },
    ),
  ]
}
