import { lots, type UnixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import type { Context } from '../strategy/context.ts'
import { defineStrategy } from '../strategy/define.ts'
import { backtest } from './run.ts'

const BALANCE = Number.MAX_SAFE_INTEGER - 1000
const STARTED_AT = Date.UTC(2014, 4, 1, 12) as UnixMs

/** Buys at the first quote, and decides at each that follows; the third price leads equity beyond 2^53. */
function run(decide: (row: number, ctx: Context) => void, more: { readonly recordDecisions?: boolean } = {}) {
  const bids = Float64Array.from([1290, 1290, 1390, 1391], price => price * 100_000)
  const strategy = defineStrategy({
    name: 'rich',
    params: z.object({}),
    feeds: () => ({}),
    create() {
      let row = 0
      return {
        onQuote(_quote, ctx) {
          if (row === 0) ctx.buy({ volume: lots(0.1) })
          else decide(row, ctx)
          row += 1
        },
      }
    },
  })
  return backtest(strategy, {
    params: {},
    instrument: REPLAY_XAUUSD,
    account: { ...REPLAY_ACCOUNT, balanceMinor: BALANCE },
    data: {
      type: 'ticks',
      symbolId: REPLAY_XAUUSD.id,
      length: bids.length,
      at: Float64Array.from(bids, (_, row) => STARTED_AT + row * 1000),
      bid: bids,
      ask: bids,
    },
    venue: { latencyMs: 0 },
    ...more,
  })
}

const sellsAt = (at: number) => (row: number, ctx: Context) => {
  if (row === at) ctx.sell({ volume: lots(0.01) })
}

describe('equity beyond the whole numbers that money has', () => {
  it('ends no run in which nobody reads it: decisions count, and the curve has it', async () => {
    const { equity, orderCount, open } = await run(sellsAt(2))
    expect([orderCount, open.length]).toEqual([2, 2])
    expect(equity.equityMinor.at(-1)).toBeGreaterThan(2 ** 53)
  })

  it('ends a run whose strategy reads it, or that records what its decisions were made on', async () => {
    const reading = run((_row, ctx) => void ctx.account.equity)
    await expect(reading).rejects.toMatchObject({ code: 'handler-failed', cause: { code: 'money-overflow' } })
    await expect(run(sellsAt(2), { recordDecisions: true })).rejects.toThrow('money-overflow')
  })

  it('ends a run as soon as it becomes balance', async () => {
    const closing = run((row, ctx) => {
      if (row === 2) ctx.close()
    })
    await expect(closing).rejects.toThrow(/A balance of \d+ minor units is beyond/)
  })
})
