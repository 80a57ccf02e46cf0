import fc from 'fast-check'
import { expect, it } from 'vitest'
import { returnsByDay } from './daily-returns.ts'
import type { EquityColumns } from './equity-curve.ts'
import { type DayEnd, tradingDays } from './trading-days.ts'

const HOUR_MS = 3_600_000
/** 2025-02-17 17:00 in New York. */
const DAY_END = Date.UTC(2025, 1, 17, 22)

function curve(steps: readonly number[], dayEnd: DayEnd): EquityColumns {
  let now = DAY_END
  const at = Float64Array.from(steps, step => (now += step * HOUR_MS))
  return { length: at.length, at, equityMinor: at.map((_, row) => 1000 + ((row * 37) % 50)), dayEnd }
}

it('the return of a day is that of its last sample, however many it has, one at its very end among them', () => {
  const steps = fc.array(fc.constantFrom(0, 1, 2, 6, 23, 24, 48, 96), { maxLength: 60 })
  fc.assert(
    fc.property(steps, fc.constantFrom<DayEnd>('new-york', 'utc'), (list, dayEnd) => {
      const equity = curve(list, dayEnd)
      const dayOf = tradingDays(dayEnd)
      const ends = new Map<number, number>()
      for (const [row, at] of equity.at.entries()) ends.set(dayOf(at).day, equity.equityMinor[row] as number)
      const expected = new Map<number, number>()
      let before = equity.equityMinor[0] as number
      for (const [day, equityMinor] of ends) {
        expected.set(day, equityMinor / before - 1)
        before = equityMinor
      }
      expect([...returnsByDay(equity)]).toEqual([...expected])
    }),
    { numRuns: 500 },
  )
})
