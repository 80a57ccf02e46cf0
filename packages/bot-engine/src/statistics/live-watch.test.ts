import { describe, expect, it } from 'vitest'
import { type LiveEvidence, rampShare, watchLive } from './live-watch.ts'
import { seededUniform } from './seeded.ts'

describe('the ramp', () => {
  it('is a quarter until 20 trades or 10 days, a half until 40 or 20, then the whole', () => {
    const share = (liveTrades: number, liveDays: number) => rampShare({ liveTrades, liveDays })
    expect([share(0, 0), share(19, 9)]).toEqual([0.25, 0.25])
    expect([share(20, 0), share(0, 10), share(39, 19)]).toEqual([0.5, 0.5, 0.5])
    expect([share(40, 0), share(0, 20), share(5000, 900)]).toEqual([1, 1, 1])
  })

  it('never falls with more trades or days', () => {
    for (let trades = 0; trades < 60; trades++)
      for (let days = 0; days < 30; days++) {
        const now = rampShare({ liveTrades: trades, liveDays: days })
        expect(rampShare({ liveTrades: trades + 1, liveDays: days })).toBeGreaterThanOrEqual(now)
        expect(rampShare({ liveTrades: trades, liveDays: days + 1 })).toBeGreaterThanOrEqual(now)
      }
  })

  it('refuses what is no count', () => {
    for (const liveTrades of [-1, 2.5, Number.NaN])
      expect(() => rampShare({ liveTrades, liveDays: 0 })).toThrow('[invalid-options] liveTrades')
  })
})

describe('a live bot', () => {
  const uniform = seededUniform(1)
  const sound: LiveEvidence = {
    maxDrawdown: 5,
    expectedDrawdown: 9,
    results: Array.from({ length: 40 }, () => (uniform() < 0.5 ? 1.4 : -1)),
    expected: { mean: 0.2, deviation: 1.2 },
    slippageDifferences: Array.from({ length: 40 }, () => uniform() - 0.5),
    parity: 0.9,
  }
  const watched = (change: Partial<LiveEvidence> = {}) => watchLive({ ...sound, ...change }, { seed: 1 })
  const blamed = (change: Partial<LiveEvidence>) => {
    const { verdict, criteria } = watched(change)
    return [verdict, ...criteria.flatMap(({ name, state }) => (state === 'unmet' ? [name] : []))]
  }

  it('goes on while nothing is wrong', () => {
    expect(watched().verdict).toBe('keep')
    expect(watched().criteria.map(({ name, state }) => [name, state])).toEqual([
      ['drawdown', 'met'],
      ['decay', 'met'],
      ['slippage', 'met'],
      ['parity', 'met'],
    ])
  })

  it('is moved to reduce-only by each of four reasons alone', () => {
    expect(blamed({ maxDrawdown: 9.01 })).toEqual(['reduce-only', 'drawdown'])
    expect(blamed({ parity: 0.59 })).toEqual(['reduce-only', 'parity'])
    expect(blamed({ results: [...(sound.results as number[]), ...Array(12).fill(-1)] })).toEqual([
      'reduce-only',
      'decay',
    ])
    const worse = Array.from(sound.slippageDifferences, value => value + 0.3)
    expect(blamed({ slippageDifferences: worse })).toEqual(['reduce-only', 'slippage'])
  })

  it('stays demoted by an alarm that has passed, and is not demoted by better slippage', () => {
    const recovered = [...Array<number>(12).fill(-1), ...Array<number>(60).fill(1.4)]
    expect(blamed({ results: recovered })).toEqual(['reduce-only', 'decay'])
    const better = Array.from(sound.slippageDifferences, value => value - 0.3)
    expect(blamed({ slippageDifferences: better })).toEqual(['keep'])
  })

  it('is at the bounds not demoted, and before its first trade not known', () => {
    expect(blamed({ maxDrawdown: 9, parity: 0.6 })).toEqual(['keep'])
    const fresh = { maxDrawdown: undefined, results: [], slippageDifferences: [], parity: undefined }
    expect(watched(fresh).verdict).toBe('keep')
    expect(watched(fresh).criteria.every(({ state }) => state === 'unknown')).toBe(true)
    // Four pairs cannot be significant at 5 %: the least p-value is 1 in 16.
    expect(blamed({ slippageDifferences: [1, 1, 1, 1] })).toEqual(['keep'])
    expect(blamed({ slippageDifferences: [1, 1, 1, 1, 1] })).toEqual(['reduce-only', 'slippage'])
  })

  it('is not judged by what is no number', () => {
    expect(() => watched({ maxDrawdown: Number.NaN })).toThrow('[data-invalid]')
    expect(() => watched({ results: [1, Number.NaN] })).toThrow('[data-invalid]')
    expect(() => watched({ expected: { mean: 0, deviation: 0 } })).toThrow('[invalid-options] deviation')
    expect(() => watchLive(sound, { seed: 1, alpha: 0 })).toThrow('[invalid-options] alpha')
  })
})
