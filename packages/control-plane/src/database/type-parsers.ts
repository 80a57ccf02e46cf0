import pg from 'pg'
import { ControlPlaneError } from '../errors.ts'

const INT8 = 20
const TIMESTAMPTZ = 1184

/** A `bigint` as a number. @throws {@link ControlPlaneError} `invalid-payload` beyond 2^53 − 1 */
export function parseBigint(text: string): number {
  const value = Number(text)
  if (!Number.isSafeInteger(value))
    throw new ControlPlaneError(
      'invalid-payload',
      `The database holds ${text}, which is beyond the whole numbers of JavaScript (2^53 − 1). Correct the row.`,
    )
  return value
}

const parseDate = pg.types.getTypeParser(TIMESTAMPTZ) as (text: string) => Date | number

/** A `timestamptz` as milliseconds since 1970-01-01 UTC; microseconds are cut. */
export function parseInstant(text: string): number {
  return Number(parseDate(text))
}

/** Type parsers of this package's connections; they do not touch the process-wide ones. */
export const TYPE_PARSERS = {
  getTypeParser: (oid: number, format?: 'text' | 'binary') => {
    if (oid === INT8) return parseBigint
    if (oid === TIMESTAMPTZ) return parseInstant
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

/** Milliseconds as a value for a `timestamptz` column; null stays null. */
export function instant(ms: number): Date
/** See above. */
export function instant(ms: number | null): Date | null
export function instant(ms: number | null): Date | null {
  return ms === null ? null : new Date(ms)
}
