import { expect, it } from 'vitest'
import { resamplesFor } from './findings.ts'

it('intervals of many trades are made of fewer resamples, never of less than 500', () => {
  expect([10, 10_000, 20_000, 40_000, 1_000_000].map(resamplesFor)).toEqual([2000, 2000, 1000, 500, 500])
})
