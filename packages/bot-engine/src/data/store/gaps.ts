import { type Instrument, isOpen, type TradingHours, type UnixMs } from '@openclaw-trading/trading-model'
import { openHoursUntil } from '../../quality/open-hours-until.ts'
import type { BarColumns, TickColumns } from '../columns.ts'
import { holidayOf } from './holidays.ts'
import { lengthMsOf, rowsOf, type SeriesRows, type StoreSeries } from './series.ts'
import { localOf, weekSlotOf, weeklyPattern } from './weekly-pattern.ts'

/** Which rows to look at, and what is known of the market. */
export interface GapsOptions {
  readonly symbol: string
  readonly series: StoreSeries
  readonly from?: number
  readonly to?: number
  /** Whose hours say when rows are to be expected. A store takes those of its record of the symbol; else the week as the data itself shows it. */
  readonly instrument?: Pick<Instrument, 'hours'>
}

/** A stretch without rows inside trading hours. */
export interface Gap {
  /** Open of the first missing bar (of quotes: of the first span of 5 minutes), milliseconds since 1970-01-01 UTC. */
  readonly from: number
  /** Time of the next row. */
  readonly to: number
  /** Bars, or spans of 5 minutes, that were to be expected. */
  readonly missing: number
  /**
   * `quiet`: shorter than 15 minutes, in which a market may just have had no quote; `holiday`: on a day on which these
   * markets close or close early; `sparse`: a stretch of two hours or more in which each bar is followed by missing ones,
   * as where bars of another timeframe lie among these; `hole`: anything else.
   */
  readonly type: 'quiet' | 'holiday' | 'sparse' | 'hole'
  /** Name of the holiday. */
  readonly holiday?: string
}

/** Where rows are missing. */
export interface GapReport {
  readonly symbol: string
  readonly series: StoreSeries
  readonly rows: number
  /** Time of the first and the last row. */
  readonly first: number
  readonly last: number
  /** How it is known when rows are to be expected. */
  readonly basis:
    | 'hours of the instrument'
    | 'weekly pattern of the data'
    | 'usual week of currencies and metals'
  /** Oldest first. */
  readonly gaps: readonly Gap[]
  /** Bars, or spans of 5 minutes, missing in all gaps of a type. */
  readonly missing: Readonly<Record<Gap['type'], number>>
  /** Rows at which the hours of the instrument say closed: times of another zone, or the hours of another broker. Without its hours 0. */
  readonly outsideHours: number
}

const MINUTE_MS = 60_000
const TICK_SPAN_MS = 300_000
const HOUR_MS = 3_600_000
/** From 17:00 New York, when a trading day begins, to its date. */
const EVENING_MS = 7 * HOUR_MS
const QUIET_MS = 15 * MINUTE_MS
/** So many rows with a gap before each, over so long: where every second minute has no quote, chance makes 24 once in 17 million rows. */
const SPARSE_ROWS = 24
const SPARSE_MS = 2 * HOUR_MS
/** Noon, UTC. */
const A_SATURDAY = Date.UTC(2024, 0, 6, 12) as UnixMs
/** Fewer weeks than this show no pattern: a hole would look like an hour at which the market is closed. */
const LEAST_WEEKS = 4

/** Sunday 18:00 to Friday 17:00 New York with a daily break of an hour. */
const USUAL_WEEK: TradingHours = {
  timeZone: 'America/New_York',
  sessions: [0, 1, 2, 3, 4].map(day => ({
    startSecond: day * 86_400 + 18 * 3600,
    endSecond: (day + 1) * 86_400 + 17 * 3600,
  })),
  holidays: [],
}

/** Where rows are missing in data that are in no store. */
export function findGaps(
  data: TickColumns | BarColumns,
  options: Pick<GapsOptions, 'symbol' | 'instrument'>,
): GapReport {
  return reportGaps(rowsOf(data), { ...options, series: data.type === 'ticks' ? 'ticks' : data.timeframe })
}

/** Finds the gaps of rows that are in time order. */
export function reportGaps(rows: SeriesRows, { symbol, series, instrument }: GapsOptions): GapReport {
  const [times] = rows.columns as [Float64Array]
  const lengthMs = lengthMsOf(series) || TICK_SPAN_MS
  const { isExpected, basis, keepsHolidays } = expectation(rows, lengthMs, instrument)
  const found: RowGap[] = []
  for (let row = 1; row < rows.length; row++) {
    const before = times[row - 1] as number
    const next = times[row] as number
    // A bar at a change of summer time may be an hour longer or shorter than the others.
    const begin = series === 'ticks' ? Math.floor(before / lengthMs) * lengthMs + lengthMs : before + lengthMs
    const slack = lengthMs > HOUR_MS ? HOUR_MS : 0
    if (next - begin <= slack || (series === 'ticks' && next - begin < lengthMs)) continue
    const gap = gapBetween(begin, next, lengthMs, { isExpected, keepsHolidays })
    if (gap !== undefined) found.push({ ...gap, row })
  }
  const gaps = withSparse(found)
  const missing = { quiet: 0, holiday: 0, sparse: 0, hole: 0 }
  for (const gap of gaps) missing[gap.type] += gap.missing
  return {
    symbol,
    series,
    rows: rows.length,
    first: times[0] as number,
    last: times[rows.length - 1] as number,
    basis,
    gaps,
    missing,
    outsideHours: instrument === undefined ? 0 : rowsOutside(times, rows.length, series, instrument),
  }
}

/**
 * Bars that are closed from begin to end, and quotes of a minute that is. Exact only in hours that begin or end closed:
 * a look takes a microsecond, and there are millions of rows.
 */
