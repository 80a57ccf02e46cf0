import { type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'

/** A rule that makes UTC of the times of a file. */
export interface Zone {
  /** As it was written: `Europe/Athens`, `UTC+2`, `America/New_York+7`. */
  readonly name: string
  /** Offset from UTC at an instant, in milliseconds; east is positive. */
  offsetMs(at: number): number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/**
 * Reads the name of a zone: an IANA name, a fixed offset (`UTC+2`, `UTC-05:00`), or an IANA name and hours
 * (`America/New_York+7`: the server time of brokers whose day ends at 17:00 New York, for which there is no name).
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function parseZone(name: string): Zone {
  const [, sign, hours, minutes = '0'] = /^(?:UTC|GMT)(?:([+-])(\d{1,2})(?::?(\d\d))?)?$/i.exec(name) ?? []
  if (/^(?:UTC|GMT)$/i.test(name)) return { name: 'UTC', offsetMs: () => 0 }
  if (sign !== undefined) {
    const offset = (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * 60_000)
    if (Math.abs(offset) <= 14 * HOUR_MS) return { name, offsetMs: () => offset }
  }
  const [, base = name, moreSign, more] = /^([A-Za-z]+\/[A-Za-z_/]+)([+-])(\d{1,2})$/.exec(name) ?? []
  const added = more === undefined ? 0 : (moreSign === '-' ? -1 : 1) * Number(more) * HOUR_MS
  try {
    zoneOffsetMs(base, 0 as UnixMs)
  } catch (cause) {
    throw new EngineError(
      'invalid-options',
      `"${name}" is no time zone. Use an IANA name such as Europe/Athens, a fixed offset such as UTC+2, or both, such as America/New_York+7.`,
      { cause },
    )
  }
  return { name, offsetMs: at => zoneOffsetMs(base, at as UnixMs) + added }
}

/** Makes UTC of local times. In the hour that comes twice when summer time ends, the first is meant. */
export function localToUtc(zone: Zone): (local: number) => number {
  // Zones change at whole half hours, and rows come in order: one look-up each half hour of data.
  let span = Number.NaN
  let offset = 0
  return local => {
    const now = Math.floor(local / 1_800_000)
    if (now !== span) {
      span = now
      const before = zone.offsetMs(local - DAY_MS)
      const after = zone.offsetMs(local + DAY_MS)
      const holds = (one: number) => zone.offsetMs(local - one) === one
      // An hour that does not exist, when summer time begins, is taken as if it had not begun.
      offset = holds(before) || !holds(after) ? before : after
    }
    return local - offset
  }
}
