import { expect, it } from 'vitest'
import { absoluteText, durationText, relativeText } from './time-text.ts'

it.each([
  [0, '0.0 s'],
  [440, '0.4 s'],
  [24_900, '24 s'],
  [130_000, '2 m 10 s'],
  [3 * 3_600_000 + 4 * 60_000, '3 h 04 m'],
  [3 * 86_400_000 + 4 * 3_600_000, '3 d 04 h'],
  [-5, '0.0 s'],
])('writes %d ms as %s', (ms, text) => {
  expect(durationText(ms)).toBe(text)
})

it.each([
  [999, 'now'],
  [-3000, 'now'],
  [24_000, '24 s ago'],
  [130_000, '2 min ago'],
  [30 * 3_600_000, '30 h ago'],
  [49 * 3_600_000, '2 d ago'],
])('calls an age of %d ms "%s"', (age, text) => {
  expect(relativeText(1_000_000_000 - age, 1_000_000_000)).toBe(text)
})

it('writes the full time in UTC whatever the zone of the machine', () => {
  expect(absoluteText(Date.UTC(2026, 0, 5, 7, 3, 9))).toBe('2026-01-05 07:03:09 UTC')
})
