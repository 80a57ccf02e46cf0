import { lots, unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { BarColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { defineStrategy } from '../strategy/define.ts'
import { dailyEquity, returnsByDay } from './daily-returns.ts'
import { backtest } from './run.ts'

const DAY_MS = 86_400_000

const strategy = defineStrategy({
  name: 'probe',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm15' } }),
  create: () => ({
    onBar(_, ctx) {
      if (ctx.position === undefined) ctx.buy({ volume: lots(0.1) })
      else ctx.close()
    },
  }),
})

function run() {
  const data = syntheticBars({
    instrument: SYNTHETIC_XAUUSD,
    seed: 1,
    startAt: unixMs(Date.UTC(2025, 0, 7)),
    timeframe: 'm15',
    count: 500,
  })
  const options = { params: {}, instrument: SYNTHETIC_XAUUSD, account: REPLAY_ACCOUNT, data }
  return { data, report: backtest(strategy, options) }
}

/** Writes later bars into the columns. */
function useAgain({ openedAt, close }: BarColumns): void {
  openedAt.set(openedAt.map(at => at + 100 * DAY_MS))
  close.fill(1)
}

it('an equity curve whose times were read stays as it is when the columns of the data are used again', async () => {
  const { data, report } = run()
  const { equity } = await report
  const before = { at: equity.at.slice(), daily: dailyEquity(equity), returns: returnsByDay(equity) }
  expect(before.returns.size).toBeGreaterThan(4)
  useAgain(data)
  expect({ at: equity.at, daily: dailyEquity(equity), returns: returnsByDay(equity) }).toEqual(before)
})

it('until then its times are those that the data have', async () => {
  const { data, report } = run()
  const { equity } = await report
  const last = Math.max(...returnsByDay(equity).keys())
  useAgain(data)
  expect(Math.max(...returnsByDay(equity).keys())).toBeGreaterThan(last + 90)
})
