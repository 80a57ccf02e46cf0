import fc from 'fast-check'
import { expect, it } from 'vitest'
import { regimeRisk } from './regime-risk.ts'

const shares = { trending: 1, ranging: 0.6, volatile: 0.3, 'risk-off': 0 } as const
const REGIMES = ['trending', 'ranging', 'volatile', 'risk-off'] as const

it('lowers the risk at once and raises it by approval alone', () => {
  const risk = regimeRisk(shares, 1)
  expect([risk.see('ranging'), risk.awaiting]).toEqual([0.6, undefined])
  expect([risk.see('trending'), risk.awaiting]).toEqual([0.6, 1])
  expect([risk.approve(1), risk.share, risk.awaiting]).toEqual([true, 1, undefined])
  expect(regimeRisk(shares).share).toBe(0)
})

it('raises nothing by an approval that comes too late, or of a share that nobody offered', () => {
  const risk = regimeRisk(shares, 0.3)
  risk.see('trending')
  const seen = risk.awaiting as number
  risk.see('ranging')
  expect([risk.approve(seen), risk.share, risk.awaiting]).toEqual([false, 0.3, 0.6])
  expect([risk.approve(0.9), risk.approve(0.3), risk.share]).toEqual([false, false, 0.3])
})

it('no sequence of regimes raises the risk without an approval', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.constantFrom(...REGIMES), fc.constant('approve' as const)), { maxLength: 60 }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      (steps, start) => {
        const risk = regimeRisk(shares, start)
        for (const step of steps) {
          const before = risk.share
          if (step === 'approve') risk.approve(risk.awaiting ?? before)
          else {
            risk.see(step)
            expect(risk.share).toBeLessThanOrEqual(before)
            expect(risk.share).toBeLessThanOrEqual(shares[step])
          }
        }
      },
    ),
  )
})

it('refuses shares that are none', () => {
  for (const wrong of [-0.1, 1.1, Number.NaN])
    expect(() => regimeRisk({ ...shares, ranging: wrong })).toThrow('[invalid-options] The share of ranging')
  expect(() => regimeRisk(shares, 2)).toThrow('The share of start')
})
