import type { Commission, Instrument } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import { checkCurrency, commissionMinor } from './costs.ts'

function priced(commission: Commission, changes: Partial<Instrument> = {}): Instrument {
  return { ...REPLAY_XAUUSD, ...changes, costs: { commission } }
}

describe('commissionMinor', () => {
  it('charges dollars per lot and side', () => {
    expect(commissionMinor(priced({ type: 'usd-per-lot', rate: 3.5 }), 10_000, 129_000_000, 2)).toBe(-350)
    expect(commissionMinor(priced({ type: 'usd-per-lot', rate: 3.5 }), 100, 129_000_000, 2)).toBe(-4)
  })

  it('rounds 2.5 cents up to 3, as recorded', () => {
    // 2.5 USD per lot of 100,000 EUR on 1,000 EUR.
    const euro = priced({ type: 'usd-per-lot', rate: 2.5 }, { lotSize: 100_000 })
    expect(commissionMinor(euro, 100_000, 108_000, 2)).toBe(-3)
  })

  it('reproduces the recorded 27.72 of 0.0325 % on 85287.21', () => {
    const coin = priced({ type: 'percent-of-value', rate: 0.0325 }, { lotSize: 1 })
    expect(commissionMinor(coin, 100, 8_528_721_000, 2)).toBe(-2772)
  })

  it('charges dollars per million dollars of value', () => {
    // 100 oz at 1290.00 are 129,000 USD; 30 USD per million.
    expect(commissionMinor(priced({ type: 'usd-per-million', rate: 30 }), 10_000, 129_000_000, 2)).toBe(-387)
  })

  it('charges quote currency per lot', () => {
    expect(commissionMinor(priced({ type: 'quote-per-lot', rate: 1.25 }), 20_000, 129_000_000, 2)).toBe(-250)
  })

  it('is 0 without a commission, never −0', () => {
    expect(Object.is(commissionMinor(priced({ type: 'none' }), 10_000, 129_000_000, 2), 0)).toBe(true)
    expect(Object.is(commissionMinor(priced({ type: 'usd-per-lot', rate: 0 }), 10_000, 1, 2), 0)).toBe(true)
  })
})

describe('checkCurrency', () => {
  it('refuses an account that would need conversion, and says so', () => {
    expect(() => checkCurrency(REPLAY_XAUUSD, { currency: 'EUR' })).toThrow(/Conversion .* not built yet/)
    const inEuro = priced({ type: 'usd-per-lot', rate: 1 }, { quote: 'EUR' })
    expect(() => checkCurrency(inEuro, { currency: 'EUR' })).toThrow(/must be USD/)
  })

  it('accepts the quote currency', () => {
    expect(() => checkCurrency(REPLAY_XAUUSD, { currency: 'USD' })).not.toThrow()
    expect(() => checkCurrency(priced({ type: 'none' }, { quote: 'EUR' }), { currency: 'EUR' })).not.toThrow()
  })
})
