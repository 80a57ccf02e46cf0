/** Where a criterion stands. What is not known, or cannot be, is never met. */
export type CriterionState = 'met' | 'unmet' | 'unknown'

/** One condition with the evidence that it was judged by. */
export interface Criterion<Name extends string> {
  readonly name: Name
  /** What was found; `undefined` where nothing usable was. */
  readonly value: number | string | undefined
  /** What is asked for, in words. */
  readonly bound: string
  readonly state: CriterionState
}

/** What a number can be, ends included; another one is no measurement. */
export interface Range {
  readonly from: number
  readonly to: number
}

/** From 0 to 1. */
export const SHARE: Range = { from: 0, to: 1 }
/** From 0 on. */
export const NOT_NEGATIVE: Range = { from: 0, to: Number.MAX_VALUE }
/** Any finite number. */
export const FINITE: Range = { from: -Number.MAX_VALUE, to: Number.MAX_VALUE }

/** The value if it is a number that can be; evidence comes from files and other processes, so its type is no proof. */
export function measured(value: unknown, { from, to }: Range): number | undefined {
  return typeof value === 'number' && value >= from && value <= to ? value : undefined
}

/** Judges a number. */
export function judged<Name extends string>(
  name: Name,
  value: number | undefined,
  bound: string,
  holds: (value: number) => boolean,
): Criterion<Name> {
  const state = value === undefined ? 'unknown' : holds(value) ? 'met' : 'unmet'
  return { name, value, bound, state }
}
