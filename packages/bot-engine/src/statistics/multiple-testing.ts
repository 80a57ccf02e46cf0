import { checkOption, checkRate, type Numbers } from './sample.ts'

/** Many tests at once. */
export interface FalseDiscovery {
  /** Adjusted p-values, in the order given: the lowest rate at which the test counts as a discovery. */
  readonly adjusted: readonly number[]
  /** Which tests are discoveries at the rate asked for. */
  readonly discoveries: readonly boolean[]
}

/**
 * Discoveries among many tests, of which on average at most the share `rate` is false: with p-values in ascending order
 * all up to the largest k with `p_k ≤ k/m · rate`.
 *
 * Holds for independent tests, and for positively dependent ones, as bots that trade the same market are.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see Y. Benjamini and Y. Hochberg, Controlling the False Discovery Rate, JRSS B 57, 1995
 */
export function falseDiscovery(pValues: Numbers, rate = 0.05): FalseDiscovery {
  checkRate('rate', rate)
  const tests = Array.from(pValues, (p, index) => {
    checkOption(`pValues[${index}]`, p, p >= 0 && p <= 1, 'p-values from 0 to 1')
    return { p, index }
  }).sort((one, other) => other.p - one.p)
  const adjusted = new Array<number>(tests.length).fill(1)
  let lowest = 1
  tests.forEach(({ p, index }, i) => {
    lowest = Math.min(lowest, (p * tests.length) / (tests.length - i))
    adjusted[index] = lowest
  })
  return { adjusted, discoveries: adjusted.map(p => p <= rate) }
}
