import { EngineError } from '../errors.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkRange } from './input.ts'

/** Levels for the session after the bar they were made of. */
export interface PivotLevels {
  readonly pivot: number
  /** Resistances, nearest first. */
  readonly r1: number
  readonly r2: number
  readonly r3: number
  /** Supports, nearest first. */
  readonly s1: number
  readonly s2: number
  readonly s3: number
}

/** Ways to make {@link PivotLevels}. */
export type PivotKind = 'classic' | 'fibonacci' | 'camarilla'

/** Distances of the three levels, in ranges of the bar. */
const SHARES = { fibonacci: [0.382, 0.618, 1], camarilla: [1.1 / 12, 1.1 / 6, 1.1 / 4] } as const

/**
 * Pivot points of the last bar pushed, to be pushed closed sessions (a `d1` feed): the pivot is (high + low + close) ÷ 3;
 * `classic` mirrors high and low at it, `fibonacci` adds 0.382, 0.618 and 1 ranges to it, `camarilla` adds 1.1 ranges
 * ÷ 12, 6 and 4 to the close. Ready after 1 bar.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function pivotPoints(kind: PivotKind = 'classic'): Indicator<PriceRange, PivotLevels> {
  if (kind !== 'classic' && SHARES[kind] === undefined)
    throw new EngineError(
      'invalid-options',
      `pivotPoints got ${String(kind)}. Use classic, fibonacci or camarilla.`,
    )
  return stepwise(bar => {
    checkRange('pivotPoints', bar)
    const { high, low, close } = bar
    const range = high - low
    const pivot = (high + low + close) / 3
    if (kind !== 'classic') return around(pivot, kind === 'fibonacci' ? pivot : close, range, SHARES[kind])
    return {
      pivot,
      r1: 2 * pivot - low,
      r2: pivot + range,
      r3: high + 2 * (pivot - low),
      s1: 2 * pivot - high,
      s2: pivot - range,
      s3: low - 2 * (high - pivot),
    }
  })
}

function around(pivot: number, center: number, range: number, shares: readonly [number, number, number]) {
  const [one, two, three] = shares
  return {
    pivot,
    r1: center + one * range,
    r2: center + two * range,
    r3: center + three * range,
    s1: center - one * range,
    s2: center - two * range,
    s3: center - three * range,
  }
}
