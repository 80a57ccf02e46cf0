const SECOND_MS = 1000
const MINUTE_MS = 60 * SECOND_MS
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** A length of time in at most two units: `0.4 s`, `24 s`, `2 m 10 s`, `3 h 04 m`, `3 d 04 h`. */
export function durationText(ms: number): string {
  const length = Math.max(0, ms)
  if (length < SECOND_MS) return `${(Math.floor(length / 100) / 10).toFixed(1)} s`
  if (length < MINUTE_MS) return `${Math.floor(length / SECOND_MS)} s`
  if (length < HOUR_MS)
    return `${Math.floor(length / MINUTE_MS)} m ${two((length % MINUTE_MS) / SECOND_MS)} s`
  if (length < DAY_MS) return `${Math.floor(length / HOUR_MS)} h ${two((length % HOUR_MS) / MINUTE_MS)} m`
  return `${Math.floor(length / DAY_MS)} d ${two((length % DAY_MS) / HOUR_MS)} h`
}

/** How long ago, in one unit, for table cells: `now`, `24 s ago`, `2 min ago`, `3 h ago`, `5 d ago`. */
export function relativeText(at: number, now: number): string {
  const age = now - at
  if (age < SECOND_MS) return 'now'
  if (age < MINUTE_MS) return `${Math.floor(age / SECOND_MS)} s ago`
  if (age < HOUR_MS) return `${Math.floor(age / MINUTE_MS)} min ago`
  if (age < 2 * DAY_MS) return `${Math.floor(age / HOUR_MS)} h ago`
  return `${Math.floor(age / DAY_MS)} d ago`
}

/** Time of day in UTC: `10:21:07`. */
export function clockText(at: number): string {
  return new Date(at).toISOString().slice(11, 19)
}

/** Hours and minutes in UTC: `10:21`. */
export function minuteText(at: number): string {
  return new Date(at).toISOString().slice(11, 16)
}

/** Weekday and date in UTC: `Mon 5 Jan`. */
export function dayText(at: number): string {
  const date = new Date(at)
  return `${DAYS[date.getUTCDay()]} ${date.getUTCDate()} ${MONTHS[date.getUTCMonth()]}`
}

/** Full time for titles and copies: `2026-01-05 10:21:07 UTC`. */
export function absoluteText(at: number): string {
  const iso = new Date(at).toISOString()
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

function two(value: number): string {
  return Math.floor(value).toString().padStart(2, '0')
}
