import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import type { Fold } from '@openclaw-trading/bot-engine/research'
import { type Column, table } from '@openclaw-trading/ctrader-client/terminal'
import { accountText } from '../backtest/lost-account.ts'
import { signedMoney } from '../backtest/summary.ts'
import type { SearchOptions } from '../research/search-options.ts'
import { refusedText } from '../research/search-refusals.ts'
import { shownScorer } from '../research/shown-score.ts'
import { scoreText } from '../sweep/heat-map.ts'

type Row = Fold<AnyStrategy>

/** Days as they are named in a table, from the first to the last. */
export function daysText({ from, to }: Row['outOfSample']): string {
  const day = (at: number): string => new Date(at).toISOString().slice(0, 10)
  return `${day(from)} → ${day(to - 1)}`
}

/** What was chosen in each fold, and what it came to out of sample. */
export function foldsTable(
  folds: readonly Row[],
  { axis, objective, leastTrades = 1 }: Pick<SearchOptions, 'axis' | 'objective' | 'leastTrades'>,
): string {
  const score = shownScorer(objective, leastTrades)
  return table<Row>(
    [
      { title: 'out of sample', text: ({ outOfSample }) => daysText(outOfSample) },
      {
        title: 'chosen',
        text: ({ params }) =>
          params === undefined
            ? 'nothing'
            : axis.map(({ name }) => `${name}=${String(params[name])}`).join(' '),
      },
      {
        title: `${objective} in sample`,
        align: 'right',
        text: ({ inSampleReport }) => scoreText(inSampleReport && score(inSampleReport), Number.NaN),
      },
      {
        title: 'net',
        align: 'right',
        text: ({ report: run }) => (run === undefined ? '·' : signedMoney(run.metrics.netProfit)),
      },
      { title: 'trades', align: 'right', text: ({ report: run }) => String(run?.metrics.tradeCount ?? 0) },
      ...whereTold(folds, 'refused', ({ report }) => report && refusedText(report)),
      ...whereTold(folds, 'account', ({ report }) => report && accountText(report)),
    ],
    folds,
  )
}

/** A column that is there where a fold has something to say in it. */
function whereTold(
  folds: readonly Row[],
  title: string,
  text: (fold: Row) => string | undefined,
): readonly Column<Row>[] {
  return folds.some(fold => text(fold) !== undefined) ? [{ title, text: fold => text(fold) ?? '' }] : []
}
