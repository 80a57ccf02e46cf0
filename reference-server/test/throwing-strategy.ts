import { defineStrategy } from '@openclaw-trading/bot-engine'
import { z } from 'zod'
import type { StrategyEntry } from '../src/strategies/registry.ts'

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

/** Strategies that go wrong, and one that counts across restarts, for tests. */
export const strategies: readonly StrategyEntry[] = [
  { ...about, botId: 'T01', name: 'throws', strategy: throwing },
  { ...about, botId: 'T02', name: 'unknown symbol', strategy: throwing, symbol: 'XAUUSDX' },
  { ...about, botId: 'T03', name: 'counts', strategy: counting },
]
