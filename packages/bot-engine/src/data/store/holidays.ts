const DAY_MS = 86_400_000

/**
 * The holiday around a date on which currencies and metals close, or close early, if it is one.
 *
 * @param local - New York's time as if it were UTC.
 */
export function holidayOf(local: number): string | undefined {
  const date = new Date(local)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()]
  const fixed = FIXED[`${month}-${day}`]
  if (fixed !== undefined) return fixed
  const today = Math.floor(local / DAY_MS)
  const easter = easterDay(year)
  if (today === easter - 2) return 'Good Friday'
  if (today === easter + 1) return 'Easter Monday'
  const weekday = date.getUTCDay()
  const ordinal = Math.ceil(day / 7)
  if (weekday === 1) return mondayHoliday(month, ordinal, day)
  // Thanksgiving and the short day behind it.
  if (month === 11 && ((weekday === 4 && ordinal === 4) || (weekday === 5 && Math.ceil((day - 1) / 7) === 4)))
    return 'Thanksgiving'
  return undefined
}

const FIXED: Readonly<Record<string, string>> = {
  '12-24': 'Christmas',
  '12-25': 'Christmas',
  '12-26': 'Christmas',
  '12-31': 'New Year',
  '1-1': 'New Year',
  '1-2': 'New Year',
  '6-19': 'Juneteenth',
  '7-3': 'Independence Day',
  '7-4': 'Independence Day',
}

function mondayHoliday(month: number, ordinal: number, day: number): string | undefined {
  if (month === 1 && ordinal === 3) return 'Martin Luther King Day'
  if (month === 2 && ordinal === 3) return "Presidents' Day"
  if (month === 5 && day > 24) return 'Memorial Day'
  if (month === 9 && ordinal === 1) return 'Labor Day'
  return undefined
}

/** Days since 1970-01-01 of Easter Sunday. @see the anonymous Gregorian algorithm (Meeus, Astronomical Algorithms, ch. 8) */
function easterDay(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const d = Math.floor(b / 4)
  const f = Math.floor((b + 8) / 25)
  const g = Math.floor((b - f + 1) / 3)
  const h = (19 * a + b - d - g + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  const day = ((h + l - 7 * m + 114) % 31) + 1
  return Date.UTC(year, month - 1, day) / DAY_MS
}
