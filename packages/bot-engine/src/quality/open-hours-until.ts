import { type Instrument, isOpen, openUntil, type UnixMs } from '@openclaw-trading/trading-model'

const HOUR_MS = 3_600_000

/**
 * Until when each hour is open from the one on that begins at `from`; `from` itself if that hour begins or ends closed.
 *
 * Of an hour in which a session or a holiday begins or ends its two ends decide.
 */
export function openHoursUntil(instrument: Pick<Instrument, 'hours'>, from: number): number {
  const end = from + HOUR_MS
  const until = openUntil(instrument, from as UnixMs)
  if (until >= end) return Math.floor(until / HOUR_MS) * HOUR_MS
  const isOpenHour = isOpen(instrument, from as UnixMs) && isOpen(instrument, (end - 1) as UnixMs)
  return isOpenHour ? end : from
}
