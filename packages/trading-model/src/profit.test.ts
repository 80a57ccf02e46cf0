import { describe, expect, it } from 'vitest'
import { money } from './money.ts'
import { unrealisedProfit } from './profit.ts'
import { roundPrice } from './price.ts'
import { lots } from './volume.ts'

const gold = { name: 'XAUUSD', digits: 2, lotSize: 100 }
const price = (value: number) => roundPrice(gold, value)
const usd = (minor: number) => money(minor, 2, 'USD')
const long = {
  side: 'buy' as const,
  volume: lots(0.05),
  entryPrice: price(2000),
  swap: usd(-7),
  commission: usd(-18),
}

describe('unrealisedProfit', () => {
  it('closes a long at the bid and a short at the ask', () => {
    const quote = { bid: price(2010), ask: price(2011) }
    expect(unrealisedProfit(gold, long, quote).gross).toEqual(usd(5000))
    expect(unrealisedProfit(gold, { ...long, side: 'sell' }, quote).gross).toEqual(usd(-5500))
  })

  it('adds swap and the commission of the opening side to the net', () => {
    const quote = { bid: price(2010), ask: price(2011) }
    expect(unrealisedProfit(gold, long, quote).net).toEqual(usd(5000 - 7 - 18))
  })

  it('converts and rounds once, half away from zero', () => {
    const position = { ...long, volume: lots(0.01), swap: money(0, 0, 'JPY'), commission: money(0, 0, 'JPY') }
    const quote = { bid: price(2000.01), ask: price(2001) }
    // 0.01 USD × 150 = 1.5 yen
    const yen = { numerator: 150n, denominator: 1n }
    expect(unrealisedProfit(gold, position, quote, yen).gross).toEqual(money(2, 0, 'JPY'))
    const lower = { bid: price(1999.99), ask: price(2001) }
    expect(unrealisedProfit(gold, position, lower, yen).gross).toEqual(money(-2, 0, 'JPY'))
  })

  it('refuses a result that its digits cannot hold', () => {
    const coin = {
      ...long,
      volume: lots(1_000_000),
      swap: money(0, 8, 'USD'),
      commission: money(0, 8, 'USD'),
    }
    expect(() => unrealisedProfit(gold, coin, { bid: price(3000), ask: price(3001) })).toThrow(
      '[money-overflow]',
    )
  })
})
