import { expect, it } from 'vitest'
import { seededUniform } from './seeded.ts'

// Intervals of reports and orders of drawn trades come from these numbers: other ones would change results of old.
it.each([
  [0, [3_300_212_312, 1_743_954_244, 207_519_241, 2_930_290_589]],
  [1, [2_308_299_391, 1_950_625_580, 354_034_397, 825_314_213]],
  [2 ** 32 + 7, [552_079_981, 3_282_861_692, 843_326_491, 3_631_825_972]],
  [2 ** 53 - 1, [4_087_913_446, 125_566_104, 1_993_914_836, 2_944_076_870]],
])(
  'seed %d gives the same numbers as ever, the first three and the one after 100,000 more',
  (seed, words) => {
    const uniform = seededUniform(seed)
    const first = [uniform(), uniform(), uniform()]
    for (let i = 0; i < 100_000; i++) uniform()
    expect([...first, uniform()].map(value => value * 2 ** 32)).toEqual(words)
  },
)
