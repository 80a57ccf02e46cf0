import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SYNTHETIC_EURUSD, SYNTHETIC_XAUUSD } from '../../data/instruments.ts'
import { syntheticBars } from '../../data/synthetic-bars.ts'
import { defineStrategy, type Handlers } from '../../strategy/define.ts'
import { check } from './check.ts'

const startAt = unixMs(Date.UTC(2025, 0, 6))
const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Like a coin: it trades while gold rests. */
const ALWAYS = {
  ...SYNTHETIC_EURUSD,
  hours: { timeZone: 'UTC', sessions: [{ startSecond: 0, endSecond: 604_800 }], holidays: [] },
}
const made = { seed: 4, startAt, timeframe: 'm15', count: 1000 } as const
const gold = syntheticBars({ ...made, instrument: SYNTHETIC_XAUUSD })
const coin = syntheticBars({ ...made, instrument: ALWAYS })
const run = {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  data: gold,
  watched: [ALWAYS],
  watchedBars: [coin],
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  cuts: 30,
}
const entry = { volume: lots(0.1), stopLoss: { pips: pips(300) } }

function strategyOf(create: () => Handlers) {
  return defineStrategy({
    name: 'watching',
    params: z.object({}),
    feeds: () => ({
      main: { timeframe: 'm15', history: 100 },
      coin: { timeframe: 'm15', symbol: 'EURUSD', history: 100 },
    }),
    create,
  })
}

describe('the check for look-ahead', () => {
  it('accuses nobody who decides on another symbol while the one traded rests', async () => {
    const restsAt = new Set<number>()
    const { findings, decisions } = await check(
      strategyOf(() => ({
        onBar(bar, ctx) {
          if (bar.feed !== 'coin') return
          const hour = Math.floor((ctx.now % DAY_MS) / HOUR_MS)
          if (hour === 22) restsAt.add(ctx.now)
          if (ctx.position !== undefined) ctx.close()
          else if (bar.close > bar.open) ctx.buy(entry)
        },
      })),
      run,
    )
    expect(findings).toEqual([])
    expect(decisions).toBeGreaterThan(300)
    expect(restsAt.size).toBeGreaterThan(10)
  })

  it('accuses no timer that falls due while the market rests', async () => {
    const { findings, decisions } = await check(
      strategyOf(() => ({
        onBar(_, ctx) {
          const day = Math.floor(ctx.now / DAY_MS) * DAY_MS
          if (ctx.now === day + 20 * HOUR_MS) ctx.setTimer('rest', unixMs(day + 22.5 * HOUR_MS))
          if (ctx.now === day + 3 * HOUR_MS) ctx.close()
        },
        onTimer(_, ctx) {
          ctx.buy(entry)
        },
      })),
      run,
    )
    expect(findings).toEqual([])
    expect(decisions).toBeGreaterThan(20)
  })

  it.each([
    ['the symbol traded', gold],
    ['a watched symbol', coin],
  ])(
    'finds a look into the bars of %s that a variable holds, also where it asks only whether one rises',
    async (_, ahead) => {
      const rows = new Map(Array.from(ahead.openedAt, (at, row) => [at, row]))
      const { findings } = await check(
        strategyOf(() => ({
          onBar(bar, ctx) {
            const row = rows.get(ctx.now)
            if (bar.feed !== 'main' || row === undefined) return
            if (ctx.position !== undefined) ctx.close()
            else if ((ahead.close[row] as number) > (ahead.open[row] as number)) ctx.buy(entry)
          },
        })),
        run,
      )
      expect(findings.map(({ code }) => code)).toContain('look-ahead')
    },
  )
})
