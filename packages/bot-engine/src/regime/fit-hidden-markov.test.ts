import { describe, expect, it } from 'vitest'
import { normalQuantile } from '../statistics/normal.ts'
import { seededUniform } from '../statistics/seeded.ts'
import { fitHiddenMarkov, fittedHiddenMarkov } from './fit-hidden-markov.ts'
import { hiddenMarkovFilter, type HiddenMarkovModel } from './hidden-markov.ts'

const calm: HiddenMarkovModel = {
  initial: [0.5, 0.5],
  transitions: [
    [0.98, 0.02],
    [0.05, 0.95],
  ],
  states: [
    { mean: 0.1, deviation: 1 },
    { mean: -0.2, deviation: 3 },
  ],
}

/** Values of a model with the state behind each. */
function drawn({ transitions, states }: HiddenMarkovModel, seed: number, count: number) {
  const uniform = seededUniform(seed)
  let state = 0
  return Array.from({ length: count }, () => {
    const [first = 0] = transitions[state] ?? []
    state = uniform() < first ? 0 : 1
    const { mean, deviation } = states[state]!
    return { state, value: mean + deviation * normalQuantile(uniform() + 1e-10) }
  })
}
const valuesOf = (sample: readonly { readonly value: number }[]) => sample.map(({ value }) => value)

describe('fitHiddenMarkov', () => {
  it('finds the model that values were drawn from', () => {
    const { model } = fitHiddenMarkov(valuesOf(drawn(calm, 1, 6000)))
    const [one, two] = model.states
    expect(one?.mean).toBeCloseTo(0.1, 1)
    expect(one?.deviation).toBeCloseTo(1, 1)
    expect(two?.mean).toBeCloseTo(-0.2, 0.4)
    expect(Math.abs((two?.deviation ?? 0) - 3)).toBeLessThan(0.15)
    expect(Math.abs((model.transitions[0]?.[1] ?? 0) - 0.02)).toBeLessThan(0.008)
    expect(Math.abs((model.transitions[1]?.[0] ?? 0) - 0.05)).toBeLessThan(0.02)
  })

  it('raises the likelihood with every round, and gives probabilities', () => {
    for (const states of [2, 3] as const) {
      const { model, logLikelihoods } = fitHiddenMarkov(valuesOf(drawn(calm, 2, 800)), { states, rounds: 60 })
      expect(logLikelihoods.length).toBeGreaterThan(3)
      logLikelihoods.forEach((now, i) => {
        if (i > 0) expect(now).toBeGreaterThanOrEqual((logLikelihoods[i - 1] as number) - 1e-9)
      })
      for (const row of [model.initial, ...model.transitions])
        expect(row.reduce((sum, p) => sum + p, 0)).toBeCloseTo(1, 9)
      const deviations = model.states.map(({ deviation }) => deviation)
      expect(deviations).toEqual(deviations.toSorted((one, other) => one - other))
      expect(() => hiddenMarkovFilter(model)).not.toThrow()
    }
  })

  it('has the likelihood of the sum over all paths', () => {
    // One round states the likelihood of its start: both states at the mean, 0.6 and 1.6 times the deviation.
    const values = valuesOf(drawn(calm, 3, 40)).slice(0, 40)
    const short = values.slice(0, 40)
    const { logLikelihoods } = fitHiddenMarkov(short, { rounds: 1 })
    const mean = short.reduce((sum, value) => sum + value, 0) / short.length
    const deviation = Math.sqrt(
      short.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (short.length - 1),
    )
    const density = (value: number, factor: number) =>
      Math.exp(-(((value - mean) / (deviation * factor)) ** 2) / 2) /
      (deviation * factor * Math.sqrt(2 * Math.PI))
    let alive = [0.5, 0.5]
    let likelihood = 0
    short.forEach((value, i) => {
      const reached =
        i === 0 ? alive : [alive[0]! * 0.95 + alive[1]! * 0.05, alive[0]! * 0.05 + alive[1]! * 0.95]
      alive = [reached[0]! * density(value, 0.6), reached[1]! * density(value, 1.6)]
      const sum = alive[0]! + alive[1]!
      likelihood += Math.log(sum)
      alive = alive.map(p => p / sum)
    })
    expect(logLikelihoods[0]).toBeCloseTo(likelihood, 9)
  })

  it('refuses what it cannot fit', () => {
    expect(() => fitHiddenMarkov([1, 2, 3])).toThrow('[data-invalid] 3 values')
    expect(() => fitHiddenMarkov(Array(100).fill(1))).toThrow('[data-invalid]')
    expect(() => fitHiddenMarkov([...Array(99).keys(), Number.NaN])).toThrow(
      '[data-invalid] values holds NaN',
    )
    expect(() => fitHiddenMarkov([...Array(99).keys()], { rounds: 0 })).toThrow('[invalid-options] rounds')
  })
})

describe('fittedHiddenMarkov', () => {
  it('tells calm from wild values with a model of their past, and never changes what it said', () => {
    const sample = drawn(calm, 4, 3000)
    const values = valuesOf(sample)
    for (const window of [600, 'expanding'] as const) {
      const said = (count: number) => {
        const filter = fittedHiddenMarkov({ window, every: 300 })
        return values.slice(0, count).map(value => filter.push(value))
      }
      const all = said(3000)
      expect(all[598]).toEqual([])
      expect(said(2000)).toEqual(all.slice(0, 2000))
      const judged = all.flatMap((p, i) =>
        p.length === 0 ? [] : [{ wild: p[1]! > 0.5, is: sample[i]!.state === 1 }],
      )
      const rate = (is: boolean) => {
        const own = judged.filter(one => one.is === is)
        return own.filter(one => one.wild === is).length / own.length
      }
      expect((rate(true) + rate(false)) / 2).toBeGreaterThan(0.8)
    }
  })

  it('refuses a window that is too short', () => {
    expect(() => fittedHiddenMarkov({ window: 50 })).toThrow('[invalid-options] window')
    expect(() => fittedHiddenMarkov({ every: 0 })).toThrow('[invalid-options] every')
  })
})
