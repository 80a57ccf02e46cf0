import { execFileSync } from 'node:child_process'
import fs, { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SYNTHETIC_XAUUSD } from '../../data/instruments.ts'
import { syntheticTicks } from '../../data/synthetic.ts'
import { syntheticBars } from '../../data/synthetic-bars.ts'
import { seededUniform } from '../../statistics/seeded.ts'
import type { Context } from '../../strategy/context.ts'
import { defineStrategy, type Handlers } from '../../strategy/define.ts'
import type { RunData } from '../data-columns.ts'
import { check } from './check.ts'
import { CheckRunner } from './check-run.ts'
import { foreknowledge } from './foreknowledge.ts'
import { mirrored } from './mirrored-prices.ts'

const startAt = unixMs(Date.UTC(2025, 0, 6))
const made = { seed: 4, instrument: SYNTHETIC_XAUUSD, startAt }
const bars = syntheticBars({ ...made, timeframe: 'm15', count: 3000 })
const run = {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  data: bars as RunData,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  cuts: 2,
}
const entry = { volume: lots(0.1), stopLoss: { pips: pips(300) } }

function strategyOf(create: () => Handlers) {
  return defineStrategy({
    name: 'planted',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm15', history: 30 } }),
    create,
  })
}

/** Stands for a file with the same prices: a copy, of which the check knows nothing. */
const file = new Map(Array.from(bars.openedAt, (at, row) => [at, bars.close[row] as number]))
const closeAt = (at: number) => file.get(at)

/** Holds one position at a time, on the side that `wants` says. */
function holder(create: () => (at: number, close: number) => 'buy' | 'sell' | undefined) {
  return strategyOf(() => {
    const wants = create()
    return {
      onBar(bar, ctx) {
        const side = wants(bar.openedAt, Math.round(bar.close * 100_000))
        if (ctx.position !== undefined) ctx.close()
        else if (side !== undefined) ctx[side](entry)
      },
    }
  })
}

const codes = async (strategy: ReturnType<typeof strategyOf>) =>
  (await check(strategy, run)).findings.map(({ code }) => code)

