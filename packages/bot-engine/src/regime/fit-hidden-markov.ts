import { EngineError } from '../errors.ts'
import { checkNumbers, checkOption, deviationOf, meanOf, type Numbers } from '../statistics/sample.ts'
import { type HiddenMarkovFilter, type HiddenMarkovModel, hiddenMarkovFilter } from './hidden-markov.ts'

/** How a model is fitted. */
export interface HiddenMarkovFitOptions {
  /** Number of states, 2 or 3. Default 2. */
  readonly states?: 2 | 3
  /** Most rounds of the fit, from 1. Default 200. */
  readonly rounds?: number
  /** Ends when a round raises the log-likelihood per value by less. Default 1e-7. */
  readonly tolerance?: number
}

/** A fitted model, its states in ascending order of deviation. */
export interface HiddenMarkovFit {
  readonly model: HiddenMarkovModel
  /** After each round; it never falls. */
  readonly logLikelihoods: readonly number[]
}

/** Values that a fit needs for each state. */
const LEAST_PER_STATE = 20
/** Least deviation of a state, as a share of that of all values: a state of one value would have none. */
const LEAST_DEVIATION = 0.01

/**
 * Fits a Gaussian hidden Markov model by Baum and Welch: expectation and maximisation, from a start that depends on the
 * values alone, so that the same values always give the same model.
 *
 * @throws {@link EngineError} `data-invalid` for fewer than 20 values a state, and if all are equal; `invalid-options`
 * @see L. R. Rabiner, A Tutorial on Hidden Markov Models, Proc. IEEE 77, 1989
 */
export function fitHiddenMarkov(values: Numbers, options: HiddenMarkovFitOptions = {}): HiddenMarkovFit {
  const { states = 2, rounds = 200, tolerance = 1e-7 } = options
  checkNumbers('values', values)
  checkOption('states', states, states === 2 || states === 3, '2 or 3')
  checkOption('rounds', rounds, Number.isInteger(rounds) && rounds >= 1, 'a whole number from 1')
  const deviation = deviationOf(values) ?? 0
  if (values.length < LEAST_PER_STATE * states || deviation === 0)
    throw new EngineError(
      'data-invalid',
      `${values.length} values with deviation ${deviation} fit no model of ${states} states. Give ${LEAST_PER_STATE} a state, not all equal.`,
      { details: { count: values.length, deviation } },
    )
  let model = startOf(meanOf(values), deviation, states)
  const logLikelihoods: number[] = []
  for (let round = 0; round < rounds; round++) {
    const expected = expectation(model, values)
    const last = logLikelihoods.at(-1)
    logLikelihoods.push(expected.logLikelihood)
    if (last !== undefined && (expected.logLikelihood - last) / values.length < tolerance) break
    model = maximised(expected, values, deviation * LEAST_DEVIATION)
  }
  return { model: sorted(model), logLikelihoods }
}

/** All states at the mean, with deviations from half to twice that of the values; they stay in 19 of 20 steps. */
function startOf(mean: number, deviation: number, states: number): HiddenMarkovModel {
  const factors = states === 2 ? [0.6, 1.6] : [0.5, 1, 2]
  return {
    initial: factors.map(() => 1 / states),
    transitions: factors.map((_, from) => factors.map((_, to) => (from === to ? 0.95 : 0.05 / (states - 1)))),
    states: factors.map(factor => ({ mean, deviation: deviation * factor })),
  }
}

interface Expected {
  /** Probability of each state at each value, given all values. */
  readonly states: readonly Float64Array[]
  /** Expected count of steps from each state to each other. */
  readonly steps: readonly Float64Array[]
  readonly logLikelihood: number
}

function expectation({ initial, transitions, states }: HiddenMarkovModel, values: Numbers): Expected {
  const count = states.length
  const { densities, logScale } = densitiesOf(states, values)
  const forward = Array.from(values, () => new Float64Array(count))
  let logLikelihood = logScale
  for (let t = 0; t < values.length; t++) {
    const now = forward[t] as Float64Array
    const before = forward[t - 1]
    for (let to = 0; to < count; to++) {
      const reached = before === undefined ? (initial[to] ?? 0) : reachedFrom(before, transitions, to)
      now[to] = reached * (densities[t]?.[to] ?? 0)
    }
    logLikelihood += Math.log(normalised(now))
  }
  const steps = states.map(() => new Float64Array(count))
  const smoothed = forward.map(row => row.slice())
  let after = new Float64Array(count).fill(1)
  for (let t = values.length - 2; t >= 0; t--)
    after = stepBack({
      now: smoothed[t] as Float64Array,
      density: densities[t + 1] ?? [],
      after,
      transitions,
      steps,
    })
  return { states: smoothed, steps, logLikelihood }
}

/** Probability of coming to a state. */
function reachedFrom(
  before: Float64Array,
  transitions: HiddenMarkovModel['transitions'],
  to: number,
): number {
  return before.reduce((sum, p, from) => sum + p * (transitions[from]?.[to] ?? 0), 0)
}

