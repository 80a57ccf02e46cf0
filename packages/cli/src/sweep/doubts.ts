import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import type { Neighbourhood, SearchEnd, SweepSummary } from '@openclaw-trading/bot-engine/research'
import type { Warning } from '../output.ts'
import { lonelyPeak } from './neighbours.ts'
import { noBestText, type ScoreBounds, type UnscoredRun } from './unscored.ts'

/** What there is of a sweep. */
interface SweptRuns {
  readonly runs: readonly unknown[]
  readonly total: number
  readonly ended: SearchEnd | undefined
  readonly interrupted: boolean
  /** The runs, for where none has a score. */
  readonly unscored: readonly UnscoredRun[]
}

/** Ends of a search that leave trials untried. */
const EARLY_ENDS: Partial<Readonly<Record<SearchEnd, string>>> = {
  optimiser: 'the optimiser suggested nothing more.',
  repeats: 'the optimiser went on suggesting what was tried or what the strategy refuses.',
}

/** What speaks against believing the best of a sweep, and what is not there. */
export function doubtsOf(
  found: SweptRuns,
  summary: SweepSummary<AnyStrategy> & { readonly neighbourhood: Neighbourhood | undefined },
  { id, ...bounds }: ScoreBounds & { readonly id: string },
): readonly Warning[] {
  const warnings: Warning[] = []
  const { best, trials, effectiveTrials, deflatedSharpe, overfitting, tooFewTrades, neighbourhood } = summary
  if (tooFewTrades > 0)
    warnings.push({
      code: 'few-trades',
      message: `${tooFewTrades} of ${found.runs.length} runs made fewer than ${bounds.leastTrades} trades and have no score; --least-trades sets the bound.`,
    })
  if (best === undefined) warnings.push({ code: 'no-best', message: noBestText(found.unscored, bounds) })
  else if (deflatedSharpe === undefined || deflatedSharpe < 0.95) {
    const value = deflatedSharpe === undefined ? 'has no base' : deflatedSharpe.toFixed(2)
    warnings.push({
      code: 'unproven',
      message: `best of ${trials} trials (worth ${effectiveTrials.toFixed(1)} independent ones): deflated Sharpe ${value} – treat as unproven.`,
    })
  }
  warnings.push(...lonelyPeak(neighbourhood, bounds.objective))
  if (overfitting !== undefined && overfitting.probability >= 0.2)
    warnings.push({
      code: 'overfitting',
      message: `probability of overfitting ${overfitting.probability.toFixed(2)}: the best in one half of the days is often among the worse in the other.`,
    })
  const early = found.ended === undefined ? undefined : EARLY_ENDS[found.ended]
  if (early !== undefined)
    warnings.push({
      code: 'search-ended',
      message: `${found.runs.length} of at most ${found.total} runs were made: ${early}`,
    })
  if (found.interrupted)
    warnings.push({
      code: 'interrupted',
      message: `${found.runs.length} of ${found.total} runs are done and kept. Resume: claw sweep --resume ${id}`,
    })
  return warnings
}
