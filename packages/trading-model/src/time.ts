import type { Brand } from './brand.ts'
import { ModelError } from './errors.ts'

/** Milliseconds since 1970-01-01 UTC. */
export type UnixMs = Brand<number, 'UnixMs'>

/** Length of a bar; `m15` = 15 minutes, `h4` = 4 hours, `d1`, `w1`, `mn1`. */
export type Timeframe =
  | 'm1'
  | 'm2'
  | 'm3'
  | 'm4'
  | 'm5'
  | 'm10'
  | 'm15'
  | 'm30'
  | 'h1'
  | 'h4'
  | 'h12'
  | 'd1'
  | 'w1'
  | 'mn1'

/** Every timeframe, shortest first. */
export const TIMEFRAMES = [
  'm1',
  'm2',
  'm3',
  'm4',
  'm5',
  'm10',
  'm15',
  'm30',
  'h1',
  'h4',
  'h12',
  'd1',
  'w1',
  'mn1',
] as const satisfies readonly Timeframe[]

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

const FIXED_MS: Partial<Record<Timeframe, number>> = {
  m1: MINUTE_MS,
  m2: 2 * MINUTE_MS,
  m3: 3 * MINUTE_MS,
  m4: 4 * MINUTE_MS,
  m5: 5 * MINUTE_MS,
  m10: 10 * MINUTE_MS,
  m15: 15 * MINUTE_MS,
  m30: 30 * MINUTE_MS,
  h1: HOUR_MS,
}

/** Makes a {@link UnixMs}. @throws {@link ModelError} `invalid-value` when it is not a whole number of milliseconds */
export function unixMs(value: number): UnixMs {
  if (!Number.isSafeInteger(value))
    throw new ModelError(
      'invalid-value',
      `${value} is not a time. Pass whole milliseconds since 1970-01-01 UTC.`,
    )
  return value as UnixMs
}

/** Tells whether a text names a {@link Timeframe}. */
export function isTimeframe(value: string): value is Timeframe {
  return (TIMEFRAMES as readonly string[]).includes(value)
}

/** A bar's open and end: it covers [openedAt, closesAt). */
export interface BarSpan {
  /** Start, inclusive. */
  readonly openedAt: UnixMs
  /** End, exclusive. */
  readonly closesAt: UnixMs
}

/**
 * The span of the bar that contains an instant.
 *
 * Bars up to `h1` are aligned to UTC. Longer ones follow the trading day that opens at 17:00 New York, as the
 * broker's do: `h4` and `h12` count from it, a week opens with Sunday's 17:00, a month with its first trading day.
 */
export function barSpan(at: UnixMs, timeframe: Timeframe): BarSpan {
  const fixedMs = FIXED_MS[timeframe]
  if (fixedMs !== undefined) {
    const openedAt = Math.floor(at / fixedMs) * fixedMs
    return { openedAt: openedAt as UnixMs, closesAt: (openedAt + fixedMs) as UnixMs }
  }
  const day = tradingDayOf(at)
  switch (timeframe) {
    case 'h4':
      return partOfDay(at, day, 4 * HOUR_MS)
    case 'h12':
      return partOfDay(at, day, 12 * HOUR_MS)
    case 'd1':
      return { openedAt: tradingDayStart(day), closesAt: tradingDayStart(day + 1) }
    case 'w1': {
      // Day number 0 is Thursday 1970-01-01; trading days are named after the date on which they end.
      const monday = day - ((day + 3) % 7)
      return { openedAt: tradingDayStart(monday), closesAt: tradingDayStart(monday + 7) }
    }
    default: {
      const date = new Date(day * DAY_MS)
      const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), 1) / DAY_MS
      const next = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1) / DAY_MS
      return { openedAt: tradingDayStart(first), closesAt: tradingDayStart(next) }
    }
  }
}

/** Start of the bar that contains an instant. */
export function barOpen(at: UnixMs, timeframe: Timeframe): UnixMs {
  return barSpan(at, timeframe).openedAt
}

function partOfDay(at: UnixMs, day: number, lengthMs: number): BarSpan {
  const start = tradingDayStart(day)
  const end = tradingDayStart(day + 1)
  const openedAt = start + Math.floor((at - start) / lengthMs) * lengthMs
  return { openedAt: openedAt as UnixMs, closesAt: Math.min(openedAt + lengthMs, end) as UnixMs }
}

