import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { EngineError } from '../errors.ts'
import { defineStrategy } from './define.ts'
import type { Feeds } from './feeds.ts'
import { parseParams, readFeeds, watchedSymbols } from './params.ts'

const params = z
  .object({
    fast: z.int().min(2).default(10),
    slow: z.int().default(30),
    side: z.enum(['buy', 'sell']).default('buy'),
  })
  .refine(p => p.fast < p.slow, 'fast must be shorter than slow')

function strategy(feeds: Feeds = {}) {
  return defineStrategy({ name: 'demo', params, feeds: () => feeds, create: () => ({}) })
}

describe('parseParams', () => {
  it('fills in the defaults', () => {
    expect(parseParams(strategy(), { fast: 5 })).toEqual({ fast: 5, slow: 30, side: 'buy' })
  })

  it('lists every problem with its path', () => {
    const attempt = () => parseParams(strategy(), { fast: 1, slow: '9', side: 'up' })
    expect(attempt).toThrow(EngineError)
    expect(attempt).toThrow(
      /^\[invalid-params\] 3 parameter problem\(s\) of strategy "demo": fast: .*; slow: .*; side: /,
    )
  })

  it('tells a problem of the whole without a path', () => {
    expect(() => parseParams(strategy(), { fast: 40 })).toThrow(/"demo": fast must be shorter than slow\./)
  })
})

describe('readFeeds', () => {
  it('names the instruments that feeds watch beside the one traded, each once', () => {
    const feeds = readFeeds(
      strategy({
        main: { timeframe: 'm1' },
        own: { timeframe: 'm5', symbol: 'XAUUSD' },
        euro: { timeframe: 'm1', symbol: 'EURUSD' },
        slow: { timeframe: 'h1', symbol: 'EURUSD' },
      }),
      {},
    )
    expect(watchedSymbols(feeds, 'XAUUSD')).toEqual(['EURUSD'])
  })

  it.each([-1, 0.5, 10_001])('refuses a history of %d bars', history => {
    expect(() => readFeeds(strategy({ main: { timeframe: 'm1', history } }), {})).toThrow(/0 to 10000/)
  })
})
