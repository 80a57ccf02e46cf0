import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { indexSampler } from '../statistics/bootstrap.ts'
import { defineStrategy } from '../strategy/define.ts'
import { monteCarlo } from './monte-carlo.ts'
import { monteCarloBars, resampledBars } from './monte-carlo-bars.ts'

const bars = syntheticBars({
  seed: 2,
  instrument: SYNTHETIC_XAUUSD,
  timeframe: 'h1',
  count: 600,
  startAt: unixMs(Date.UTC(2025, 0, 5, 23)),
})

describe('monteCarlo', () => {
  it('gives every order of the trades the same chance, and leaves their sum', () => {
    // Of 1000: the losses of 100 come first (10 %), after the gain (8.3 % of 1200), or around it (10 %, or 8.3 % …).
    const found = monteCarlo({ startMinor: 1000, results: [200, -100, -100] }, { seed: 1, resamples: 30_000 })
    expect(found.returnPercent).toMatchObject({ p5: 0, p50: 0, p95: 0 })
    // Three places for the gain: both losses before it 20 %, one 10 %, none 200 of 1200.
    const depths = [20, 10, (200 / 1200) * 100]
    expect(found.maxDrawdownPercent.mean).toBeCloseTo(depths.reduce((sum, depth) => sum + depth, 0) / 3, 1)
    expect(found.observed.maxDrawdownPercent).toBeCloseTo(depths[2] as number, 9)
    expect(found.drawdownRank).toBeCloseTo(2 / 3, 1.5)
    expect([found.lossProbability, found.blockLength]).toEqual([0, 1])
  })

  it('draws blocks with replacement: the mean stays, and the spread is that of the sample', () => {
    const results = Array.from({ length: 200 }, (_, i) => 10 + 100 * Math.sin(i * i))
    const found = monteCarlo(
      { startMinor: 100_000, results },
      { seed: 1, method: 'blocks', blockLength: 1, resamples: 4000 },
    )
    expect(found.returnPercent.mean).toBeCloseTo(found.observed.returnPercent, 0)
    // ±1.645 × 100/√2 × √200 of 100,000.
    expect(found.returnPercent.p95 - found.returnPercent.p5).toBeCloseTo(2 * 1.645, 0)
    expect(found.lossProbability).toBeLessThan(0.1)
    expect(found.maxDrawdownPercent.p95).toBeGreaterThan(found.maxDrawdownPercent.p50)
  })

  it('finds that streaks fall deeper than single losses', () => {
    const results = Array.from({ length: 200 }, (_, i) => (Math.floor(i / 10) % 2 === 0 ? 60 : -50))
    const depth = (blockLength: number) =>
      monteCarlo({ startMinor: 10_000, results }, { seed: 1, method: 'blocks', blockLength, resamples: 1000 })
        .maxDrawdownPercent.p50
    expect(depth(10)).toBeGreaterThan(1.5 * depth(1))
    const own = monteCarlo({ startMinor: 10_000, results }, { seed: 1, method: 'blocks', resamples: 100 })
    expect(own.blockLength).toBeGreaterThan(5)
  })

  it('is the same for the same seed, counts ruin, and refuses what it cannot draw', () => {
    const of = { startMinor: 1000, results: [100, -300, 200, -300, 50] }
    const run = (seed: number) => monteCarlo(of, { seed, method: 'blocks', ruinPercent: 60 })
    expect(run(3)).toEqual(run(3))
    expect(run(3)).not.toEqual(run(4))
    expect(run(3).ruinProbability).toBeGreaterThan(0)
    expect(run(3).ruinProbability).toBeLessThan(1)
    expect(() => monteCarlo({ startMinor: 1, results: [] }, { seed: 1 })).toThrow('no trade to draw')
    expect(() => monteCarlo({ startMinor: 0, results: [1] }, { seed: 1 })).toThrow(
      '[invalid-options] startMinor',
    )
    expect(() => monteCarlo({ startMinor: 1, results: [Number.NaN] }, { seed: 1 })).toThrow('[data-invalid]')
    expect(() => monteCarlo(of, { seed: 1, ruinPercent: 0 })).toThrow('[invalid-options] ruinPercent')
    expect(() => monteCarlo(of, { seed: 1, resamples: 10 })).toThrow('[invalid-options] resamples')
  })
})

describe('drawn bars', () => {
  it('are the data again when nothing is moved', () => {
    const same = resampledBars(bars, SYNTHETIC_XAUUSD, take => {
      for (let i = 0; i + 1 < bars.length; i++) take(i, i)
    })
    expect(same).toEqual(bars)
  })

  it('are bars, with times of their own and prices of whole ticks', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1e6 }), fc.integer({ min: 1, max: 50 }), (seed, blockLength) => {
        const drawn = resampledBars(
          bars,
          SYNTHETIC_XAUUSD,
          indexSampler(bars.length - 1, { seed, blockLength }),
        )
        expect(drawn.openedAt).toEqual(bars.openedAt)
        for (let row = 0; row < drawn.length; row++) {
          const [open, high, low, close] = [drawn.open, drawn.high, drawn.low, drawn.close].map(
            column => column[row]!,
          )
          expect(low! > 0 && low! <= Math.min(open!, close!) && high! >= Math.max(open!, close!)).toBe(true)
          expect(close! % 1000).toBe(0)
        }
      }),
      { numRuns: 20 },
    )
  })

  it('run the strategy on each market, the same for the same seed', async () => {
    const buyer = defineStrategy({
      name: 'buyer',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'h1' } }),
      create: () => ({
        onBar(_, ctx) {
          if (ctx.position === undefined && ctx.pendingEntries === 0)
            ctx.buy({ volume: lots(0.05), stopLoss: { pips: pips(5000) } })
        },
      }),
    })
    const run = (drawSeed: number) =>
      monteCarloBars(buyer, {
        params: {},
        instrument: SYNTHETIC_XAUUSD,
        account: { currency: 'USD', balance: 10_000, leverage: 100 },
        data: bars,
        drawSeed,
        resamples: 40,
      })
    const found = await run(1)
    expect(found).toEqual(await run(1))
    expect(found.resamples).toBe(40)
    // Holding through: what is drawn differs from market to market, around what the data gave.
    expect(found.returnPercent.p5).toBeLessThan(found.observed.returnPercent)
    expect(found.returnPercent.p95).toBeGreaterThan(found.observed.returnPercent)
    await expect(
      monteCarloBars(buyer, {
        params: {},
        instrument: SYNTHETIC_XAUUSD,
        account: { currency: 'USD', balance: 10_000, leverage: 100 },
        data: bars,
        drawSeed: 1,
        resamples: 5,
      }),
    ).rejects.toThrow('[invalid-options] resamples')
  })
})