/** Number (days since 1970-01-01) of the date on which the trading day that contains `at` ends. */
function tradingDayOf(at: UnixMs): number {
  const guess = Math.floor(at / DAY_MS)
  return at >= tradingDayStart(guess + 1) ? guess + 1 : guess
}

/** 17:00 New York of the day before: the open of the trading day that ends on `day`. */
function tradingDayStart(day: number): UnixMs {
  const eve = (day - 1) * DAY_MS
  return (eve + 17 * HOUR_MS - zoneOffsetMs('America/New_York', (eve + 22 * HOUR_MS) as UnixMs)) as UnixMs
}

const formats = new Map<string, Intl.DateTimeFormat>()
// Offsets change at whole or half hours of UTC (Adelaide: 16:30); one entry per half hour, dropped all at once when
// 100,000 of them (5.7 years) are held.
const OFFSET_SPAN_MS = 30 * MINUTE_MS
const SPANS_PER_DAY = DAY_MS / OFFSET_SPAN_MS
const offsets = new Map<string, Map<number, number>>()
const MAX_OFFSETS = 100_000
/** Days without a change that were asked for one after the other: data come in order of time, and every row asks. */
const lastDays = { zone: '', from: 0, until: 0, offset: 0 }

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known !== undefined) return known
  try {
    // Of all forms the one that states the offset itself; a time must stand beside it, and the year is the shortest.
    const made = new Intl.DateTimeFormat('en-US', {
      timeZone: zone,
      year: 'numeric',
      timeZoneName: 'longOffset',
    })
    formats.set(zone, made)
    return made
  } catch (cause) {
    throw new ModelError(
      'unknown-time-zone',
      `"${zone}" is not a time zone this platform knows. Use an IANA name such as Europe/London.`,
      { cause },
    )
  }
}

/**
 * Offset of a time zone from UTC at an instant, in milliseconds; east is positive.
 *
 * @throws {@link ModelError} `unknown-time-zone`
 */
export function zoneOffsetMs(zone: string, at: UnixMs): number {
  if (zone === lastDays.zone && at >= lastDays.from && (at < lastDays.until || takesNextDay(at)))
    return lastDays.offset
  if (zone === 'UTC' || zone === 'Etc/UTC') return 0
  return offsetOfDay(zone, at)
}

/** Whether an instant lies on the day after those known, and the clocks do not change on it: it is one of them then. */
function takesNextDay(at: number): boolean {
  const until = lastDays.until + DAY_MS
  if (at >= until || spanOffsetMs(lastDays.zone, until / OFFSET_SPAN_MS) !== lastDays.offset) return false
  lastDays.until = until
  return true
}

function offsetOfDay(zone: string, at: number): number {
  const day = Math.floor(at / DAY_MS)
  const atStart = spanOffsetMs(zone, day * SPANS_PER_DAY)
  // A day that begins and ends with one offset has no change in it: two look-ups a day instead of 48.
  if (atStart !== spanOffsetMs(zone, (day + 1) * SPANS_PER_DAY))
    return spanOffsetMs(zone, Math.floor(at / OFFSET_SPAN_MS))
  lastDays.zone = zone
  lastDays.from = day * DAY_MS
  lastDays.until = (day + 1) * DAY_MS
  lastDays.offset = atStart
  return atStart
}

/** Offset of a zone at the start of a half hour, counted from 1970-01-01 UTC. */
function spanOffsetMs(zone: string, span: number): number {
  const known = offsets.get(zone)?.get(span)
  if (known !== undefined) return known
  const offset = offsetIn(formatOf(zone).format(span * OFFSET_SPAN_MS))
  const kept = offsets.get(zone) ?? new Map<number, number>()
  if (kept.size >= MAX_OFFSETS) kept.clear()
  offsets.set(zone, kept.set(span, offset))
  return offset
}

/** Reads the offset at the end of `2025, GMT-04:00`; local mean times of old have seconds, no offset has no digits. */
function offsetIn(text: string): number {
  const [, sign, hours, minutes, seconds = 0] = /([+-])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? []
  if (sign === undefined) return 0
  const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * 1000
  return sign === '-' ? -ms : ms
}
