import { autocovariances } from './ratios.ts'
import { checkNumbers, isConstant, type Numbers } from './sample.ts'

/** Block lengths that keep the dependence between neighbours, in values. */
export interface BlockLengths {
  /** Mean length of geometric blocks, for the stationary bootstrap; from 1. */
  readonly stationary: number
  /** Length of fixed blocks, for the circular bootstrap; from 1, to be rounded up. */
  readonly circular: number
}

/**
 * Best block lengths after Politis and White, with the correction of Patton, Politis and White: from the flat-top
 * estimate of the long-run variance, cut after twice the lag where autocorrelation ends. At most
 * `⌈min(3·√n, n/3)⌉`.
 *
 * Below eight values, and if all are equal, it is 1.
 *
 * @throws {@link EngineError} `data-invalid`
 * @see Politis and White, Automatic Block-Length Selection for the Dependent Bootstrap, Econometric Reviews 23(1), 2004
 * @see Patton, Politis and White, Correction to the same, Econometric Reviews 28(4), 2009
 */
export function optimalBlockLength(values: Numbers): BlockLengths {
  checkNumbers('values', values)
  const n = values.length
  if (n < 8 || isConstant(values)) return { stationary: 1, circular: 1 }
  const run = Math.max(5, Math.floor(Math.log10(n)))
  const most = Math.min(Math.ceil(Math.sqrt(n)) + run, n - 1)
  const covariances = autocovariances(values, most)
  const bandwidth = Math.min(2 * lastLag(covariances, n, run), most)
  let slope = 0
  let longRun = covariances[0] as number
  for (let lag = 1; lag <= bandwidth; lag++) {
    const weight = Math.min(1, 2 * (1 - lag / bandwidth))
    slope += 2 * weight * lag * (covariances[lag] as number)
    longRun += 2 * weight * (covariances[lag] as number)
  }
  const longest = Math.ceil(Math.min(3 * Math.sqrt(n), n / 3))
  const lengthFor = (share: number): number => {
    const length = Math.cbrt((2 * slope ** 2 * n) / (share * longRun ** 2))
    // A long-run variance of 0 leaves no best length.
    return Number.isFinite(length) ? Math.max(1, Math.min(length, longest)) : longest
  }
  return { stationary: lengthFor(2), circular: lengthFor(4 / 3) }
}

/** First lag from 1 where a run of insignificant autocorrelations starts; the last one known if none does. */
function lastLag(covariances: readonly number[], n: number, run: number): number {
  const bound = 2 * Math.sqrt(Math.log10(n) / n) * (covariances[0] as number)
  let quiet = 0
  for (let lag = 1; lag < covariances.length; lag++) {
    quiet = Math.abs(covariances[lag] as number) < bound ? quiet + 1 : 0
    if (quiet === run) return lag - run + 1
  }
  return covariances.length - 1
}
