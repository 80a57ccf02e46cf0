import { EngineError } from '../errors.ts'

/** A Gaussian hidden Markov model; rows and lists are in the order of `states`. */
export interface HiddenMarkovModel {
  /** Probability of each state before the first value; sums to 1. */
  readonly initial: readonly number[]
  /** `transitions[i][j]`: probability of going from state i to j in one step; each row sums to 1. */
  readonly transitions: readonly (readonly number[])[]
  /** What each state emits. */
  readonly states: readonly { readonly mean: number; readonly deviation: number }[]
}

/** Probabilities of the states given all values so far, and no later ones. */
export interface HiddenMarkovFilter {
  /** After the last value, in ascending order of deviation; `undefined` before the first. */
  readonly probabilities: readonly number[] | undefined
  /** Takes the next value, in O(states²). @throws {@link EngineError} `data-invalid` */
  push(value: number): readonly number[]
}

/**
 * Forward filter of a Gaussian hidden Markov model: `p_t ∝ (Aᵀ·p_{t−1}) ⊙ N(x_t; μ, σ)`. Filtered, never smoothed: no
 * probability changes when later values arrive. States come out in ascending order of deviation, so that a new fit does
 * not swap their meaning.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see J. D. Hamilton, A New Approach to the Economic Analysis of Nonstationary Time Series, Econometrica 57, 1989
 */
export function hiddenMarkovFilter(model: HiddenMarkovModel): HiddenMarkovFilter {
  checkModel(model)
  const { initial, transitions, states } = model
  const order = states.map((_, i) => i)
  order.sort((one, other) => (states[one]?.deviation ?? 0) - (states[other]?.deviation ?? 0))
  let current: readonly number[] | undefined
  return {
    get probabilities() {
      return current && order.map(state => current?.[state] ?? 0)
    },
    push(value) {
      if (!Number.isFinite(value))
        throw new EngineError('data-invalid', `The value is ${value}. Leave out what was not measured.`, {
          details: { value: String(value) },
        })
      const last = current
      const expected =
        last === undefined
          ? initial
          : states.map((_, to) => last.reduce((sum, p, from) => sum + p * (transitions[from]?.[to] ?? 0), 0))
      current = weighed(expected, states, value)
      return order.map(state => current?.[state] ?? 0)
    },
  }
}

/** In logarithms, so that a value far from all states does not end in 0 ÷ 0. */
function weighed(expected: readonly number[], states: HiddenMarkovModel['states'], value: number): number[] {
  const logs = states.map(
    ({ mean, deviation }, i) =>
      Math.log(expected[i] ?? 0) - Math.log(deviation) - ((value - mean) / deviation) ** 2 / 2,
  )
  const highest = Math.max(...logs)
  const weights = logs.map(log => Math.exp(log - highest))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weights.map(weight => weight / sum)
}

function checkModel({ initial, transitions, states }: HiddenMarkovModel): void {
  const isDistribution = (row: readonly number[]): boolean =>
    row.length === states.length &&
    row.every(p => p >= 0) &&
    Math.abs(row.reduce((sum, p) => sum + p, 0) - 1) < 1e-9
  const isModel =
    states.length >= 2 &&
    states.every(({ mean, deviation }) => Number.isFinite(mean) && deviation > 0 && deviation < Infinity) &&
    transitions.length === states.length &&
    [initial, ...transitions].every(isDistribution)
  if (!isModel)
    throw new EngineError(
      'invalid-options',
      `This is no model of ${states.length} states. Give two or more with deviations above 0, and probabilities that sum to 1.`,
      { details: { states: states.length } },
    )
}
