import {
  type Commission,
  type Instrument,
  type InstrumentCosts,
  symbolId,
} from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../../data/instruments.ts'
import { Converter } from './conversion.ts'
import { checkCurrency, commissionMinor, conversionFeeMinor } from './costs.ts'

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

const EURUSD = { ...REPLAY_XAUUSD, id: symbolId(1), name: 'EURUSD', base: 'EUR', quote: 'USD' }
const EURJPY = { ...EURUSD, id: symbolId(2), name: 'EURJPY', quote: 'JPY' }
const USDJPY = { ...EURUSD, id: symbolId(3), name: 'USDJPY', base: 'USD', quote: 'JPY' }
const bids = new Map([
  [EURUSD.id, 125_000],
  [USDJPY.id, 15_000_000],
])
const converter = new Converter([EURUSD, USDJPY], id => bids.get(id) ?? 0)

describe('commissionMinor without big integers', () => {
  it('is what they give, for every way to charge', () => {
    const type = fc.constantFrom<Exclude<Commission['type'], 'none'>>(
      'usd-per-lot',
      'quote-per-lot',
      'usd-per-million',
      'percent-of-value',
    )
    // A least commission that rounds to nothing takes the other way.
    const minCommission = { amount: 0.000_000_01, currency: 'USD' }
    const rates = fc.integer({ min: 1, max: 100_000_000 })
    const cents = fc.integer({ min: 1, max: 100_000_000 })
    const prices = fc.integer({ min: 1, max: 1_000_000_000 })
    fc.assert(
      fc.property(
        type,
        rates,
        cents,
        prices,
        fc.integer({ min: 0, max: 5 }),
        (name, rate, volume, price, digits) => {
          const commission: Commission = { type: name, rate: rate / 1_000_000 }
          const charge = (costs: InstrumentCosts) =>
            commissionMinor({ ...REPLAY_XAUUSD, costs }, volume, price, digits)
          expect(charge({ commission })).toBe(charge({ commission, minCommission }))
        },
      ),
    )
  })
})

describe('commissionMinor in another currency', () => {
  const converted = (instrument: Instrument, currency: string, digits = 2) =>
    commissionMinor(instrument, 10_000, 129_000_000, digits, { converter, currency })

  it('converts dollars to the deposit currency and rounds once', () => {
    // 3.50 USD ÷ 1.25
    expect(converted(priced({ type: 'usd-per-lot', rate: 3.5 }), 'EUR')).toBe(-280)
    expect(converted(priced({ type: 'usd-per-lot', rate: 3.5 }), 'JPY', 0)).toBe(-525)
  })

  it('converts quote currency over two symbols', () => {
    // 150 JPY ÷ 150 ÷ 1.25
    const yen = priced({ type: 'quote-per-lot', rate: 150 }, { quote: 'JPY' })
    expect(converted(yen, 'EUR')).toBe(-80)
    const share = priced({ type: 'percent-of-value', rate: 0.1 }, { quote: 'JPY' })
    // 100 × 1290 JPY × 0.1 % = 129 JPY
    expect(converted(share, 'EUR')).toBe(-69)
  })

  it('measures dollars of value by the base where that is the dollar, and through the quote else', () => {
    // 100 USD × 30 ÷ 10^6, in yen
    const dollars = priced({ type: 'usd-per-million', rate: 3000 }, { base: 'USD', quote: 'JPY' })
    expect(converted(dollars, 'USD')).toBe(-30)
    // 100 units at 1290 JPY are 860 USD; × 3000 ÷ 10^6 = 2.58 USD
    const other = priced({ type: 'usd-per-million', rate: 3000 }, { quote: 'JPY' })
    expect(converted(other, 'USD')).toBe(-258)
  })

  it('charges the least commission in its own currency', () => {
    const least = (amount: number, currency: string): Instrument => {
      const instrument = priced({ type: 'usd-per-lot', rate: 3.5 })
      return { ...instrument, costs: { ...instrument.costs, minCommission: { amount, currency } } }
    }
    expect(converted(least(4, 'EUR'), 'USD')).toBe(-500)
    expect(converted(least(3.4, 'USD'), 'USD')).toBe(-350)
    expect(converted(least(450, 'JPY'), 'EUR')).toBe(-280)
    const only = {
      ...REPLAY_XAUUSD,
      costs: { commission: { type: 'none' }, minCommission: { amount: 1, currency: 'USD' } },
    } as const
    expect(converted(only, 'USD')).toBe(-100)
  })

  it('refuses to guess a rate before there is a quote', () => {
    const early = new Converter([EURUSD], () => 0)
    expect(() =>
      commissionMinor(priced({ type: 'usd-per-lot', rate: 1 }), 100, 1, 2, {
        converter: early,
        currency: 'EUR',
      }),
    ).toThrow('There is no price yet')
  })
})

describe('conversionFeeMinor', () => {
  it('is a share of profit and of loss alike', () => {
    const costs = { commission: { type: 'none' }, conversionFeePercent: 0.7 } as const
    const instrument = { ...REPLAY_XAUUSD, costs }
    expect(conversionFeeMinor(instrument, 10_000)).toBe(-70)
    expect(conversionFeeMinor(instrument, -10_000)).toBe(-70)
    // 0.497 and 0.504
    expect(conversionFeeMinor(instrument, 71)).toBe(0)
    expect(conversionFeeMinor(instrument, 72)).toBe(-1)
    expect(conversionFeeMinor(REPLAY_XAUUSD, 10_000)).toBe(0)
  })
})

describe('checkCurrency', () => {
  const check = (instrument: Instrument, currency: string, symbols: readonly Instrument[] = []) =>
    checkCurrency(instrument, { currency }, new Converter(symbols, () => 0))

  it('refuses an account to which no two symbols lead, and names the way that is missing', () => {
    expect(() => check(REPLAY_XAUUSD, 'EUR')).toThrow(/XAUUSD needs a conversion from USD to EUR/)
    const inEuro = priced({ type: 'usd-per-lot', rate: 1 }, { quote: 'EUR' })
    expect(() => check(inEuro, 'EUR')).toThrow(/from USD to EUR/)
    expect(() => check(EURJPY, 'CHF', [EURUSD, USDJPY])).toThrow(/from JPY to CHF/)
  })

  it('accepts the quote currency, and any that one or two symbols lead to', () => {
    expect(() => check(REPLAY_XAUUSD, 'USD')).not.toThrow()
    expect(() => check(priced({ type: 'none' }, { quote: 'EUR' }), 'EUR')).not.toThrow()
    expect(() => check(REPLAY_XAUUSD, 'EUR', [EURUSD])).not.toThrow()
    expect(() => check(EURJPY, 'EUR', [EURUSD, USDJPY])).not.toThrow()
  })
})
