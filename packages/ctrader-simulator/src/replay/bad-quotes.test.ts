import {
  mergeTicks,
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
  syntheticTicks,
} from '@openclaw-trading/bot-engine/data'
import { unixMs } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { withBadQuotes } from './bad-quotes.ts'

const startAt = unixMs(Date.UTC(2025, 0, 6, 7))
const gold = syntheticTicks({ seed: 1, instrument: SYNTHETIC_XAUUSD, startAt, count: 20 })
const euro = syntheticTicks({ seed: 1, instrument: SYNTHETIC_EURUSD, startAt, count: 20 })

it('puts each behind its row, where the market stands still', () => {
  const bad = [{ behindRow: 3, bid: 0 }, { behindRow: 3, ask: 7 }, { behindRow: 19 }]
  const ticks = withBadQuotes(mergeTicks([gold]), bad)
  expect(ticks.length).toBe(23)
  expect([...(ticks.told ?? [])]).toEqual([
    [4, bad[0]],
    [5, bad[1]],
    [22, bad[2]],
  ])
  for (const [column, of] of [
    [ticks.at, gold.at],
    [ticks.bid, gold.bid],
    [ticks.ask, gold.ask],
  ] as const)
    expect([...column]).toEqual([...of.slice(0, 4), of[3], of[3], ...of.slice(4), of[19]])
})

it('keeps the symbols of several instruments', () => {
  const merged = mergeTicks([gold, euro])
  const { symbols } = withBadQuotes(merged, [{ behindRow: 0 }])
  expect([...(symbols ?? [])]).toEqual([merged.symbols?.[0], ...(merged.symbols ?? [])])
})

it.each([
  ['a row that is not there', [{ behindRow: 20 }]],
  ['rows that do not ascend', [{ behindRow: 5 }, { behindRow: 4 }]],
])('refuses %s', (_, bad) => {
  expect(() => withBadQuotes(mergeTicks([gold]), bad)).toThrow('Name rows from 0 to 19, ascending')
})

it('leaves quotes without bad ones as they are', () => {
  const merged = mergeTicks([gold])
  expect(withBadQuotes(merged, [])).toBe(merged)
})
