import { bootstrap, type BootstrapOptions } from '../statistics/bootstrap.ts'
import type { Interval } from '../statistics/intervals.ts'
import { meanOf, type Numbers } from '../statistics/sample.ts'

/** Whether a regime parts a strategy's trades. */
export interface RegimeUsefulness {
  /** 95 % interval for mean inside − mean outside, in the unit of the results; `undefined` without trades on one side. */
  readonly difference: Interval | undefined
  /** 0 lies outside the interval. Otherwise the overlay is not informative for this strategy. */
  readonly informative: boolean
}

/**
 * Compares a strategy's results inside a regime with those outside, by bootstrapping both.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`
 */
export function regimeUsefulness(
  inside: Numbers,
  outside: Numbers,
  options: BootstrapOptions,
): RegimeUsefulness {
  if (inside.length === 0 || outside.length === 0) return { difference: undefined, informative: false }
  // `sorted` loses the order of the draws: the difference of two independent means is a normal to good approximation.
  const [one, other] = [inside, outside].map((results, i) => {
    const { mean } = bootstrap(results, { mean: meanOf }, { ...options, seed: options.seed + i })
    const center = meanOf(mean.sorted)
    return { mean: meanOf(results), variance: meanOf(mean.sorted.map(value => (value - center) ** 2)) }
  })
  if (one === undefined || other === undefined) return { difference: undefined, informative: false }
  const center = one.mean - other.mean
  const spread = 1.959963984540054 * Math.sqrt(one.variance + other.variance)
  const difference = { lower: center - spread, upper: center + spread }
  return { difference, informative: difference.lower > 0 || difference.upper < 0 }
}
