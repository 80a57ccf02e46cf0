const TIME = '(\\d{1,2}):(\\d{2})(?::(\\d{2})(?:[.:](\\d{1,3}))?)?'
// 2024.01.02 or 2024-01-02 or 2024/01/02, with or without a time and an offset.
const YEAR_FIRST = new RegExp(
  `^(\\d{4})[.\\-/](\\d{1,2})[.\\-/](\\d{1,2})(?:[ T]+${TIME})?\\s*(Z|[+-]\\d{2}:?\\d{2})?$`,
)
// 01.01.2024 00:00:00.000 GMT+0200
const DAY_FIRST = new RegExp(
  `^(\\d{1,2})\\.(\\d{1,2})\\.(\\d{4})(?:[ T]+${TIME})?\\s*(?:(?:GMT|UTC)?([+-]\\d{2}:?\\d{2}))?$`,
)
// 20240102 000000 or 20240102 000000123
const DIGITS = /^(\d{4})(\d{2})(\d{2})(?: (?:(\d{2})(\d{2})(\d{2})(\d{3})?|(\d{2}):(\d{2})))?$/
const DATE = '(?:19|20)\\d\\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\\d|3[01])'
const HOUR = '(?:[01]\\d|2[0-3])'
// 12 digits are a time before September 2001; some of 1976 are a date with hour and minute as well, and then neither.
const EPOCH_MS = new RegExp(`^(?:\\d{13}|(?!${DATE}${HOUR}[0-5]\\d$)\\d{12})$`)
// From September 2001 on; some of 2030 to 2036 are a date with its hour as well, and then neither.
const EPOCH_S = new RegExp(`^(?!${DATE}${HOUR}$)(\\d{10})(?:\\.(\\d{1,9}))?$`)
const YEAR_LAST = /^\d{1,2}[/-]\d{1,2}[/-]\d{4}(?!\d)/

/** A time as a file writes it. */
export interface TimeText {
  /** Milliseconds as if the time were UTC. */
  readonly local: number
  /** Offset from UTC in milliseconds, where the file states it; 0 for times since 1970. */
  readonly offsetMs: number | undefined
}

/** Whether that is a time since 1970, in seconds or milliseconds as its digits tell. */
export function isEpoch(text: string): boolean {
  return EPOCH_MS.test(text) || EPOCH_S.test(text)
}

/**
 * Reads a time in any of the forms of the known exports; `undefined`: it is none.
 *
 * @param inMilliseconds - The file says that it counts those: seconds are none then.
 */
export function parseTime(text: string, inMilliseconds = false): TimeText | undefined {
  if (EPOCH_MS.test(text)) return { local: Number(text), offsetMs: 0 }
  const [, seconds, fraction = ''] = EPOCH_S.exec(text) ?? []
  if (seconds !== undefined)
    return inMilliseconds
      ? undefined
      : { local: Number(seconds) * 1000 + Number(fraction.slice(0, 3).padEnd(3, '0')), offsetMs: 0 }
  const [, y, mo, d, h, mi, s, ms, zone] = YEAR_FIRST.exec(text) ?? []
  if (y !== undefined) return timeOf([y, mo, d, h, mi, s, ms], zone)
  const [, day, month, year, hour, minute, second, milli, offset] = DAY_FIRST.exec(text) ?? []
  if (year !== undefined) return timeOf([year, month, day, hour, minute, second, milli], offset)
  const [, dy, dm, dd, dh, dmi, ds, dms, hh, hm] = DIGITS.exec(text) ?? []
  return dy === undefined ? undefined : timeOf([dy, dm, dd, dh ?? hh, dmi ?? hm, ds, dms], undefined)
}

/** What is wrong with a time among these fields that looks like one and is not read; `undefined`: there is none. */
export function timeProblem(fields: readonly string[]): string | undefined {
  if (fields.some(field => YEAR_LAST.test(field)))
    return 'has a date that may begin with its day or its month: write 2024-01-31'
  const digits = fields.find(field => /^(?:\d{10}|\d{12}|\d{14})(?:\.\d+)?$/.test(field))
  return digits === undefined
    ? undefined
    : `has a time that may be more than one: since 1970 there are 10 digits of seconds or 13 of milliseconds (in a column called timestamp_ms those alone), and a date is written 2024-01-31 23:59`
}

function timeOf(parts: readonly (string | undefined)[], zone: string | undefined): TimeText | undefined {
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = parts.slice(0, 6).map(numberOf)
  const milli = Number((parts[6] ?? '').padEnd(3, '0'))
  if (month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 59)
    return undefined
  const local = Date.UTC(year, month - 1, day, hour, minute, second, milli)
  return { local, offsetMs: offsetOf(zone) }
}

const numberOf = (text: string | undefined): number => Number(text ?? 0)

function offsetOf(zone: string | undefined): number | undefined {
  if (zone === undefined) return undefined
  const [, sign, hours, minutes] = /^([+-])(\d{2}):?(\d{2})$/.exec(zone) ?? []
  if (hours === undefined) return 0
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000
}
