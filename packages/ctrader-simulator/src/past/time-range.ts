import type { Refusal } from '../venue.ts'

/** Latest time that a range may name: the largest 32-bit second. */
export const MAX_TIMESTAMP = 2_147_483_646_000
/** Widest span of one question about deals, orders, ticks or cash: a week. */
export const MAX_SPAN_MS = 604_800_000

/** A checked range of time, both ends included. */
export interface TimeRange {
  readonly from: number
  readonly to: number
}

/** What a request says about its range. */
export interface RangeFields {
  readonly fromTimestamp?: number | undefined
  readonly toTimestamp?: number | undefined
}

/** A range of at most a week: an end left out lies a week from the other, both left out end at `newest`. */
export function weekOf({ fromTimestamp, toTimestamp }: RangeFields, newest: number): TimeRange | Refusal {
  const to =
    toTimestamp ??
    (fromTimestamp === undefined ? newest : Math.min(fromTimestamp + MAX_SPAN_MS, MAX_TIMESTAMP))
  const from = fromTimestamp ?? Math.max(0, to - MAX_SPAN_MS)
  return to - from > MAX_SPAN_MS ? incorrectBoundaries(from, to) : checked(from, to)
}

/** A range without ends of its own: what is left out does not bound; both ends together span a week at most. */
export function openRangeOf(fields: RangeFields): TimeRange | Refusal {
  const { fromTimestamp: from = 0, toTimestamp: to = MAX_TIMESTAMP } = fields
  const isBounded = fields.fromTimestamp !== undefined && fields.toTimestamp !== undefined
  return isBounded && to - from > MAX_SPAN_MS ? incorrectBoundaries(from, to) : checked(from, to)
}

/** The refusal of a range that is turned around, too wide or outside all time. */
export function incorrectBoundaries(from: number | undefined, to: number | undefined): Refusal {
  return {
    errorCode: 'INCORRECT_BOUNDARIES',
    description: `Incorrect boundaries: from ${from}, to ${to}`,
  }
}

function checked(from: number, to: number): TimeRange | Refusal {
  return from < 0 || to < from || to > MAX_TIMESTAMP ? incorrectBoundaries(from, to) : { from, to }
}
