import { barSpan, TIMEFRAMES, type Timeframe, type UnixMs } from '@openclaw-trading/trading-model'
import type { BarColumns } from '../data/columns.ts'
import { rowEnd } from '../data/row-end.ts'
import { EngineError } from '../errors.ts'
import { fixedLengthMs } from '../kernel/bar-builder.ts'

/** A feed of a run. */
interface Feed {
  readonly feed: string
  readonly timeframe: Timeframe
}

/** Checks that the feeds of a run can be made of bars. @throws {@link EngineError} `invalid-options` */
export function checkFeeds(feeds: readonly Feed[], data: BarColumns): void {
  for (const feed of feeds) {
    if (!isMadeOf(feed.timeframe, data.timeframe)) throw notMade(feed, data, longestFor(feeds))
    const row = straddlingRow(feed.timeframe, data)
    if (row !== undefined) throw straddled(feed, data, row)
  }
}

/** The longest bars that every feed can be made of. */
function longestFor(feeds: readonly Feed[]): Timeframe {
  const makesAll = (timeframe: Timeframe) => feeds.every(feed => isMadeOf(feed.timeframe, timeframe))
  return TIMEFRAMES.findLast(makesAll) ?? 'm1'
}

/**
 * By the names alone: lengths of the week and the month that the data begin with would differ with the date. A trading day
 * opens and ends with an hour, and is cut into parts from its open on; weeks and months are whole trading days, and a
 * week may lie in two months.
 */
function isMadeOf(wanted: Timeframe, given: Timeframe): boolean {
  if (TIMEFRAMES.indexOf(wanted) < TIMEFRAMES.indexOf(given)) return false
  const lengthMs = fixedLengthMs(wanted)
  if (lengthMs > 0) return lengthMs % fixedLengthMs(given) === 0
  return given !== 'w1' || wanted === 'w1'
}

/** The first row that ends in another bar of the feed than it opens in: its prices belong to both. */
function straddlingRow(wanted: Timeframe, data: BarColumns): number | undefined {
  // Up to an hour every row is a part of a trading day.
  if (wanted === data.timeframe || fixedLengthMs(data.timeframe) > 0) return undefined
  for (let row = 0; row < data.length; row++) {
    const at = data.openedAt[row] as UnixMs
    const isOwn = barSpan(at, data.timeframe).openedAt === at
    if (!isOwn && rowEnd(data, row) > barSpan(at, wanted).closesAt) return row
  }
  return undefined
}

function notMade({ feed, timeframe }: Feed, data: BarColumns, longest: Timeframe): EngineError {
  return new EngineError(
    'invalid-options',
    `Feed "${feed}" has the timeframe ${timeframe}, which cannot be made of ${data.timeframe} bars. ` +
      `The longest bars that make all feeds of the strategy are ${longest}: pass those, a part of them, or quotes.`,
    { details: { feed, timeframe, data: data.timeframe, longest } },
  )
}

function straddled({ feed, timeframe }: Feed, data: BarColumns, row: number): EngineError {
  const at = new Date(data.openedAt[row] as number).toISOString()
  return new EngineError(
    'invalid-options',
    `Feed "${feed}" has the timeframe ${timeframe}, which cannot be made of these ${data.timeframe} bars: row ${row} opens at ` +
      `${at}, and a ${timeframe} bar ends within it (trading days end at 17:00 New York). Pass bars of ${timeframe}, bars ` +
      'of an hour or less, or quotes.',
    { details: { feed, timeframe, data: data.timeframe, row } },
  )
}
