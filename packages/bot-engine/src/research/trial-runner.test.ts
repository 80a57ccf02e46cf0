import { lots, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { backtest, readData, runOver } from '../backtest/run.ts'
import { RunRecords } from '../backtest/run-records.ts'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import { defineStrategy } from '../strategy/define.ts'
import { TrialRunner } from './trial-runner.ts'

/** Turns its position every so many bars. */
const turning = defineStrategy({
  name: 'turning',
  params: z.object({ every: z.int() }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ params }) {
    let bars = 0
    return {
      onBar(_bar, ctx) {
        bars += 1
        if (bars % params.every !== 0) return
        if (ctx.position) ctx.close()
        if (ctx.position?.side === 'buy') ctx.sell({ volume: lots(0.1) })
        else ctx.buy({ volume: lots(0.1) })
      },
    }
  },
})

const options = {
  instrument: SYNTHETIC_XAUUSD,
  data: syntheticBars({
    instrument: SYNTHETIC_XAUUSD,
    seed: 4,
    startAt: unixMs(Date.UTC(2025, 0, 5, 23)),
    timeframe: 'm1',
    count: 9000,
  }),
  account: { currency: 'USD', balance: 100_000, leverage: 100 },
}

describe('a runner of trials', () => {
  it('gives a combination the same report behind others, longer and shorter ones, as alone', async () => {
    const runner = new TrialRunner(turning, options)
    for (const every of [2, 50, 3, 4000, 2]) {
      const alone = await new TrialRunner(turning, options).run({ params: { every } })
      expect(await runner.run({ params: { every } })).toEqual(alone)
      expect(alone.metrics.tradeCount).toBeGreaterThan(0)
    }
  })

  it('leaves a run in the room of another one just what it would write down itself', async () => {
    const records = new RunRecords({ currency: 'USD', digits: 2 }, SYNTHETIC_XAUUSD)
    for (const every of [2, 3, 700]) {
      records.clear()
      const params = { every }
      const given = await runOver(readData(options), turning, { ...options, params }, records)
      const own = await backtest(turning, { ...options, params })
      expect(given.trades).toEqual(own.trades)
      expect(given.fills).toEqual(own.fills)
      expect(given.equity).toEqual(own.equity)
      expect(given.trades.length).toBeGreaterThan(2)
    }
  })
})
