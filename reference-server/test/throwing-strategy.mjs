import { cooldown, defineStrategy, maxDrawdown } from '@openclaw-trading/bot-engine'
import { pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

const about = {
  description: '',
  hypothesis: '',
  symbol: 'XAUUSD',
  timeframes: ['m1'],
  module: 'test',
}
const throwing = defineStrategy({
  name: 'throwing',
  params: z.object({ timeframe: z.enum(['m1']).default('m1') }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: () => ({
    onBar(bar) {
      throw new RangeError(`no idea what to do at ${bar.close}`)
    },
  }),
})

const counting = defineStrategy({
  name: 'counting',
  params: z.object({ timeframe: z.enum(['m1']).default('m1') }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  state: z.object({ starts: z.int().default(0), bars: z.int().default(0) }),
  create: ({ state }) => ({
    onStart() {
      state.starts += 1
    },
    onBar() {
      state.bars += 1
    },
  }),
})

/** Buys whenever it has nothing and nothing is on its way; its stop is far off. */
const buying = defineStrategy({
  name: 'buying',
  params: z.object({ timeframe: z.enum(['m1']).default('m1') }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: ({ instrument }) => ({
    onQuote(_quote, ctx) {
      if (ctx.positions.length > 0 || ctx.pendingEntries > 0) return
      ctx.buy({ volume: instrument.minVolume, stopLoss: { pips: pips(5000) } })
    },
  }),
})

/** Buys once in its life and closes at the next quote: what that costs is a bad day for its protections. */
const guarded = defineStrategy({
  name: 'guarded',
  params: z.object({ timeframe: z.enum(['m1']).default('m1') }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  state: z.object({ starts: z.int().default(0), hasBought: z.boolean().default(false) }),
  protections: () => [
    maxDrawdown({ percent: 0.00001 }),
    maxDrawdown({ percent: 0.00002 }),
    cooldown({ minutes: 1_000_000, after: 'trade' }),
  ],
  create: ({ instrument, state }) => {
    let isClosing = false
    return {
      onStart() {
        state.starts += 1
      },
      onQuote(_quote, ctx) {
        const [open] = ctx.positions
        if (open !== undefined && !isClosing) ctx.close(open.id)
        isClosing = open !== undefined
        // The first entry may be denied: the operator's word is not known yet.
        state.hasBought ||= isClosing
        if (state.hasBought || ctx.pendingEntries > 0) return
        ctx.buy({ volume: instrument.minVolume, stopLoss: { pips: pips(5000) } })
      },
    }
  },
})

/**
 * Strategies that go wrong, and some that tell what a restart does, for tests. Plain JavaScript: bots run as their users
 * run them, from what is built.
 *
 * @type {readonly import('../src/strategies/registry.ts').StrategyEntry[]}
 */
export const strategies = [
  { ...about, botId: 'T01', name: 'throws', strategy: throwing },
  { ...about, botId: 'T02', name: 'unknown symbol', strategy: throwing, symbol: 'XAUUSDX' },
  { ...about, botId: 'T03', name: 'counts', strategy: counting },
  { ...about, botId: 'T04', name: 'buys', strategy: buying },
  { ...about, botId: 'T05', name: 'guarded', strategy: guarded },
]
