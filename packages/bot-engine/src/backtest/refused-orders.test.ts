import { lots, pips, type Price, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { SYNTHETIC_XAUUSD } from '../data/instruments.ts'
import { syntheticBars } from '../data/synthetic-bars.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'
import { backtest } from './run.ts'

const instrument = SYNTHETIC_XAUUSD
const startAt = Date.parse('2024-01-09T00:00Z') as UnixMs
const data = syntheticBars({ seed: 1, instrument, timeframe: 'm15', count: 20, startAt })

/** A run that buys 0.05 lots with the second bar and does something to the position from the fifth on. */
async function refusedBy(change: (ctx: Context, close: number) => void) {
  const strategy = defineStrategy({
    name: 'changer',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm15' } }),
    create: () => {
      let bars = 0
      return {
        onBar(bar, ctx) {
          bars += 1
          if (bars === 2) ctx.buy({ volume: lots(0.05), stopLoss: { pips: pips(5000) } })
          if (bars > 4) change(ctx, bar.close)
        },
      }
    },
  })
  const account = { currency: 'USD', balance: 10_000, leverage: 100 }
  const { refused, refusedChanges } = await backtest(strategy, { params: {}, instrument, data, account })
  return { refused, refusedChanges }
}

describe('what the venue refuses', () => {
  it('of closes is counted by code, with the volume of the first', async () => {
    const found = await refusedBy(ctx => {
      if (ctx.position !== undefined) ctx.close(ctx.position.id, lots(0.025))
    })
    expect(found).toMatchObject({
      refused: [],
      refusedChanges: [{ kind: 'close', code: 'TRADING_BAD_VOLUME', count: 15, first: { volume: 0.025 } }],
    })
    expect(found.refusedChanges[0]?.first.at).toBeGreaterThanOrEqual(startAt + 5 * 900_000)
  })

  it('of protections is counted apart from orders and closes, with the levels of the first', async () => {
    const { refused, refusedChanges } = await refusedBy((ctx, close) => {
      if (ctx.position !== undefined)
        ctx.setProtection(ctx.position.id, { stopLoss: Math.round(close + 100) as Price })
    })
    expect(refused).toEqual([])
    expect(refusedChanges).toMatchObject([
      {
        kind: 'protection',
        code: 'TRADING_BAD_STOPS',
        count: 15,
        first: { stopLoss: expect.any(Number), description: expect.stringContaining('losing side') },
      },
    ])
  })
})
