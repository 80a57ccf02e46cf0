import { type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import type { Instance } from './contract.ts'
import { dayText, durationText } from './time-text.ts'

/** The venue's time as far as it is known. */
export interface VenueTime {
  /** Market time. */
  readonly at: number
  /** True when the last report is too old to run the clock on from it. */
  readonly held: boolean
}

// A simulated venue skips closed hours in one jump, so running on from an old report would show a time that never was.
const RUN_ON_MS = 5000

/** Market time now: the newest report of a running instance, run on at the venue's speed for at most 5 s. */
export function venueTime(rows: readonly Instance[], clockSpeed: number, now: number): VenueTime | null {
  let newest: VenueTime | null = null
  let bestAge = Number.POSITIVE_INFINITY
  for (const row of rows) {
    if (row.marketAt === null) continue
    const age = Math.max(0, now - row.receivedAt)
    if (age >= bestAge) continue
    bestAge = age
    const ran = row.lamps.process === 'on' ? Math.min(age, RUN_ON_MS) * clockSpeed : 0
    newest = { at: row.marketAt + ran, held: row.lamps.process !== 'on' || age > RUN_ON_MS }
  }
  return newest
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

interface City {
  readonly name: string
  readonly zone: string
  /** Local hours between which most of its volume trades. */
  readonly from: number
  readonly to: number
}

const CITIES: readonly City[] = [
  { name: 'Tokyo', zone: 'Asia/Tokyo', from: 9, to: 18 },
  { name: 'London', zone: 'Europe/London', from: 8, to: 17 },
  { name: 'New York', zone: 'America/New_York', from: 8, to: 17 },
]

/** Which trading centres are open: `London open · New York in 3 h 08 m`, `Weekend`. */
export function sessionText(at: number): string {
  if (isWeekend(at)) return `Weekend, ${dayText(at)}`
  const open: string[] = []
  let next: { name: string; inMs: number } | null = null
  for (const city of CITIES) {
    const local = (at + zoneOffsetMs(city.zone, at as UnixMs)) % DAY_MS
    if (local >= city.from * HOUR_MS && local < city.to * HOUR_MS) open.push(city.name)
    else {
      const inMs = (city.from * HOUR_MS - local + DAY_MS) % DAY_MS
      if (next === null || inMs < next.inMs) next = { name: city.name, inMs }
    }
  }
  const opening = next === null ? '' : `${next.name} in ${durationText(next.inMs)}`
  return open.length === 0 ? opening : `${open.join(' + ')} open${opening === '' ? '' : ` · ${opening}`}`
}

/** Foreign exchange and metals rest from Friday 17:00 to Sunday 17:00 New York. */
function isWeekend(at: number): boolean {
  const local = new Date(at + zoneOffsetMs('America/New_York', at as UnixMs))
  const day = local.getUTCDay()
  const late = local.getUTCHours() >= 17
  return day === 6 || (day === 5 && late) || (day === 0 && !late)
}
