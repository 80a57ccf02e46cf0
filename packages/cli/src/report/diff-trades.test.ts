import type { RunTrade } from '@openclaw-trading/bot-engine/report'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { diffTrades, totalsOf } from './diff-trades.ts'

const HOUR = 3_600_000
const trade = (openedAt: number, changes: Partial<RunTrade> = {}): RunTrade => ({
  side: 'buy',
  lots: 0.1,
  openedAt,
  closedAt: openedAt + HOUR,
  entryPrice: 2000,
  exitPrice: 2001,
  exitReason: 'take-profit',
  gross: 10,
  commission: -0.7,
  swap: 0,
  conversionFee: 0,
  net: 9.3,
  adverse: 0,
  favourable: 1,
  ...changes,
})
const causes = (ones: readonly RunTrade[], others: readonly RunTrade[]) =>
  diffTrades(ones, others, HOUR).map(({ cause }) => cause)

describe('trade by trade', () => {
  it.each<readonly [string, Partial<RunTrade>]>([
    ['same', {}],
    ['time', { closedAt: 2 * HOUR, exitPrice: 1999 }],
    ['size', { lots: 0.2, net: 18.6 }],
    ['price', { exitPrice: 2001.01 }],
    ['cost', { commission: -1.4, net: 8.6 }],
  ])('the cause of a trade is "%s"', (cause, changes) => {
    expect(causes([trade(0)], [trade(0, changes)])).toEqual([cause])
  })

  it('an entry of the same side within the tolerance is the same trade at another time', () => {
    expect(causes([trade(0)], [trade(HOUR)])).toEqual(['time'])
    expect(causes([trade(0)], [trade(HOUR + 1)])).toEqual(['missing', 'extra'])
    expect(causes([trade(0)], [trade(0, { side: 'sell' })])).toEqual(['missing', 'extra'])
  })

  it('an exact match goes before a near one', () => {
    const pairs = diffTrades([trade(0), trade(HOUR / 2)], [trade(HOUR / 2)], HOUR)
    expect(pairs.map(({ cause, one }) => [cause, one?.openedAt])).toEqual([
      ['missing', 0],
      ['same', HOUR / 2],
    ])
  })

  it('every trade of both runs is in one pair, and the totals add up to the change of the net result', () => {
    const trades = fc.array(
      fc.record({
        at: fc.integer({ min: 0, max: 20 }),
        net: fc.integer({ min: -50, max: 50 }),
        isBuy: fc.boolean(),
      }),
      { maxLength: 30 },
    )
    const made = (list: readonly { at: number; net: number; isBuy: boolean }[]) =>
      list.map(({ at, net, isBuy }) => trade((at * HOUR) / 2, { net, side: isBuy ? 'buy' : 'sell' }))
    const net = (list: readonly RunTrade[]) => list.reduce((sum, one) => sum + one.net, 0)
    fc.assert(
      fc.property(trades, trades, (a, b) => {
        const [ones, others] = [made(a), made(b)]
        const pairs = diffTrades(ones, others, HOUR)
        expect(new Set(pairs.flatMap(({ one }) => one ?? []))).toEqual(new Set(ones))
        expect(pairs.filter(({ one }) => one !== undefined)).toHaveLength(ones.length)
        expect(pairs.filter(({ other }) => other !== undefined)).toHaveLength(others.length)
        const change = totalsOf(pairs).reduce((sum, { netDifference }) => sum + netDifference, 0)
        expect(change).toBeCloseTo(net(others) - net(ones), 6)
      }),
      { numRuns: 100 },
    )
  })
})
