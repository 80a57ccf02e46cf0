import fc from 'fast-check'
import { expect, it } from 'vitest'
import { columnTimes, CurveTimes } from './sample-times.ts'

const MINUTE = 60_000
const START = Date.UTC(2025, 0, 6)

it('tells times as a column of them would, of closes of bars and of samples between them', () => {
  const bars = fc.array(fc.integer({ min: 1, max: 3000 }), { minLength: 1, maxLength: 60 })
  const others = fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 60, maxLength: 60 })
  fc.assert(
    fc.property(bars, others, fc.boolean(), (gaps, counts, follows) => {
      let at = START
      const openedAt = Float64Array.from(gaps, gap => (at += gap * MINUTE))
      const times = new CurveTimes()
      if (follows) times.follow({ openedAt, lengthMs: MINUTE })
      const plain: number[] = []
      let now = START
      openedAt.forEach((opened, bar) => {
        for (let i = 0; i < (counts[bar] as number); i++) {
          // At the close of the bar before, and later.
          times.push(now + i * 7)
          plain.push(now + i * 7)
        }
        now = opened + MINUTE
        if (follows) times.close(1)
        else times.push(now)
        plain.push(now)
      })
      times.push(now)
      plain.push(now)
      const column = Float64Array.from(plain)
      expect(times.column()).toEqual(column)
      const simple = columnTimes(column, column.length)
      for (let row = 0; row < column.length; row++) {
        expect(times.at(row)).toBe(column[row])
        for (const instant of [plain[row] as number, (plain[row] as number) - 1, now + 1]) {
          const after = plain.findIndex(one => one > instant)
          const expected = after < 0 ? plain.length : after
          expect(times.after(instant, row)).toBe(expected)
          expect(simple.after(instant, row)).toBe(expected)
        }
      }
      times.clear()
      times.push(START)
      expect(times.column()).toEqual(Float64Array.of(START))
    }),
    { numRuns: 200, seed: 3 },
  )
})