describe('data from outside', () => {
  const M15 = 900_000

  it('are found in decisions on other prices that foretell the true ones, though no row ahead is read', async () => {
    const oracle = holder(() => at => {
      const [now, next] = [closeAt(at), closeAt(at + M15)]
      return now === undefined || next === undefined || now === next ? undefined : next > now ? 'buy' : 'sell'
    })
    const { findings, passed } = await check(oracle, run)
    expect(passed).toBe(false)
    const [found] = findings
    expect(found?.code).toBe('outside-data')
    expect(found?.message).toMatch(
      /^Data from outside: on other prices at the same times (\d+) of \1 entries still foretell where the true price lies 1 row later; \d+ would by chance \(z = \d+\.\d\)\. .*Fix: take every price from the feeds/,
    )
  })

  it('are found where they are mixed with the feed and decide for many rows ahead', async () => {
    const oracle = holder(() => {
      let last: number | undefined
      return (at, close) => {
        const isUp = last !== undefined && close > last
        last = close
        const [now, later] = [closeAt(at), closeAt(at + 16 * M15)]
        return !isUp || now === undefined || later === undefined ? undefined : later > now ? 'buy' : 'sell'
      }
    })
    expect(await codes(oracle)).toContain('outside-data')
  })

  it.each([
    [
      'the hour',
      (at: number) => (at % 7_200_000 === 0 ? 'buy' : at % 7_200_000 === 3_600_000 ? 'sell' : undefined),
    ],
    ['nothing', (at: number) => (at % 1_800_000 === 0 ? 'buy' : undefined)],
  ] as const)(
    'accuse no strategy that trades by %s alone, which is told that it reads no price',
    async (_, wants) => {
      const { findings, isPriceBlind } = await check(
        holder(() => wants),
        run,
      )
      expect(findings).toEqual([])
      expect(isPriceBlind).toBe(true)
    },
  )

  it('accuse nobody who buys at the hour at which prices rise on every day', async () => {
    const data = structuredClone(syntheticBars({ ...made, timeframe: 'h1', count: 4000 }))
    const isEarly = (at: number) => at % 86_400_000 === 3_600_000
    for (let row = 0; row < data.length; row++) {
      const [open, close] = [data.open[row] as number, data.close[row] as number]
      if (!isEarly(data.openedAt[row] as number) || close > open) continue
      data.close[row] = open + 10_000
      data.high[row] = Math.max(data.high[row] as number, open + 10_000)
    }
    const byTheClock = defineStrategy({
      name: 'clock',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'h1' } }),
      create: () => ({
        onBar(_, ctx) {
          if (ctx.position !== undefined) ctx.close()
          else if (isEarly(ctx.now)) ctx.buy(entry)
        },
      }),
    })
    const runner = new CheckRunner(byTheClock, { ...run, data }, 2)
    const { asks } = await runner.run()
    expect(asks.length).toBeGreaterThan(100)
    expect((await foreknowledge(runner, asks)).finding).toBeUndefined()
  })

  it('accuse none of 40 honest strategies: momentum and reversion, breakouts of a session, chance', async () => {
    const momentum = (lag: number, flip: boolean) => () => {
      const last: number[] = []
      return (_: number, close: number) => {
        const before = last.at(-lag)
        last.push(close)
        return before === undefined ? undefined : close > before !== flip ? 'buy' : 'sell'
      }
    }
    const session = () => {
      let [high, low] = [0, 0]
      return (at: number, close: number) => {
        const hour = Math.floor((at % 86_400_000) / 3_600_000)
        if (hour === 0) [high, low] = [close, close]
        if (hour < 7) [high, low] = [Math.max(high, close), Math.min(low, close)]
        if (hour < 7 || hour > 16) return undefined
        return close > high ? 'buy' : close < low ? 'sell' : undefined
      }
    }
    const chance = (seed: number) => () => {
      const uniform = seededUniform(seed)
      return () => (uniform() < 0.5 ? 'buy' : 'sell')
    }
    let judged = 0
    for (let seed = 0; seed < 10; seed++) {
      const data = syntheticBars({ ...made, seed: 100 + seed, timeframe: 'm15', count: 1000 })
      const lag = 1 + (seed % 4)
      for (const wants of [momentum(lag, false), momentum(lag, true), session, chance(seed)] as const) {
        const runner = new CheckRunner(holder(wants), { ...run, data }, 2)
        const { asks } = await runner.run()
        const { finding } = await foreknowledge(runner, asks)
        judged += runner.count - 1
        expect(finding).toBeUndefined()
      }
    }
    // The others asked for less than 30 entries.
    expect(judged).toBeGreaterThan(30)
  })

  it('are found in handlers that read files or start processes, with their lines', async () => {
    const path = fileURLToPath(import.meta.url)
    const reads = (what: (ctx: Context) => void) => strategyOf(() => ({ onBar: (_, ctx) => what(ctx) }))
    const read = await check(
      reads(() => void (readFileSync(path).length + fs.statSync(path).size)),
      run,
    )
    expect(read.findings[0]).toMatchObject({
      code: 'outside-data',
      message: expect.stringMatching(
        /outside-data\.test\.ts:\d+ calls fs\.readFileSync\(\); .*outside-data\.test\.ts:\d+ calls fs\.statSync\(\)\. Fix: take every price from the feeds/,
      ),
      line: expect.stringMatching(/outside-data\.test\.ts:\d+$/),
    })
    let isDone = false
    const started = await check(
      reads(() => {
        if (!isDone) execFileSync(process.execPath, ['--version'])
        isDone = true
      }),
      run,
    )
    expect(started.findings.find(({ code }) => code === 'outside-data')?.message).toContain(
      'child_process.execFileSync()',
    )
    expect(readFileSync).toBe(fs.readFileSync)
    expect(readFileSync.name).toBe('readFileSync')
  })
})

describe('mirrored prices', () => {
  it('are valid, as volatile as the true ones, at the same times, and leave those alone', () => {
    const before = structuredClone(bars)
    const other = mirrored(bars, 1) as typeof bars
    expect(bars).toEqual(before)
    expect(other.openedAt).toEqual(bars.openedAt)
    let [same, moved] = [0, 0]
    for (let row = 1; row < bars.length; row++) {
      const [open, high, low, close] = [other.open, other.high, other.low, other.close].map(
        column => column[row] as number,
      ) as [number, number, number, number]
      expect(low <= Math.min(open, close) && high >= Math.max(open, close) && low > 0).toBe(true)
      const own = Math.log((bars.close[row] as number) / (bars.close[row - 1] as number))
      const its = Math.log(close / (other.close[row - 1] as number))
      expect(Math.abs(its)).toBeCloseTo(Math.abs(own), 4)
      if (own === 0) continue
      moved += 1
      if (own > 0 === its > 0) same += 1
    }
    expect(same / moved).toBeGreaterThan(0.45)
    expect(same / moved).toBeLessThan(0.55)
  })

  it('keep the spread of quotes', () => {
    const ticks = syntheticTicks({ ...made, count: 5000 })
    const other = mirrored(ticks, 2) as typeof ticks
    expect(other.ask.map((ask, row) => ask - (other.bid[row] as number))).toEqual(
      ticks.ask.map((ask, row) => ask - (ticks.bid[row] as number)),
    )
    expect(other.bid).not.toEqual(ticks.bid)
  })
})
