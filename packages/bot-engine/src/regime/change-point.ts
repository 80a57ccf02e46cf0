import { EngineError } from '../errors.ts'

/** What is believed before the first value, and after each change. */
export interface ChangePointOptions {
  /** How many values lie between two changes on average; above 1. */
  readonly expectedRunLength: number
  /** Typical deviation of the values from their mean within a run; above 0. */
  readonly deviation: number
  /** Where a run's mean is expected. Default 0. */
  readonly mean?: number
  /** As how many values that expectation counts; above 0. Default 1. */
  readonly meanWeight?: number
  /** Values that a run is judged by at most; whole, 1 to 10,000. Default 500. */
  readonly maxRunLength?: number
}

/** How long ago the last change was, given all values so far and no later ones. */
export interface ChangePointReading {
  /** Number of values since the last change that is the most probable one. */
  readonly mostLikely: number
  /** By number of values since the last change, 0 to `maxRunLength`, which stands for all longer ones; sums to 1. */
  readonly probabilities: readonly number[]
}

/** Run lengths of a series as it goes on. */
export interface ChangePoints {
  /** Takes the next value, in O(maxRunLength). @throws {@link EngineError} `data-invalid` */
  push(value: number): ChangePointReading
}

/** Mean and spread that the values of one run leave: a normal-gamma belief. */
interface Belief {
  readonly mean: number
  readonly weight: number
  readonly shape: number
  readonly rate: number
}

const DEFAULT_MAX = 500
const MOST = 10_000

/**
 * Finds changes of mean or spread as they happen: the probabilities of all run lengths by Bayes, for normal values of
 * unknown mean and variance and changes that come at any time alike.
 *
 * Runs longer than `maxRunLength` are judged by their last so many values.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see R. P. Adams, D. J. C. MacKay, Bayesian Online Changepoint Detection, arXiv 0710.3742, 2007
 */
export function changePoints(options: ChangePointOptions): ChangePoints {
  checkOptions(options)
  const { expectedRunLength, deviation, mean = 0, meanWeight = 1, maxRunLength = DEFAULT_MAX } = options
  const hazard = 1 / expectedRunLength
  const prior: Belief = { mean, weight: meanWeight, shape: 1, rate: deviation ** 2 }
  const gammas = gammaSteps(maxRunLength + 1)
  let beliefs: readonly Belief[] = [prior]
  let probabilities: readonly number[] = [1]
  return {
    push(value) {
      if (!Number.isFinite(value))
        throw new EngineError('data-invalid', `The value is ${value}. Leave out what was not measured.`, {
          details: { value: String(value) },
        })
      const logs = beliefs.map(
        (belief, run) => Math.log(probabilities[run] ?? 0) + logDensity(belief, gammas[run] ?? 0, value),
      )
      // In logarithms, so that a value far from all runs does not end in 0 ÷ 0.
      const greatest = Math.max(...logs)
      if (greatest === Number.NEGATIVE_INFINITY)
        throw new EngineError(
          'data-invalid',
          `The value ${value} lies beyond what doubles can weigh, at a deviation of ${deviation}. Leave it out, or scale ` +
            'the values.',
          { details: { value: String(value) } },
        )
      const weights = logs.map(log => Math.exp(log - greatest))
      const sum = weights.reduce((total, weight) => total + weight, 0)
      const grown = weights.map(weight => ((1 - hazard) * weight) / sum)
      const next = [hazard, ...grown]
      const learnt = [prior, ...beliefs.map(belief => learn(belief, value))]
      if (next.length > maxRunLength + 1) {
        const longest = next.pop() ?? 0
        next[maxRunLength] = (next[maxRunLength] ?? 0) + longest
        learnt.pop()
      }
      probabilities = next
      beliefs = learnt
      return { mostLikely: next.indexOf(Math.max(...next)), probabilities: next }
    },
  }
}

/** ln Γ(a + ½) − ln Γ(a) for a = 1, 1½, 2 …: each follows from the one before, as Γ(a + 1) = a Γ(a). */
function gammaSteps(count: number): readonly number[] {
  const steps = [Math.log(Math.sqrt(Math.PI) / 2)]
  for (let i = 1; i < count; i++) steps.push(Math.log(1 + (i - 1) / 2) - (steps[i - 1] ?? 0))
  return steps
}

/** Of the next value: Student's t with twice the shape as its degrees of freedom. */
function logDensity({ mean, weight, shape, rate }: Belief, gammaStep: number, value: number): number {
  const spread = (2 * rate * (weight + 1)) / weight
  return gammaStep - Math.log(Math.PI * spread) / 2 - (shape + 0.5) * Math.log1p((value - mean) ** 2 / spread)
}

function learn({ mean, weight, shape, rate }: Belief, value: number): Belief {
  return {
    mean: (weight * mean + value) / (weight + 1),
    weight: weight + 1,
    shape: shape + 0.5,
    rate: rate + (weight * (value - mean) ** 2) / (2 * (weight + 1)),
  }
}

function checkOptions({
  expectedRunLength,
  deviation,
  mean = 0,
  meanWeight = 1,
  maxRunLength = DEFAULT_MAX,
}: ChangePointOptions): void {
  const isRun = Number.isFinite(expectedRunLength) && expectedRunLength > 1
  const isPrior = Number.isFinite(deviation) && deviation > 0 && Number.isFinite(mean)
  const isWeight = Number.isFinite(meanWeight) && meanWeight > 0
  const isLength = Number.isInteger(maxRunLength) && maxRunLength >= 1 && maxRunLength <= MOST
  if (isRun && isPrior && isWeight && isLength) return
  throw new EngineError(
    'invalid-options',
    `expectedRunLength ${expectedRunLength}, deviation ${deviation}, mean ${mean}, meanWeight ${meanWeight}, maxRunLength ${maxRunLength}: ` +
      `the first must be above 1, deviation and meanWeight above 0, the last a whole number from 1 to ${MOST}.`,
    { details: { expectedRunLength, deviation, mean, meanWeight, maxRunLength } },
  )
}
