import { lots } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { z } from 'zod'
import { MAX_ENTRIES_IN_FLIGHT } from '../src/risk/gate.ts'
import { defineStrategy, type Handlers } from '../src/strategy/define.ts'
import { ReplayBroker } from '../src/testing/index.ts'
import { type ParityCase, traceBacktest, traceLive, wildTicks } from './parity-fixture.ts'

const strategyOf = (onQuote: Handlers['onQuote'] & object) =>
  defineStrategy({
    name: 'hasty',
    params: z.object({}),
    feeds: () => ({ main: { timeframe: 'm1' } }),
    create: () => ({ onQuote }),
  })

async function bothWays(onQuote: Handlers['onQuote'] & object, latencyMs: number) {
  const parityCase: ParityCase = {
    data: wildTicks(3, 300),
    latencyMs,
    strategy: strategyOf(onQuote),
    params: {},
  }
  const expected = await traceBacktest(parityCase)
  expect(await traceLive(parityCase, options => new ReplayBroker(options))).toEqual(expected)
  return expected
}

it('the 101st entry without a word from the broker is blocked in a backtest and live alike, with one reason', async () => {
  let quotes = 0
  const { decisions, blocked } = await bothWays((_quote, ctx) => {
    quotes += 1
    if (quotes % 300 === 1) for (let i = 0; i < 120; i++) ctx.buy({ volume: lots(0.01) })
  }, 250)
  expect([decisions.length, blocked.length]).toEqual([MAX_ENTRIES_IN_FLIGHT, 20])
  const reason = '100 entries wait for an answer of the broker, the limit is 100'
  expect(new Set(blocked.map(each => each.reason))).toEqual(new Set([reason]))
})

it('entries that the broker has answered leave room for the next, in the same message too', async () => {
  let quotes = 0
  const { decisions } = await bothWays((_quote, ctx) => {
    quotes += 1
    if (ctx.positions.length < 400) for (let i = 0; i < 30; i++) ctx.buy({ volume: lots(0.01) })
  }, 50)
  expect([quotes, decisions.length >= 400]).toEqual([600, true])
})

it('orders that wait for a price are answered: more than a hundred may wait', async () => {
  const { decisions, blocked } = await bothWays((quote, ctx) => {
    if (ctx.orders.length < 150) ctx.buy({ volume: lots(0.01), limit: (quote.bid - 900) as never })
  }, 0)
  expect([decisions.length, blocked]).toEqual([150, []])
})