function rowsOutside(
  times: Float64Array,
  length: number,
  series: StoreSeries,
  instrument: Pick<Instrument, 'hours'>,
): number {
  const lengthMs = lengthMsOf(series) || MINUTE_MS
  let outside = 0
  let openUntil = Number.NEGATIVE_INFINITY
  let begin = Number.NaN
  let isOutside = false
  for (let row = 0; row < length; row++) {
    const at = times[row] as number
    if (at < openUntil) continue
    const from = series === 'ticks' ? Math.floor(at / MINUTE_MS) * MINUTE_MS : at
    if (from !== begin) {
      begin = from
      openUntil = openHoursUntil(instrument, Math.floor(at / HOUR_MS) * HOUR_MS)
      isOutside =
        at >= openUntil &&
        !isOpenWithin(instrument, from, lengthMs) &&
        !isOpen(instrument, (from + lengthMs - 1) as UnixMs)
    }
    if (isOutside) outside += 1
  }
  return outside
}

function gapBetween(
  begin: number,
  next: number,
  lengthMs: number,
  { isExpected, keepsHolidays }: Pick<Expectation, 'isExpected' | 'keepsHolidays'>,
): Gap | undefined {
  let from: number | undefined
  let missing = 0
  const onHolidays = new Map<string, number>()
  // The span that the next row lies in is there.
  for (let at = begin; at + lengthMs <= next; at += lengthMs) {
    if (!isExpected(at)) continue
    from ??= at
    missing += 1
    const name = keepsHolidays ? holidayAt(at) : undefined
    if (name !== undefined) onHolidays.set(name, (onHolidays.get(name) ?? 0) + 1)
  }
  if (from === undefined) return undefined
  // An early close on the eve belongs to it.
  const holiday = [...onHolidays].find(([, spans]) => spans * 2 > missing)?.[0]
  if (holiday !== undefined) return { from, to: next, missing, type: 'holiday', holiday }
  return { from, to: next, missing, type: missing * lengthMs < QUIET_MS ? 'quiet' : 'hole' }
}

/** A gap before a row. */
interface RowGap extends Gap {
  readonly row: number
}

/** Gaps where quiet ones that follow each other, row for row, are one stretch. */
function withSparse(found: readonly RowGap[]): readonly Gap[] {
  const gaps: Gap[] = []
  for (let index = 0; index < found.length; ) {
    let end = index + 1
    while (end < found.length && found[end]?.row === (found[end - 1] as RowGap).row + 1) end += 1
    const stretch = found.slice(index, end).map(({ row: _, ...gap }) => gap)
    gaps.push(...(isSparse(stretch) ? joined(stretch) : stretch))
    index = end
  }
  return gaps
}

function isSparse(stretch: readonly Gap[]): boolean {
  const quiet = stretch.filter(({ type }) => type === 'quiet')
  const lasted = (stretch.at(-1)?.to ?? 0) - (stretch[0]?.from ?? 0)
  return quiet.length >= SPARSE_ROWS && lasted >= SPARSE_MS
}

/** One gap of the quiet ones; holes and holidays between them stay what they are. */
function joined(stretch: readonly Gap[]): readonly Gap[] {
  const quiet = stretch.filter(({ type }) => type === 'quiet')
  const [first, last] = [quiet[0], quiet.at(-1)] as [Gap, Gap]
  const missing = quiet.reduce((sum, gap) => sum + gap.missing, 0)
  const sparse: Gap = { from: first.from, to: last.to, missing, type: 'sparse' }
  return [...stretch.filter(({ type }) => type !== 'quiet'), sparse].sort((a, b) => a.from - b.from)
}

/** The trading day of a date begins the evening before. */
function holidayAt(at: number): string | undefined {
  return holidayOf(localOf(at)) ?? holidayOf(localOf(at) + EVENING_MS)
}

interface Expectation {
  readonly basis: GapReport['basis']
  /** A bar, or a span of quotes, that begins then. */
  readonly isExpected: (at: number) => boolean
  /** Closes, or closes early, on the holidays of currencies and metals. A record names few of them, and only those to come. */
  readonly keepsHolidays: boolean
}

function expectation(
  rows: SeriesRows,
  lengthMs: number,
  instrument: Pick<Instrument, 'hours'> | undefined,
): Expectation {
  if (instrument !== undefined)
    return {
      basis: 'hours of the instrument',
      keepsHolidays: !isOpen({ hours: { ...instrument.hours, holidays: [] } }, A_SATURDAY),
      isExpected: at => isOpenWithin(instrument, at, lengthMs),
    }
  const pattern = weeklyPattern(rows, lengthMs)
  if (pattern.weeks >= LEAST_WEEKS)
    return {
      basis: 'weekly pattern of the data',
      keepsHolidays: true,
      // A slot counts as open when most weeks have it.
      isExpected: at => {
        const slot = weekSlotOf(at, lengthMs)
        return (pattern.counts.get(slot) ?? 0) * 2 > pattern.weeksOf(slot)
      },
    }
  const usual = { hours: USUAL_WEEK }
  return {
    basis: 'usual week of currencies and metals',
    keepsHolidays: true,
    isExpected: at => isOpenWithin(usual, at, lengthMs),
  }
}

/** Open at the begin of a bar, or of a long one at some hour of it. */
function isOpenWithin(instrument: Pick<Instrument, 'hours'>, at: number, lengthMs: number): boolean {
  for (let hour = at; hour < at + lengthMs; hour += HOUR_MS)
    if (isOpen(instrument, hour as UnixMs)) return true
  return false
}
