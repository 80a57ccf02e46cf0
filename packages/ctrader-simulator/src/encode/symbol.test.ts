import { SYNTHETIC_XAUUSD } from '@openclaw-trading/bot-engine/data'
import type { Instrument } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { encodeAssets, encodeSymbol } from './symbol.ts'

const withCosts = (costs: Instrument['costs']) => encodeSymbol({ ...SYNTHETIC_XAUUSD, costs })

describe('encodeSymbol', () => {
  it.each([
    [{ type: 'none' } as const, 2, 0],
    [{ type: 'usd-per-million', rate: 30 } as const, 1, 3_000_000_000],
    [{ type: 'usd-per-lot', rate: 2.5 } as const, 2, 250_000_000],
    [{ type: 'percent-of-value', rate: 0.0325 } as const, 3, 3250],
    [{ type: 'quote-per-lot', rate: 1 } as const, 4, 100_000_000],
  ])(
    'scales the commission %j as the broker does',
    (commission, commissionType, preciseTradingCommissionRate) => {
      expect(withCosts({ commission })).toMatchObject({ commissionType, preciseTradingCommissionRate })
    },
  )

  it('counts the triple-swap day from Monday = 1 to Sunday = 7', () => {
    const swap = {
      unit: 'percent',
      long: -1.5,
      short: 0.5,
      tripleDay: 0,
      firstChargeMinute: 1320,
      periodHours: 8,
      skippedPeriods: 2,
      chargedAtWeekends: true,
    } as const
    expect(withCosts({ commission: { type: 'none' }, swap })).toMatchObject({
      swapLong: -1.5,
      swapShort: 0.5,
      swapRollover3Days: 7,
      swapCalculationType: 1,
      swapTime: 1320,
      swapPeriod: 8,
      skipSWAPPeriods: 2,
      chargeSwapAtWeekends: true,
    })
  })

  it('states the least commission in its currency and the charge of swap-free accounts', () => {
    const commission = { type: 'usd-per-lot', rate: 2.5 } as const
    const minCommission = { amount: 0.05, currency: 'EUR' }
    const rollover = { usdPerLot: 4, skippedDays: 3, tripleDay: 5 }
    expect(withCosts({ commission, minCommission, rollover })).toMatchObject({
      minCommissionType: 1,
      minCommissionAsset: 'EUR',
      preciseMinCommission: 5_000_000,
      rolloverCommission: 4,
      skipRolloverDays: 3,
      rolloverCommission3Days: 5,
    })
  })

  it('states distances in percent as hundredths of it', () => {
    const costs = { commission: { type: 'none' }, minStopDistancePercent: 0.5 } as const
    expect(withCosts(costs)).toMatchObject({ slDistance: 50, tpDistance: 0, distanceSetIn: 2 })
  })

  it('states mode, leverage tiers and short selling', () => {
    const closing = { tradingMode: 'close-only', leverageId: 7, shortSelling: false } as const
    expect(encodeSymbol({ ...SYNTHETIC_XAUUSD, ...closing })).toMatchObject({
      tradingMode: 3,
      leverageId: 7,
      enableShortSelling: false,
    })
    expect(encodeSymbol(SYNTHETIC_XAUUSD)).toMatchObject({ tradingMode: 0, enableShortSelling: true })
    expect(encodeSymbol(SYNTHETIC_XAUUSD).leverageId).toBeUndefined()
  })

  it('states a conversion fee in hundredths of a percent and distances in points', () => {
    const costs = { commission: { type: 'none' }, conversionFeePercent: 0.7, minStopDistance: 10 } as const
    expect(withCosts(costs)).toMatchObject({
      pnlConversionFeeRate: 70,
      slDistance: 10,
      tpDistance: 0,
      distanceSetIn: 1,
    })
  })

  it('sends no schedule for a market that is always open, and holidays with their part of the day', () => {
    const holidays = [{ day: 20_000, recurring: true, timeZone: 'UTC', startSecond: 0, endSecond: 3600 }]
    const symbol = encodeSymbol({ ...SYNTHETIC_XAUUSD, hours: { timeZone: 'UTC', sessions: [], holidays } })
    expect(symbol.schedule).toEqual([])
    expect(symbol.holiday).toEqual([
      expect.objectContaining({
        holidayDate: 20_000,
        isRecurring: true,
        scheduleTimeZone: 'UTC',
        startSecond: 0,
        endSecond: 3600,
      }),
    ])
  })
})

describe('encodeAssets', () => {
  it('lists every currency once, the deposit included', () => {
    expect(encodeAssets([SYNTHETIC_XAUUSD], 'CHF').map(({ assetId, name }) => [assetId, name])).toEqual([
      [1, 'CHF'],
      [2, 'USD'],
      [3, 'XAU'],
    ])
  })
})
