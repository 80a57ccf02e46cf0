import { expect, it } from 'vitest'
import { nearestWord } from './nearest.ts'

it.each([
  ['backtset', 'backtest'],
  ['repaly', 'replay'],
  ['UP', 'up'],
])('takes %s for %s', (word, meant) => {
  expect(nearestWord(word, ['backtest', 'replay', 'up', 'status'])).toBe(meant)
})

it('gives nothing when no known word is near', () => {
  expect(nearestWord('flatten', ['up', 'replay'])).toBeUndefined()
})