/** One step of the backward pass: smooths `now` in place and counts the steps that leave it. */
function stepBack({
  now,
  density,
  after,
  transitions,
  steps,
}: {
  readonly now: Float64Array
  readonly density: readonly number[]
  readonly after: Float64Array
  readonly transitions: HiddenMarkovModel['transitions']
  readonly steps: readonly Float64Array[]
}): Float64Array<ArrayBuffer> {
  const count = now.length
  const joint = steps.map(() => new Float64Array(count))
  const backward = new Float64Array(count)
  let sum = 0
  for (let from = 0; from < count; from++)
    for (let to = 0; to < count; to++) {
      const way = (transitions[from]?.[to] ?? 0) * (density[to] ?? 0) * (after[to] as number)
      backward[from] = (backward[from] as number) + way
      const both = (now[from] as number) * way
      ;(joint[from] as Float64Array)[to] = both
      sum += both
    }
  for (let from = 0; from < count; from++) {
    let smoothed = 0
    for (let to = 0; to < count; to++) {
      const share = ((joint[from] as Float64Array)[to] as number) / sum
      smoothed += share
      const row = steps[from] as Float64Array
      row[to] = (row[to] as number) + share
    }
    now[from] = smoothed
  }
  normalised(backward)
  return backward
}

/** Densities of each value, scaled so that its highest is 1; the scales are part of the likelihood. */
function densitiesOf(states: HiddenMarkovModel['states'], values: Numbers) {
  let logScale = 0
  const densities = Array.from(values, value => {
    const logs = states.map(
      ({ mean, deviation }) =>
        -0.5 * Math.log(2 * Math.PI) - Math.log(deviation) - ((value - mean) / deviation) ** 2 / 2,
    )
    const highest = Math.max(...logs)
    logScale += highest
    return logs.map(log => Math.exp(log - highest))
  })
  return { densities, logScale }
}

/** Divides by the sum, in place. @returns the sum */
function normalised(row: Float64Array): number {
  const sum = row.reduce((total, value) => total + value, 0)
  for (let i = 0; i < row.length; i++) row[i] = (row[i] as number) / sum
  return sum
}

function maximised({ states, steps }: Expected, values: Numbers, least: number): HiddenMarkovModel {
  const count = steps.length
  const emitted = Array.from({ length: count }, (_, state) => {
    let weight = 0
    let sum = 0
    for (let t = 0; t < values.length; t++) {
      const share = states[t]?.[state] as number
      weight += share
      sum += share * (values[t] as number)
    }
    const mean = sum / weight
    let squares = 0
    for (let t = 0; t < values.length; t++)
      squares += (states[t]?.[state] as number) * ((values[t] as number) - mean) ** 2
    return { mean, deviation: Math.max(least, Math.sqrt(squares / weight)) }
  })
  const transitions = steps.map(row => {
    const sum = row.reduce((total, value) => total + value, 0)
    return Array.from(row, value => value / sum)
  })
  return { initial: Array.from(states[0] ?? []), transitions, states: emitted }
}

function sorted({ initial, transitions, states }: HiddenMarkovModel): HiddenMarkovModel {
  const order = states.map((_, i) => i)
  order.sort((one, other) => (states[one]?.deviation ?? 0) - (states[other]?.deviation ?? 0))
  const by = <T>(row: readonly T[]): T[] => order.map(i => row[i] as T)
  return { initial: by(initial), transitions: by(transitions).map(by), states: by(states) }
}

/** How a {@link fittedHiddenMarkov} learns. */
export interface HiddenMarkovLearningOptions extends HiddenMarkovFitOptions {
  /** Values that it is fitted on, from 100; `expanding`: all so far. Default 1000. */
  readonly window?: number | 'expanding'
  /** Values between two fits, from 1. Default 250. */
  readonly every?: number
}

/**
 * Filters values with a model that is fitted again and again on the values before: no probability changes when later
 * values arrive. `push` gives an empty list until the first fit, after the first `window` values (1000 if expanding).
 *
 * It is meant to run in shadow: promote it only if results depend on its states out of sample.
 *
 * @throws {@link EngineError} `invalid-options`; `push` throws `data-invalid`
 */
export function fittedHiddenMarkov(options: HiddenMarkovLearningOptions = {}): HiddenMarkovFilter {
  const { window = 1000, every = 250, ...fit } = options
  const first = window === 'expanding' ? 1000 : window
  checkOption('window', first, Number.isInteger(first) && first >= 100, 'a whole number from 100')
  checkOption('every', every, Number.isInteger(every) && every >= 1, 'a whole number from 1')
  const seen: number[] = []
  let untilFit = first
  let filter: HiddenMarkovFilter | undefined
  return {
    get probabilities() {
      return filter?.probabilities
    },
    push(value) {
      checkNumbers('value', [value])
      seen.push(value)
      if (window !== 'expanding' && seen.length > window) seen.shift()
      untilFit -= 1
      if (untilFit > 0) return filter?.push(value) ?? []
      untilFit = every
      filter = hiddenMarkovFilter(fitHiddenMarkov(seen, fit).model)
      let last: readonly number[] = []
      for (const past of seen) last = filter.push(past)
      return last
    },
  }
}
