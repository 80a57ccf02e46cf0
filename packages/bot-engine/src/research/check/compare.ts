import { createHash } from 'node:crypto'
import type { Ask } from './watched-strategy.ts'

/** The first place at which two runs differ. */
export interface Difference {
  /** Index in the list of asks. */
  readonly index: number
  readonly one: Ask | undefined
  readonly other: Ask | undefined
}

/** The first ask that is not the same in both; `undefined` when all are. */
export function firstDifference(one: readonly Ask[], other: readonly Ask[]): Difference | undefined {
  for (let index = 0; index < Math.max(one.length, other.length); index++)
    if (keyOf(one[index]) !== keyOf(other[index])) return { index, one: one[index], other: other[index] }
  return undefined
}

/** Asks of either run that the other has not, sizes aside, and the first of them. */
export function differing(one: readonly Ask[], other: readonly Ask[]) {
  const inOne = new Set(one.map(unsizedKey))
  const inOther = new Set(other.map(unsizedKey))
  const only = [
    ...one.filter(ask => !inOther.has(unsizedKey(ask))).map(ask => ({ ask, isFirst: true })),
    ...other.filter(ask => !inOne.has(unsizedKey(ask))).map(ask => ({ ask, isFirst: false })),
  ].sort((a, b) => a.ask.at - b.ask.at)
  return { count: only.length, first: only[0] }
}

/** SHA-256 over all asks, its first 16 hex digits: equal for equal runs. */
export function asksHash(asks: readonly Ask[]): string {
  const hash = createHash('sha256')
  for (const ask of asks) hash.update(`${keyOf(ask)}\n`)
  return hash.digest('hex').slice(0, 16)
}

function keyOf(ask: Ask | undefined): string | undefined {
  return ask && `${ask.at} ${ask.handler} ${ask.text}`
}

function unsizedKey({ at, handler, unsized }: Ask): string {
  return `${at} ${handler} ${unsized}`
}
