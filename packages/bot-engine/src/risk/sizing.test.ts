import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import { riskVolume } from './sizing.ts'

const base = {
  instrument: REPLAY_XAUUSD,
  equityMinor: 1_000_000,
  digits: 2,
  riskPercent: 1,
  stopPoints: 300_000,
}

describe('riskVolume', () => {
  it('divides the risk by the loss per lot and floors to the step', () => {
    // 100 USD ÷ (3.00 USD × 100 oz) = 0.3333 lots.
    expect(riskVolume(base)).toEqual({ type: 'sized', volume: 0.33 })
  })

  it('keeps a volume that is exactly a step', () => {
    expect(riskVolume({ ...base, stopPoints: 250_000 })).toEqual({ type: 'sized', volume: 0.4 })
    expect(riskVolume({ ...base, riskPercent: 0.29, stopPoints: 100_000 })).toEqual({
      type: 'sized',
      volume: 0.29,
    })
  })

  it('gives no volume below the minimum and says what the minimum would risk', () => {
    const sized = riskVolume({ ...base, equityMinor: 20_000 })
    expect(sized).toEqual({ type: 'none', reason: expect.stringContaining('the minimum would risk 1.50 %') })
  })

  it('caps at the maximum', () => {
    expect(riskVolume({ ...base, equityMinor: 1e12 })).toEqual({ type: 'sized', volume: 100 })
  })

  it.each([0, -1, 101, Number.NaN])('gives no volume for a risk of %d percent', riskPercent => {
    expect(riskVolume({ ...base, riskPercent })).toMatchObject({ type: 'none' })
  })

  it('gives no volume without equity', () => {
    expect(riskVolume({ ...base, equityMinor: 0 })).toMatchObject({ type: 'none' })
  })

  it('never risks more than asked, and never a step less', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 10_000, max: 1e10 }),
        fc.integer({ min: 1, max: 100_000 }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        (equityMinor, stopTicks, riskPercent) => {
          const stopPoints = stopTicks * 100
          const sized = riskVolume({ ...base, equityMinor, stopPoints, riskPercent })
          if (sized.type === 'none' || sized.volume === REPLAY_XAUUSD.maxVolume) return
          const risk = (equityMinor * riskPercent) / 100
          const lossPerLot = stopPoints / 10
          expect(sized.volume * lossPerLot).toBeLessThanOrEqual(risk * (1 + 1e-9) + 1e-6)
          expect((sized.volume + 0.01) * lossPerLot).toBeGreaterThan(risk * (1 - 1e-9) - 1e-6)
        },
      ),
    )
  })
})
