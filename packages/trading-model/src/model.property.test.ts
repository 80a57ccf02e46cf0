import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addMoney, formatMoney, money, negateMoney, subtractMoney } from './money.ts'
import {
  offsetPrice,
  type Price,
  pipDistance,
  pips,
  pointsToPrice,
  priceToPoints,
  roundPrice,
} from './price.ts'
import { roundHalfAwayFromZero } from './rounding.ts'
import { barSpan, TIMEFRAMES, unixMs } from './time.ts'
import { centsToLots, lots, lotsToCents, roundVolume } from './volume.ts'

const instruments = fc.record({
  name: fc.constant('ANY'),
  digits: fc.integer({ min: 0, max: 5 }),
  pipPosition: fc.integer({ min: 0, max: 5 }),
})
const sizes = fc.constantFrom(1, 10, 100, 1000, 100_000)
// 2001 to 2099: the years in which New York keeps the rules that the platform knows.
const instants = fc.integer({ min: Date.parse('2001-01-01'), max: Date.parse('2099-12-31') }).map(unixMs)

describe('every price', () => {
  it('survives the way to points and back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2 ** 45 }), points => {
        expect(priceToPoints(pointsToPrice(points))).toBe(points)
      }),
    )
  })

  it('is left alone by a second rounding and moved by at most half a tick by the first', () => {
    fc.assert(
      fc.property(instruments, fc.double({ min: 1, max: 1e6, noNaN: true }), (instrument, value) => {
        const price = roundPrice(instrument, value)
        expect(roundPrice(instrument, price)).toBe(price)
        expect(Math.abs(price - value)).toBeLessThanOrEqual((10 ** -instrument.digits / 2) * (1 + 1e-6))
      }),
    )
  })

  it('lies a whole distance away from where that distance leads', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 100_000, max: 10 ** 9 }),
        fc.integer({ min: -9, max: 10_000 }),
        (points, distance) => {
          const instrument = { name: 'ANY', digits: 5, pipPosition: 4 }
          const from = pointsToPrice(points)
          expect(pipDistance(instrument, from, offsetPrice(instrument, from as Price, pips(distance)))).toBe(
            distance,
          )
        },
      ),
    )
  })
})

describe('every volume', () => {
  it('survives the way to hundredths of a unit and back', () => {
    fc.assert(
      fc.property(sizes, fc.integer({ min: 0, max: 10 ** 12 }), (lotSize, cents) => {
        expect(lotsToCents({ lotSize }, centsToLots({ lotSize }, cents))).toBe(cents)
      }),
    )
  })

  it('is a multiple of the step after rounding, never above the value, and stays so', () => {
    fc.assert(
      fc.property(
        sizes,
        fc.integer({ min: 1, max: 1000 }),
        fc.double({ min: 0, max: 1000, noNaN: true }),
        (lotSize, step, value) => {
          const instrument = { lotSize, volumeStep: lots(step / 100) }
          const rounded = roundVolume(instrument, value)
          expect(lotsToCents(instrument, rounded) % lotsToCents(instrument, instrument.volumeStep)).toBe(0)
          expect(rounded).toBeLessThanOrEqual(value + 1e-6)
          expect(roundVolume(instrument, rounded)).toBe(rounded)
        },
      ),
    )
  })
})

describe('every amount of money', () => {
  const amounts = fc.integer({ min: -(2 ** 50), max: 2 ** 50 })

  it('is what is left when another is added and taken away', () => {
    fc.assert(
      fc.property(amounts, amounts, (a, b) => {
        const [left, right] = [money(a, 2, 'USD'), money(b, 2, 'USD')]
        expect(subtractMoney(addMoney(left, right), right)).toEqual(left)
        expect(addMoney(left, negateMoney(left)).minor).toBe(0)
      }),
    )
  })

  it('can be read back from its text', () => {
    fc.assert(
      fc.property(amounts, fc.integer({ min: 0, max: 8 }), (minor, digits) => {
        const text = formatMoney(money(minor, digits, 'USD'))
          .replace('−', '-')
          .replace('.', '')
          .replace(' USD', '')
        expect(Number(text)).toBe(minor === 0 ? 0 : minor)
      }),
    )
  })

  it('is rounded alike on both sides of zero', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1e12, noNaN: true }), value => {
        expect(roundHalfAwayFromZero(-value) + roundHalfAwayFromZero(value)).toBe(0)
        expect(Math.abs(roundHalfAwayFromZero(value) - value)).toBeLessThanOrEqual(0.5 + 1e-3)
      }),
    )
  })
})

describe('every bar', () => {
  it('contains the instant it was asked for, and the next one begins where it ends', () => {
    fc.assert(
      fc.property(instants, fc.constantFrom(...TIMEFRAMES), (at, timeframe) => {
        const { openedAt, closesAt } = barSpan(at, timeframe)
        expect(openedAt).toBeLessThanOrEqual(at)
        expect(closesAt).toBeGreaterThan(at)
        expect(barSpan(openedAt, timeframe)).toEqual({ openedAt, closesAt })
        expect(barSpan(closesAt, timeframe).openedAt).toBe(closesAt)
        expect(barSpan(unixMs(closesAt - 1), timeframe).openedAt).toBe(openedAt)
      }),
      { numRuns: 500 },
    )
  })
})
