import { lots, type Price } from '@openclaw-trading/trading-model'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeMoney } from './units/money-digits.ts'
import { decodePriceDouble, decodePriceE5, encodePriceE5 } from './units/price-e5.ts'
import { decodeMinutes, decodeSeconds, encodeMinutes, secondsToMs } from './units/time.ts'
import { decodeVolume, encodeVolume } from './units/volume-cents.ts'

describe('units of the wire', () => {
  it('[row 16] keeps every price of 1/100000 through both forms', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 40 }), points => {
        const price = decodePriceE5(points)
        expect(encodePriceE5(price)).toBe(points)
        expect(decodePriceDouble(price)).toBe(price)
      }),
    )
  })

  it('cleans a double of its dust', () => {
    expect(decodePriceDouble(1.1 + 0.2)).toBe(1.3)
    expect(decodePriceDouble(2635.7700000000004)).toBe(2635.77 as Price)
  })

  it('keeps every volume in cents', () => {
    fc.assert(
      fc.property(fc.nat({ max: 10 ** 12 }), fc.constantFrom(1, 100, 100_000), (cents, lotSize) => {
        expect(encodeVolume({ lotSize }, decodeVolume({ lotSize }, cents))).toBe(cents)
      }),
    )
    expect(encodeVolume({ lotSize: 100 }, lots(0.29))).toBe(2900)
  })

  it('takes two digits when a message does not state them, and 0 for an amount that was not sent', () => {
    expect(decodeMoney(-2772, undefined, 'USD')).toEqual({ minor: -2772, digits: 2, currency: 'USD' })
    expect(decodeMoney(undefined, 8, 'BTC')).toEqual({ minor: 0, digits: 8, currency: 'BTC' })
  })

  it('reads minutes, seconds and durations as milliseconds', () => {
    expect(decodeMinutes(23_316_000)).toBe(1_398_960_000_000)
    expect(encodeMinutes(decodeMinutes(23_316_000))).toBe(23_316_000)
    expect(decodeSeconds(1_398_960_000)).toBe(1_398_960_000_000)
    expect(secondsToMs(300)).toBe(300_000)
  })
})
