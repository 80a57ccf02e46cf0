import type { SchemaElement } from 'hyparquet'
import { parseTime, type TimeText } from './time-text.ts'

/** Reads the time of a row; `undefined`: it is none. */
export type TimeReader = (value: unknown) => TimeText | undefined

const DAY_MS = 86_400_000
/** Milliseconds in a unit, and from where on a count since 1970 is of it: each ends 1973 years before it is ambiguous. */
const EPOCH_UNITS = [
  { name: 's', ms: 1000, from: 1e8 },
  { name: 'ms', ms: 1, from: 1e11 },
  { name: 'us', ms: 1e-3, from: 1e14 },
  { name: 'ns', ms: 1e-6, from: 1e17 },
] as const

/** Whole milliseconds, days and bytes for what the library would make dates and texts of. */
export const TIME_PARSERS = {
  timestampFromMilliseconds: (ms: bigint) => Number(ms),
  timestampFromMicroseconds: (us: bigint) => Math.floor(Number(us) / 1000),
  // 2^53 ns are 104 days: a double is too short.
  timestampFromNanoseconds: (ns: bigint) => Number(ns / 1_000_000n),
  dateFromDays: (days: number) => days,
} as const

/** How the values of a column are times; `undefined`: its type is none. */
export function timeReaderOf(element: SchemaElement, name: string): TimeReader | undefined {
  const { type, logical_type: logical, converted_type: converted } = element
  if (logical?.type === 'TIMESTAMP') return instants(logical.isAdjustedToUTC ? 0 : undefined)
  // Of files from before the type could say more, for which the format defines UTC.
  if (converted === 'TIMESTAMP_MILLIS' || converted === 'TIMESTAMP_MICROS') return instants(0)
  // Some programs write UTC by it and some local time; none says so.
  if (type === 'INT96') return instants(undefined)
  if (logical?.type === 'DATE' || converted === 'DATE')
    return value => (typeof value === 'number' ? { local: value * DAY_MS, offsetMs: undefined } : undefined)
  if (isText(element)) return value => (typeof value === 'string' ? parseTime(value.trim()) : undefined)
  const isCount = type === 'INT32' || type === 'INT64' || type === 'DOUBLE'
  const isPlain =
    logical === undefined ? converted === undefined || isInteger(converted) : logical.type === 'INTEGER'
  return isCount && isPlain ? countsOf(name) : undefined
}

/** Tells whether a column holds text. */
export function isText({ type, logical_type: logical, converted_type: converted }: SchemaElement): boolean {
  if (type !== 'BYTE_ARRAY') return false
  return (
    converted === 'UTF8' || logical?.type === 'STRING' || (converted === undefined && logical === undefined)
  )
}

const isInteger = (converted: string): boolean => /^U?INT_/.test(converted)

function instants(offsetMs: 0 | undefined): TimeReader {
  return value => (typeof value === 'number' ? { local: value, offsetMs } : undefined)
}

/** Counts since 1970: the first tells the unit, unless the name does, and the others must be of it. */
function countsOf(name: string): TimeReader {
  let unit: (typeof EPOCH_UNITS)[number]['name'] | undefined = /_ms(c|ec)?$/.test(name) ? 'ms' : undefined
  return value => {
    if (typeof value !== 'number' && typeof value !== 'bigint') return undefined
    const count = Number(value)
    const found = EPOCH_UNITS.findLast(({ from }) => count >= from)
    unit ??= found?.name
    if (found === undefined || found.name !== unit) return undefined
    const isExact = typeof value === 'bigint' && unit === 'ns'
    // A second with a fraction has one of 1e-7 s in a double.
    const local = isExact ? Number(value / 1_000_000n) : Math.floor(count * found.ms + 1e-4)
    return { local, offsetMs: 0 }
  }
}
