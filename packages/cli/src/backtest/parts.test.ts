import { backtest, defineStrategy } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticBars } from '@openclaw-trading/bot-engine/data'
import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { partsOf } from './parts.ts'

const always = defineStrategy({
  name: 'always',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm15' } }),
  create: () => ({
    onBar(_bar, ctx) {
      if (ctx.positions.length === 0) ctx.buy({ volume: lots(1), stopLoss: { pips: pips(5) } })
    },
  }),
})

it('a run of which nothing is told apart is one part with all of its trades and equity, the last bar too', async () => {
  const data = syntheticBars({
    seed: 1,
    instrument: SYNTHETIC_XAUUSD,
    timeframe: 'm15',
    count: 400,
    startAt: unixMs(Date.UTC(2025, 0, 6)),
  })
  const report = await backtest(always, {
    params: {},
    instrument: SYNTHETIC_XAUUSD,
    account: { currency: 'USD', balance: 100_000, leverage: 100 },
    data,
  })
  const [firstAt, lastAt] = [data.openedAt[0] as number, data.openedAt[399] as number]
  expect(report.equity.at.at(-1)).toBeGreaterThan(lastAt)
  const parts = partsOf(report, { firstAt, lastAt }, 0, { currency: 'USD', digits: 2 })
  expect(parts.map(({ name, to }) => [name, to])).toEqual([['in-sample', lastAt]])
  expect(parts[0]?.metrics).toEqual(report.metrics)
})
