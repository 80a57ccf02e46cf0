import { describe, expect, it } from 'vitest'
import { type ComparedTrade, compareTrades, countExits, longestHold } from './compare.ts'

const trade = (over: Partial<ComparedTrade> = {}): ComparedTrade => ({
  openedAt: 1_398_960_000_123,
  side: 'buy',
  volume: 0.12,
  entryPrice: 1291.677,
  stopLoss: 1290.1,
  takeProfit: 1293.2,
  closedAt: 1_398_960_300_456,
  exitPrice: 1293.2,
  exitReason: 'take-profit',
  gross: 1828,
  commission: -84,
  swap: 0,
  net: 1744,
  balance: 1_001_744,
  ...over,
})
const three = [trade(), trade({ side: 'sell', exitReason: 'stop-loss' }), trade({ volume: 0.13 })]

describe('compareTrades', () => {
  it('finds two equal lists equal', () => {
    expect(
      compareTrades(
        three,
        three.map(row => ({ ...row })),
      ),
    ).toEqual({ equal: true, trades: 3, differing: 0 })
  })

  const faults: [keyof ComparedTrade, Partial<ComparedTrade>][] = [
    ['openedAt', { openedAt: 1_398_960_000_124 }],
    ['side', { side: 'sell' }],
    ['volume', { volume: 0.11 }],
    ['entryPrice', { entryPrice: 1291.678 }],
    ['stopLoss', { stopLoss: null }],
    ['takeProfit', { takeProfit: 1293.201 }],
    ['closedAt', { closedAt: 1_398_960_300_455 }],
    ['exitPrice', { exitPrice: 1293.199 }],
    ['exitReason', { exitReason: 'strategy' }],
    ['gross', { gross: 1829 }],
    ['commission', { commission: -85 }],
    ['swap', { swap: -1 }],
    ['net', { net: 1743 }],
    ['balance', { balance: 1_001_743 }],
  ]
  it.each(faults)('catches a planted difference of %s', (field, change) => {
    const found = compareTrades(three, [trade(change), ...three.slice(1)])
    expect(found.equal).toBe(false)
    expect(found.differing).toBe(1)
    expect(found.first?.trade).toBe(1)
    expect(found.first?.fields).toEqual([field])
  })

  it('names a trade that the database lacks', () => {
    const found = compareTrades(three, three.slice(0, 2))
    expect(found).toMatchObject({ equal: false, differing: 1, first: { trade: 3, fields: ['missing'] } })
  })

  it('names a trade that only the database has', () => {
    const found = compareTrades(three.slice(0, 1), three)
    expect(found).toMatchObject({ equal: false, differing: 2, first: { trade: 2, fields: ['extra'] } })
  })

  it('sees a swap of two trades although the sets are equal', () => {
    const [a, b, c] = three as [ComparedTrade, ComparedTrade, ComparedTrade]
    expect(compareTrades([a, b, c], [b, a, c]).first?.trade).toBe(1)
  })
})

it('counts exits by reason', () => {
  expect(countExits(three)).toEqual({ 'take-profit': 2, 'stop-loss': 1 })
})

it('finds the trade that was held longest', () => {
  expect(longestHold([trade(), trade({ closedAt: 1_398_970_000_000 })])?.trade).toBe(2)
  expect(longestHold([])).toBeUndefined()
})
