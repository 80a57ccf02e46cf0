import { describe, expect, it } from 'vitest'
import {
  differenceToPips,
  offsetPrice,
  type Price,
  pipDistance,
  pips,
  pipsToPoints,
  pointsPerTick,
  pointsToPips,
  pointsToPrice,
  priceToPoints,
  roundPoints,
  roundPrice,
} from './price.ts'

const gold = { name: 'XAUUSD', digits: 3, pipPosition: 2 }
const euro = { name: 'EURUSD', digits: 5, pipPosition: 4 }

describe('roundPrice', () => {
  it('rounds to the digits of the instrument', () => {
    expect(roundPrice(gold, 1291.67749)).toBe(1291.677)
    expect(roundPrice(euro, 1.123456)).toBe(1.12346)
  })

  it('rounds a tie away from zero, also one that doubles hold slightly too low', () => {
    expect(roundPrice(gold, 1291.6775)).toBe(1291.678)
    expect(roundPrice(gold, 1.0005)).toBe(1.001)
  })

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])('refuses %d, which is no price', value => {
    expect(() => roundPrice(gold, value)).toThrowError(/^\[invalid-value\] .*XAUUSD.*above 0/)
  })
})

describe('points', () => {
  it('are steps of 1/100000, whatever the digits', () => {
    expect(priceToPoints(1291.677)).toBe(129_167_700)
    expect(pointsToPrice(129_167_700)).toBe(1291.677)
    expect(pointsPerTick(gold)).toBe(100)
    expect(pointsPerTick(euro)).toBe(1)
  })

  it('round to whole ticks', () => {
    expect(roundPoints(gold, 129_167_749)).toBe(129_167_700)
    expect(roundPoints(gold, 129_167_750)).toBe(129_167_800)
    expect(roundPoints(gold, -150)).toBe(-200)
  })
})

describe('pips', () => {
  it('move a price by 10^−pipPosition each', () => {
    expect(offsetPrice(gold, 1291.677 as Price, pips(150))).toBe(1293.177)
    expect(offsetPrice(euro, 1.1 as Price, pips(-0.5))).toBe(1.09995)
  })

  it('are the signed distance between two prices, without float dust', () => {
    expect(pipDistance(gold, 1291.677 as Price, 1293.177 as Price)).toBe(150)
    expect(pipDistance(euro, 1.10005 as Price, 1.1 as Price)).toBe(-0.5)
  })

  it('become points rounded to the digits of the instrument, and points become pips', () => {
    expect(pipsToPoints(gold, pips(1.55))).toBe(1600)
    expect(pointsToPips(gold, 1500)).toBe(1.5)
  })

  it('refuse to take a price below zero', () => {
    expect(() => offsetPrice(gold, 1 as Price, pips(-200))).toThrowError('[invalid-value]')
  })

  it.each([Number.NaN, Number.NEGATIVE_INFINITY])('refuse %d as a distance', value => {
    expect(() => pips(value)).toThrowError('[invalid-value]')
  })
})

describe('differenceToPips', () => {
  it('rounds a price difference to the digits of the instrument and keeps its sign', () => {
    expect(differenceToPips(gold, 1.2345)).toBe(123.5)
    expect(differenceToPips(gold, -1.2344)).toBe(-123.4)
    expect(differenceToPips(euro, 0.00123)).toBeCloseTo(12.3, 12)
  })
})
