import { symbolId } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { expect, it } from 'vitest'
import type { TradeNumbers } from '../backtest/trade-numbers.ts'
import type { TickColumns } from '../data/columns.ts'
import { excursionsOf } from './excursions.ts'

const price = (points: number) => points / 100_000

/** Quotes of which several may have one time, and trades that may lie within each other, in order of closing. */
const worlds = fc
  .record({
    steps: fc.array(
      fc.record({ wait: fc.integer({ min: 0, max: 3 }), bid: fc.integer({ min: 100, max: 200 }) }),
      {
        minLength: 1,
        maxLength: 40,
      },
    ),
    spans: fc.array(
      fc.record({ from: fc.nat(130), length: fc.nat(40), isBuy: fc.boolean(), entry: fc.nat(100) }),
      {
        maxLength: 12,
      },
    ),
  })
  .map(({ steps, spans }) => {
    let now = 10
    const at = Float64Array.from(steps, ({ wait }) => (now += wait))
    const bid = Float64Array.from(steps, step => step.bid)
    const data: TickColumns = {
      type: 'ticks',
      symbolId: symbolId(1),
      length: at.length,
      at,
      bid,
      ask: bid.map(points => points + 5),
    }
    const trades = spans
      .map(({ from, length, isBuy, entry }) => ({
        openedAt: at[0] as number,
        side: isBuy ? 'buy' : 'sell',
        from,
        length,
        entry: 100 + entry,
      }))
      .map(one => ({
        ...one,
        openedAt: one.openedAt + one.from,
        closedAt: one.openedAt + one.from + one.length,
      }))
      .sort((one, other) => one.closedAt - other.closedAt)
    return { data, trades }
  })

it('tells of trades in any order how far quotes went between their fills', () => {
  fc.assert(
    fc.property(worlds, ({ data, trades }) => {
      const numbers = {
        count: trades.length,
        side: trades.map(({ side }) => side),
        openedAt: trades.map(({ openedAt }) => openedAt),
        closedAt: trades.map(({ closedAt }) => closedAt),
        entryPrice: trades.map(({ entry }) => price(entry)),
        exitPrice: trades.map(({ entry }) => price(entry + 1)),
      } as unknown as TradeNumbers
      const found = excursionsOf(numbers, data)
      for (const [index, { openedAt, closedAt, side, entry }] of trades.entries()) {
        const quotes = side === 'buy' ? data.bid : data.ask
        // In force at the opening is the last quote up to it.
        const first = Math.max(
          0,
          data.at.findLastIndex(at => at <= openedAt),
        )
        const seen = [...quotes].filter((_, row) => row >= first && (data.at[row] as number) < closedAt)
        const [low, high] = [Math.min(entry, ...seen), Math.max(entry + 1, ...seen)]
        const [against, for_] = side === 'buy' ? [entry - low, high - entry] : [high - entry, entry - low]
        expect([found.adverse[index], found.favourable[index]]).toEqual([against, for_].map(price))
      }
    }),
    { numRuns: 500 },
  )
})
