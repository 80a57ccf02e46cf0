import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { SYNTHETIC_XAUUSD } from '../../data/instruments.ts'
import { syntheticBars } from '../../data/synthetic-bars.ts'
import { localTime } from '../../local-time.ts'
import { defineStrategy } from '../../strategy/define.ts'
import { check } from './check.ts'

const data = syntheticBars({
  seed: 4,
  instrument: SYNTHETIC_XAUUSD,
  timeframe: 'm15',
  count: 1200,
  startAt: unixMs(Date.UTC(2025, 0, 6)),
})

/** Checks a strategy that enters at an hour which it finds in its own way. */
function checkHour(hourOf: (at: number) => number) {
  const strategy = defineStrategy({
    name: 'at-nine',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm15' } }),
    create: () => ({
      onBar(bar, ctx) {
        if (hourOf(bar.openedAt) === 9 && ctx.position === undefined && ctx.pendingEntries === 0)
          ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(300) } })
      },
    }),
  })
  const account = { currency: 'USD', balance: 10_000, leverage: 100 }
  return check(strategy, { params: {}, instrument: SYNTHETIC_XAUUSD, data, account, cuts: 1 })
}

it('names the hour of the zone of the machine with its line, and what to use instead', async () => {
  const { getHours } = Date.prototype
  const { findings, passed } = await checkHour(at => new Date(at).getHours())
  expect(passed).toBe(false)
  expect(findings.map(({ code }) => code)).toEqual(['local-time'])
  expect(findings[0]?.message).toMatch(
    /local-time\.test\.ts:\d+ calls getHours\(\) of a Date\. Fix: .* getUTCHours .* localTime\(at/,
  )
  expect(Date.prototype.getHours).toBe(getHours)
})

it('has nothing against hours of UTC, nor of a stated zone', async () => {
  const hours = [
    (at: number) => new Date(at).getUTCHours(),
    (at: number) => Math.floor(localTime(unixMs(at), 'Europe/London').minute / 60),
  ]
  for (const hourOf of hours) expect((await checkHour(hourOf)).findings).toEqual([])
})
