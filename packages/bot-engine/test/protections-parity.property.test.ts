import { money, type UnixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cooldown,
  lowProfitLock,
  maxDailyLoss,
  maxDrawdown,
  newsBlackout,
  stopLossGuard,
} from '../src/index.ts'
import { everyPolicy, ReplayBroker } from '../src/testing/index.ts'
import { type ParityCase, traceBacktest, traceLive, wildTicks } from './parity-fixture.ts'

const START = Date.UTC(2014, 4, 1)
const at = (minute: number) => (START + minute * 60_000) as UnixMs

const PROTECTIONS = [
  newsBlackout([{ from: at(5), to: at(9), name: 'a release' }]),
  cooldown({ minutes: 2 }),
  stopLossGuard({ stops: 2, withinMinutes: 8, pauseMinutes: 3, bySide: true }),
  lowProfitLock({ withinMinutes: 5, minTrades: 3, pauseMinutes: 2 }),
  maxDailyLoss({ loss: money(12_000, 2, 'USD'), day: { at: '00:20', timeZone: 'UTC' } }),
  maxDrawdown({ percent: 0.3, pauseMinutes: 5 }),
]

describe('backtest and live run with every protection', () => {
  it('block the same entries for the same reasons, and explain themselves alike', {
    timeout: 60_000,
  }, async () => {
    const reasons = new Set<string>()
    await fc.assert(
      fc.asyncProperty(fc.nat(), fc.constantFrom(0, 50, 250), async (seed, latencyMs) => {
        const parityCase: ParityCase = {
          data: wildTicks(seed, 4000),
          latencyMs,
          strategy: everyPolicy,
          params: {},
          protections: PROTECTIONS,
          explain: true,
        }
        const expected = await traceBacktest(parityCase)
        expect(await traceLive(parityCase, options => new ReplayBroker(options))).toEqual(expected)
        expect(expected.explanations.length).toBeGreaterThan(20)
        for (const { reason } of expected.blocked) reasons.add(reason.split(':')[0] ?? '')
      }),
      { numRuns: 8, seed: 20140501 },
    )
    expect([...reasons].sort()).toEqual([
      'cooldown',
      'low-profit lock',
      'max daily loss',
      'max drawdown',
      'news blackout',
      'stop-loss guard',
    ])
  })

  it('hold the same when the strategy states them itself, before those of the run', async () => {
    const base: ParityCase = { data: wildTicks(5, 4000), latencyMs: 50, strategy: everyPolicy, params: {} }
    const [first, ...others] = PROTECTIONS
    const own = { ...everyPolicy, protections: () => (first === undefined ? [] : [first]) }
    const expected = await traceBacktest({ ...base, protections: PROTECTIONS })
    expect(expected.blocked.length).toBeGreaterThan(0)
    const stated: ParityCase = { ...base, strategy: own, protections: others }
    expect(await traceBacktest(stated)).toEqual(expected)
    expect(await traceLive(stated, options => new ReplayBroker(options))).toEqual(expected)
    const wrong = { ...everyPolicy, protections: () => [cooldown] as never }
    await expect(traceBacktest({ ...base, strategy: wrong })).rejects.toThrow(
      '[invalid-options] Protection 0 of "every-policy"',
    )
  })

  it('never keep an exit back', async () => {
    const base: ParityCase = { data: wildTicks(8, 4000), latencyMs: 50, strategy: everyPolicy, params: {} }
    const free = await traceBacktest(base)
    // The first exit that a policy decided lies behind the last entry before it.
    const exit = free.decisions.findIndex(({ command }) => command.type === 'close')
    const entry = free.decisions.findLastIndex(({ command }, row) => row < exit && command.type === 'place')
    const from = (free.decisions[entry]?.at ?? 0) + 1
    const after = newsBlackout([{ from: from as UnixMs, to: at(100_000) }])
    const { decisions, blocked } = await traceBacktest({ ...base, protections: [after] })
    expect(blocked.length).toBeGreaterThan(20)
    expect(decisions.slice(0, exit + 1)).toMatchObject(
      free.decisions
        .slice(0, exit + 1)
        .map(({ command: { type }, at: time }) => ({ command: { type }, at: time })),
    )
    expect(decisions.slice(exit).some(({ command }) => command.type === 'place')).toBe(false)
  })
})
