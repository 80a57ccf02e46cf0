import { describe, expect, it } from 'vitest'
import { MAX_SPAN_MS, MAX_TIMESTAMP, openRangeOf, weekOf } from './time-range.ts'

const REFUSED = { errorCode: 'INCORRECT_BOUNDARIES' }
const NOW = 1_736_146_800_000

describe('weekOf', () => {
  it('puts an end that is left out a week from the other', () => {
    expect(weekOf({ fromTimestamp: 5 }, NOW)).toEqual({ from: 5, to: 5 + MAX_SPAN_MS })
    expect(weekOf({ toTimestamp: NOW }, 0)).toEqual({ from: NOW - MAX_SPAN_MS, to: NOW })
    expect(weekOf({ toTimestamp: 7 }, 0)).toEqual({ from: 0, to: 7 })
    expect(weekOf({ fromTimestamp: MAX_TIMESTAMP - 1 }, NOW)).toEqual({
      from: MAX_TIMESTAMP - 1,
      to: MAX_TIMESTAMP,
    })
    expect(weekOf({}, NOW)).toEqual({ from: NOW - MAX_SPAN_MS, to: NOW })
  })

  it('takes a week to the millisecond, and ends in the future', () => {
    expect(weekOf({ fromTimestamp: NOW, toTimestamp: NOW + MAX_SPAN_MS }, 0)).toEqual({
      from: NOW,
      to: NOW + MAX_SPAN_MS,
    })
    expect(weekOf({ fromTimestamp: NOW, toTimestamp: NOW + MAX_SPAN_MS + 1 }, 0)).toMatchObject(REFUSED)
  })

  it.each([
    [-1, 5],
    [6, 5],
    [MAX_TIMESTAMP - 5, MAX_TIMESTAMP + 1],
  ])('refuses from %i to %i', (fromTimestamp, toTimestamp) => {
    expect(weekOf({ fromTimestamp, toTimestamp }, NOW)).toMatchObject(REFUSED)
  })
})

describe('openRangeOf', () => {
  it('takes any range with an open end, and a week between two', () => {
    expect(openRangeOf({})).toEqual({ from: 0, to: MAX_TIMESTAMP })
    expect(openRangeOf({ fromTimestamp: 0 })).toEqual({ from: 0, to: MAX_TIMESTAMP })
    expect(openRangeOf({ fromTimestamp: 0, toTimestamp: MAX_SPAN_MS })).toEqual({ from: 0, to: MAX_SPAN_MS })
    expect(openRangeOf({ fromTimestamp: 0, toTimestamp: NOW })).toMatchObject(REFUSED)
    expect(openRangeOf({ fromTimestamp: -1 })).toMatchObject(REFUSED)
    expect(openRangeOf({ fromTimestamp: NOW, toTimestamp: 5 })).toMatchObject(REFUSED)
  })
})
