import { type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'

/** What the begin or the end of a pause says of the zone. */
export interface Anchor {
  /** Local time. */
  readonly at: number
  /** Hours east of UTC. */
  readonly hours: number
  /** Begin and end of the weekend, local; absent of a daily break. */
  readonly weekend?: readonly [number, number]
}

/** What the pauses of some rows say. */
export interface Anchors {
  /** In time order; of weekends, and where there is but one, of daily breaks. */
  readonly anchors: readonly Anchor[]
  /** Pauses of 30 hours and more. */
  readonly weekends: number
  /** Pauses behind the anchors: weekends as the market has them, or daily breaks. */
  readonly usable: number
}

/** A weekend as it lies in a file. */
interface Weekend {
  readonly closedAt: number
  readonly openedAt: number
  readonly hours: number
  /** New York's hour at which the market opened. */
  readonly opensAt: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const MINUTE_MS = 60_000
/** The last quote before a pause may come so much sooner, and the first after it so much later. */
const EARLY_MS = 20 * MINUTE_MS
const LATE_MS = 20 * MINUTE_MS
/** A break at any other hour of the day would be the market's, not the zone's. */
const LEAST_BREAKS = 3
const LEAST_SHARE = 0.7

/**
 * Looks where the market pauses: currencies close on Friday 17:00 New York and open on Sunday 17:00, metals an hour
 * later and with a break from 17:00 to 18:00 each day. The hours that make it so are the offset of the file's times.
 *
 * @param times - Local times in order.
 * @param lengthMs - Of a bar; 0 of quotes.
 */
export function findAnchors(times: Float64Array, lengthMs: number): Anchors {
  const usual: Weekend[] = []
  const breaks: Anchor[] = []
  let weekends = 0
  let dailyPauses = 0
  for (let row = 1; row < times.length; row++) {
    const closedAt = (times[row - 1] as number) + lengthMs
    const openedAt = times[row] as number
    const pauseMs = openedAt - closedAt
    if (pauseMs > 30 * HOUR_MS) {
      weekends += 1
      const weekend = weekendOf(closedAt, openedAt)
      if (weekend !== undefined) usual.push(weekend)
    } else if (pauseMs >= 45 * MINUTE_MS && pauseMs <= 80 * MINUTE_MS) {
      dailyPauses += 1
      const hours = breakOffset(closedAt, openedAt)
      if (hours !== undefined) breaks.push({ at: openedAt, hours })
    }
  }
  // Where the file's zone changes its time over a weekend, that seems to open an hour off; it tells nothing.
  const opensAt = modeOf(usual.map(weekend => weekend.opensAt))
  const kept = usual.filter(weekend => weekend.opensAt === opensAt)
  const anchors = kept.flatMap(({ closedAt, openedAt, hours }) =>
    [closedAt, openedAt].map((at): Anchor => ({ at, hours, weekend: [closedAt, openedAt] })),
  )
  if (kept.length >= 2) return { anchors, weekends, usable: kept.length }
  const hours = modeOf(breaks.map(one => one.hours))
  const agreeing = breaks.filter(one => one.hours === hours)
  const isPattern = agreeing.length >= LEAST_BREAKS && agreeing.length >= LEAST_SHARE * dailyPauses
  if (!isPattern) return { anchors, weekends, usable: kept.length }
  return {
    anchors: [...anchors, ...agreeing].sort((a, b) => a.at - b.at),
    weekends,
    usable: kept.length + agreeing.length,
  }
}

function weekendOf(closedAt: number, openedAt: number): Weekend | undefined {
  for (const opensAt of [17, 18]) {
    const hours = offsetFor(
      one =>
        isBefore(newYorkWeek(closedAt, one), 5 * DAY_MS + 17 * HOUR_MS) &&
        isAfter(newYorkWeek(openedAt, one), opensAt * HOUR_MS),
    )
    if (hours !== undefined) return { closedAt, openedAt, hours, opensAt }
  }
  return undefined
}

function breakOffset(closedAt: number, openedAt: number): number | undefined {
  return offsetFor(hours => {
    const close = newYorkWeek(closedAt, hours) % DAY_MS
    const open = newYorkWeek(openedAt, hours) % DAY_MS
    return isBefore(close, 17 * HOUR_MS) && isAfter(open, 18 * HOUR_MS)
  })
}

const isBefore = (at: number, wanted: number): boolean => at <= wanted && wanted - at <= EARLY_MS
const isAfter = (at: number, wanted: number): boolean => at >= wanted && at - wanted <= LATE_MS

/** The only whole hours for which it holds. */
function offsetFor(holds: (hours: number) => boolean): number | undefined {
  let found: number | undefined
  for (let hours = -12; hours <= 14; hours++) {
    if (!holds(hours)) continue
    if (found !== undefined) return undefined
    found = hours
  }
  return found
}

/** Milliseconds since Sunday 00:00 New York of a local time that is so many hours east of UTC. */
function newYorkWeek(local: number, hours: number): number {
  const at = local - hours * HOUR_MS
  const there = at + zoneOffsetMs('America/New_York', at as UnixMs)
  // Day 0 was a Thursday.
  return (there + 4 * DAY_MS) % (7 * DAY_MS)
}

/** The most frequent of some values. */
function modeOf(values: readonly number[]): number | undefined {
  const counts = new Map<number, number>()
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1)
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0]
}

/** Tells whether currencies and metals rest at an instant: Friday 17:15 to Sunday 16:45 New York. */
export function isWeekend(at: number): boolean {
  const week = newYorkWeek(at, 0)
  return week >= 5 * DAY_MS + 17.25 * HOUR_MS || week < 16.75 * HOUR_MS
}
