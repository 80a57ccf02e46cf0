import type { GapReport } from '@openclaw-trading/bot-engine/data'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Warning } from '../output.ts'
import { dayText } from '../span.ts'

/** Stretches of hours in which each bar is followed by missing ones; empty where there are none. */
export function sparseNotes({
  series,
  symbol,
  gaps,
  missing,
}: Pick<GapReport, 'series' | 'symbol' | 'gaps' | 'missing'>): readonly Warning[] {
  const sparse = gaps.filter(({ type }) => type === 'sparse')
  const [longest] = sparse.toSorted((a, b) => b.to - b.from - (a.to - a.from))
  if (longest === undefined) return []
  const unit = series === 'ticks' ? 'spans of 5 min' : `${series} bars`
  const where = `${dayText(longest.from)} → ${dayText(longest.to)}`
  return [
    {
      code: 'data-sparse',
      message: `Gaps are the rule in ${grouped(sparse.length)} ${sparse.length === 1 ? 'stretch' : 'stretches'} of ${symbol} ${series} (${grouped(missing.sparse)} ${unit} missing), the longest ${where}: there are rows of a longer timeframe among these, or the market is too thin for ${unit}.`,
    },
  ]
}
