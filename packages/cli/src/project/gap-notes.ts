import type { BarColumns, TickColumns } from '@openclaw-trading/bot-engine'
import { findGaps, type GapReport } from '@openclaw-trading/bot-engine/data'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { Warning } from '../output.ts'
import { dayText } from '../span.ts'

/** What is missing in the rows of a run, by the hours of its record: results across it are not those of the market. */
export function gapNotes(columns: TickColumns | BarColumns, instrument: Instrument): readonly Warning[] {
  if (columns.length === 0) return []
  const report = findGaps(columns, { symbol: instrument.name, instrument })
  return [...sparseNotes(report), ...holeNotes(report)]
}

function holeNotes({ series, gaps, missing, basis }: GapReport): readonly Warning[] {
  const holes = gaps.filter(({ type }) => type === 'hole')
  const [worst] = holes.toSorted((one, other) => other.missing - one.missing)
  if (worst === undefined) return []
  return [
    {
      code: 'data-holes',
      message: `${grouped(holes.length)} ${holes.length === 1 ? 'hole' : 'holes'} in the data by the ${basis} (${grouped(missing.hole)} ${series === 'ticks' ? 'spans of 5 min' : 'bars'} missing), the largest ${minute(worst.from)} → ${minute(worst.to)}.`,
    },
  ]
}

const minute = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`

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
