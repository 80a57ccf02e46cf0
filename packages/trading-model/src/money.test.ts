import { describe, expect, it } from 'vitest'
import {
  addMoney,
  compareMoney,
  formatMoney,
  money,
  moneyFromDecimal,
  moneyToDecimal,
  negateMoney,
  scaleMoney,
  subtractMoney,
} from './money.ts'

const usd = (minor: number) => money(minor, 2, 'USD')

describe('money', () => {
  it('is made of whole minor units and refuses a fraction or an unsafe integer', () => {
    expect(usd(1240)).toEqual({ minor: 1240, digits: 2, currency: 'USD' })
    expect(() => usd(0.5)).toThrowError('[money-overflow]')
    expect(() => usd(2 ** 53)).toThrowError('[money-overflow]')
  })

  it.each([-1, 9, 1.5])('refuses %d digits', digits => {
    expect(() => money(1, digits, 'USD')).toThrowError('[invalid-value]')
  })

  it('holds no minus zero, which would make equal amounts differ', () => {
    expect(Object.is(negateMoney(usd(0)).minor, 0)).toBe(true)
  })

  it('rounds a decimal amount half away from zero, as decimals and not as doubles', () => {
    expect(moneyFromDecimal(0.025, 2, 'USD').minor).toBe(3)
    expect(moneyFromDecimal(-0.025, 2, 'USD').minor).toBe(-3)
    expect(moneyFromDecimal(1.005, 2, 'USD').minor).toBe(101)
    expect(moneyFromDecimal(123.4, 8, 'BTC').minor).toBe(12_340_000_000)
  })
})

describe('sums', () => {
  it('add, subtract, negate and compare amounts of one account', () => {
    expect(addMoney(usd(10), usd(-25))).toEqual(usd(-15))
    expect(subtractMoney(usd(10), usd(-25))).toEqual(usd(35))
    expect(negateMoney(usd(10))).toEqual(usd(-10))
    expect(Math.sign(compareMoney(usd(10), usd(11)))).toBe(-1)
    expect(compareMoney(usd(10), usd(10))).toBe(0)
  })

  it('refuse amounts of two currencies or of two precisions', () => {
    expect(() => addMoney(usd(1), money(1, 2, 'EUR'))).toThrowError('[money-mismatch]')
    expect(() => compareMoney(usd(1), money(1, 3, 'USD'))).toThrowError('[money-mismatch]')
  })

  it('refuse a result that no safe integer holds', () => {
    expect(() => addMoney(usd(Number.MAX_SAFE_INTEGER), usd(1))).toThrowError('[money-overflow]')
  })

  it('scale once, half away from zero', () => {
    expect(scaleMoney(usd(5), 0.5)).toEqual(usd(3))
    expect(scaleMoney(usd(-5), 0.5)).toEqual(usd(-3))
  })
})

describe('formatMoney', () => {
  it.each([
    [-1240, 2, '−12.40 USD'],
    [5, 2, '0.05 USD'],
    [0, 2, '0.00 USD'],
    [1234, 0, '1234 USD'],
    [1, 8, '0.00000001 USD'],
  ])('writes %d with %d digits as %s', (minor, digits, text) => {
    expect(formatMoney(money(minor, digits, 'USD'))).toBe(text)
  })

  it('has a plain number beside it for display', () => {
    expect(moneyToDecimal(usd(-1240))).toBe(-12.4)
  })
})
