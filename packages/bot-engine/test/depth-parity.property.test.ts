import { lots } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cooldown, stopLossGuard } from '../src/index.ts'
import type { DepthModel } from '../src/simulation/venue-model.ts'
import { everyOrder, everyPolicy, ReplayBroker } from '../src/testing/index.ts'
import { type ParityCase, restless, traceBacktest, traceLive, wildTicks } from './parity-fixture.ts'

const depth: fc.Arbitrary<DepthModel> = fc
  .uniqueArray(
    fc.record({ ticks: fc.integer({ min: 1, max: 300 }), steps: fc.integer({ min: 1, max: 3 }) }),
    {
      selector: ({ ticks }) => ticks,
      maxLength: 3,
    },
  )
  .map(behind => ({
    levels: [{ ticks: 0, steps: 1 }, ...behind]
      .sort((a, b) => a.ticks - b.ticks)
      .map(({ ticks: distanceTicks, steps }) => ({ distanceTicks, volume: lots(steps / 100) })),
  }))

describe('backtest and live run where each price has so much', () => {
  it.each<[string, Pick<ParityCase, 'strategy' | 'params' | 'protections'>]>([
    ['everything a strategy can do', { strategy: restless }],
    ['every type of order', { strategy: everyOrder }],
    ['policies at each quote', { strategy: everyPolicy, params: { trail: 'fixed', when: 'quote' } }],
    [
      'protections against bad days',
      {
        strategy: restless,
        protections: [
          stopLossGuard({ stops: 2, withinMinutes: 5, pauseMinutes: 2 }),
          cooldown({ minutes: 0.5 }),
        ],
      },
    ],
  ])('give the same trades, decisions and blocks with %s', { timeout: 60_000 }, async (_name, of) => {
    let [trades, changed] = [0, 0]
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(0, 50, 250), depth, async (seed, latencyMs, model) => {
        const whole: ParityCase = { data: wildTicks(seed, 1500), latencyMs, ...of }
        const parityCase = { ...whole, depth: model }
        const expected = await traceBacktest(parityCase)
        expect(await traceLive(parityCase, options => new ReplayBroker(options))).toEqual(expected)
        trades += expected.trades.length
        if ((await traceBacktest(whole)).trades.length !== expected.trades.length) changed += 1
      }),
      { numRuns: 5, seed: 20140504 },
    )
    expect(trades).toBeGreaterThan(20)
    // In most cases it changes what is traded.
    expect(changed).toBeGreaterThan(2)
  })
})
