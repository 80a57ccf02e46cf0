import { expect, it } from 'vitest'
import { freshness } from './heartbeat.ts'

it.each([
  [null, 'never'],
  [-40, 'fresh'],
  [0, 'fresh'],
  [2_000, 'fresh'],
  [2_001, 'late'],
  [5_000, 'late'],
  [5_001, 'stale'],
] as const)('calls a heartbeat of age %s ms %s', (ageMs, expected) => {
  expect(freshness(ageMs)).toBe(expected)
})

it('scales with the interval', () => {
  expect([10_000, 10_001, 25_001].map(ageMs => freshness(ageMs, 5_000))).toEqual(['fresh', 'late', 'stale'])
})
