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

/** Strategies that go wrong, for tests. */
export const strategies: readonly StrategyEntry[] = [
  { ...about, botId: 'T01', name: 'throws', strategy: throwing },
  { ...about, botId: 'T02', name: 'unknown symbol', strategy: throwing, symbol: 'XAUUSDX' },
]
