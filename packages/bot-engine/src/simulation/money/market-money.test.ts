import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../../data/instruments.ts'
import { marginMinor } from '../../profit.ts'
import { MarketMoney } from './market-money.ts'

const account = { currency: 'USD', digits: 2, balanceMinor: 100_000, leverage: 100 }

describe('marginMinor', () => {
  it('is the margin by the leverage of the account, whatever the size, digits and leverage', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20_000_000_000 }),
        fc.integer({ min: 1, max: 1_000_000_000 }),
        fc.integer({ min: 0, max: 8 }),
        fc.constantFrom(0.3, 1, 2.5, 30, 33.33, 100, 500, 1000, 1e300),
        (points, cents, digits, leverage) => {
          const outcome = (calculate: () => number) => {
            try {
              return calculate()
            } catch (error) {
              return String(error)
            }
          }
          const money = new MarketMoney(REPLAY_XAUUSD, { ...account, digits, leverage })
          expect(outcome(() => money.marginMinor(points, cents))).toBe(
            outcome(() => marginMinor(points, cents, leverage, digits)),
          )
        },
      ),
    )
  })
})

describe('what is decided once', () => {
  it('knows a market in the currency of the account, and one whose deals need no rate at all', () => {
    const least = { ...REPLAY_XAUUSD.costs, minCommission: { amount: 1, currency: 'EUR' } }
    const inEuros = new MarketMoney(REPLAY_XAUUSD, { ...account, currency: 'EUR' })
    const withMinimum = new MarketMoney({ ...REPLAY_XAUUSD, costs: least }, account)
    const plain = new MarketMoney(REPLAY_XAUUSD, account)
    const facts = [inEuros, withMinimum, plain].map(({ isHome, needsNoRate }) => [isHome, needsNoRate])
    expect(facts).toEqual([
      [false, false],
      [true, false],
      [true, true],
    ])
  })

  it('has the tiers of a symbol that names them, and swap where the account pays it', () => {
    const tiers = [{ leverage: 20 }]
    const swap = {
      unit: 'points',
      long: -1,
      short: 0,
      firstChargeMinute: 0,
      periodHours: 24,
      skippedPeriods: 0,
      chargedAtWeekends: false,
    } as const
    const instrument = { ...REPLAY_XAUUSD, leverageId: 7, costs: { ...REPLAY_XAUUSD.costs, swap } }
    const own = { ...account, leverageTiers: [{ id: 7, tiers }] }
    expect(new MarketMoney(instrument, own)).toMatchObject({ tiers, isCharged: true })
    expect(new MarketMoney(instrument, { ...account, swapFree: true })).toMatchObject({
      tiers: undefined,
      isCharged: false,
    })
  })
})
