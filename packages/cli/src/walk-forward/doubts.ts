import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import type { WalkForwardReport } from '@openclaw-trading/bot-engine/research'
import type { Warning } from '../output.ts'
import { decimalText } from '../report/figures.ts'
import type { SearchOptions } from '../research/search-options.ts'

type Report = WalkForwardReport<AnyStrategy>

/** What speaks against believing a walk-forward. */
export function doubtsOf(
  report: Report,
  search: Pick<SearchOptions, 'objective' | 'leastTrades'>,
): readonly Warning[] {
  const { efficiency, overfitting, probabilisticSharpe } = report
  const warnings: Warning[] = [...unchosen(report, search)]
  if (efficiency === undefined || efficiency < 0.5)
    warnings.push({
      code: 'inefficient',
      message:
        efficiency === undefined
          ? `no efficiency: ${report.folds.every(isUnchosen) ? 'nothing was chosen' : 'the choices gained nothing in their own samples'}, so there is nothing that could carry over.`
          : `efficiency ${decimalText(efficiency)}: out of sample it earns less than half of what the choice promised (0.5 is asked for).`,
    })
  if (overfitting !== undefined && overfitting.probability >= 0.2)
    warnings.push({
      code: 'overfitting',
      message: `probability of overfitting ${overfitting.probability.toFixed(2)} (below 0.2 is asked for).`,
    })
  if (probabilisticSharpe === undefined || probabilisticSharpe < 0.95)
    warnings.push({
      code: 'unproven',
      message: `probability that it earns anything out of sample ${probabilisticSharpe?.toFixed(2) ?? 'has no base'} – treat as unproven.`,
    })
  return warnings
}

function isUnchosen({ params }: Report['folds'][number]): boolean {
  return params === undefined
}

/** Why folds were not traded: the table says no more than that nothing was chosen. */
function unchosen(
  { folds }: Report,
  { objective, leastTrades = 1 }: Pick<SearchOptions, 'objective' | 'leastTrades'>,
): readonly Warning[] {
  const unchosen = folds.filter(isUnchosen)
  if (unchosen.length === 0) return []
  const empty = unchosen.filter(({ tried }) => tried.runs === 0).length
  const unscored = unchosen.length - empty
  const trades = leastTrades === 1 ? '1 trade' : `${leastTrades} trades`
  const told = [
    ...(unscored > 0
      ? [
          `${unscored} of ${folds.length} folds chose nothing and were not traded: no combination has a ${objective}, with ${trades} or more, in their sample.`,
        ]
      : []),
    ...(empty > 0
      ? [
          `${empty} of ${folds.length} folds ${empty === 1 ? 'has' : 'have'} no row of the symbol traded in ${empty === 1 ? 'its' : 'their'} sample: nothing was run there, chosen or traded. Get the data that are missing (claw data verify names the hole), or take a longer --in-sample.`,
        ]
      : []),
  ]
  return [{ code: 'no-best', message: told.join(' ') }]
}
