import { lots } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { z } from 'zod'
import type { TickColumns } from '../data/columns.ts'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { defineStrategy } from '../strategy/define.ts'
import { backtest } from './run.ts'

const PRICE = 128_000_000
const TIERS = [{ id: 3, tiers: [{ upToUsd: 12_800, leverage: 100 }, { leverage: 10 }] }]

/** Money bound after a buy of 0.1, a buy of 0.2 and a sell of 0.1 lots of 100 ounces at 1280 dollars. */
async function bound(marginMethod: 'sum' | 'max' | 'net', leverageTiers = TIERS): Promise<readonly number[]> {
  const seen: number[] = []
  const rows = [1000, 2000, 3000, 4000]
  const data: TickColumns = {
    type: 'ticks',
    symbolId: REPLAY_XAUUSD.id,
    length: rows.length,
    at: Float64Array.from(rows),
    bid: new Float64Array(rows.length).fill(PRICE),
    ask: new Float64Array(rows.length).fill(PRICE),
  }
  const strategy = defineStrategy({
    name: 'probe',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () => ({
      onQuote({ at }, ctx) {
        const { equity, freeMargin } = ctx.account
        if (at > 1000) seen.push(equity.minor - freeMargin.minor)
        if (at === 1000) ctx.buy({ volume: lots(0.1) })
        if (at === 2000) ctx.buy({ volume: lots(0.2) })
        if (at === 3000) ctx.sell({ volume: lots(0.1) })
      },
    }),
  })
  await backtest(strategy, {
    params: {},
    instrument: { ...REPLAY_XAUUSD, leverageId: 3 },
    account: { ...REPLAY_ACCOUNT, balanceMinor: 10_000_000, marginMethod, leverageTiers },
    venue: { latencyMs: 50 },
    data,
  })
  return seen
}

// 12,800 dollars at 1:100 hold 128; the second buy, 25,600 beyond that tier, 2560 at 1:10.
it.each([
  ['sum', [12_800, 12_800 + 256_000, 12_800 + 256_000 + 12_800]],
  ['max', [12_800, 12_800 + 256_000, 12_800 + 256_000]],
  ['net', [12_800, 12_800 + 256_000, 256_000]],
] as const)(
  'free margin is what the tiers of the symbol leave, with both directions counted by %s',
  async (method, minor) => {
    expect(await bound(method)).toEqual(minor)
  },
)

it('free margin never counts a leverage above that of the tier', async () => {
  expect(await bound('sum', [{ id: 3, tiers: [{ leverage: 50 }] }])).toEqual([25_600, 76_800, 102_400])
})
