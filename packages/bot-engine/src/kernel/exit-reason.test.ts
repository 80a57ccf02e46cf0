import type { Price } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { filledLevel, reachedLevel } from './exit-reason.ts'

const price = (value: number) => value as Price

describe('filledLevel', () => {
  it.each([
    ['buy', 1287.5, 1288, 1293, 'stop-loss'],
    ['buy', 1293, 1288, 1293, 'take-profit'],
    // It slipped in favour: a target would not have filled there.
    ['buy', 1288.1, 1288, 1293, 'stop-loss'],
    ['sell', 1292.9, 1293, 1288, 'stop-loss'],
    ['sell', 1287.9, 1293, 1288, 'take-profit'],
    // The stop has passed the target: the nearer one.
    ['buy', 1293, 1294, 1293, 'take-profit'],
    ['buy', 1293.9, 1294, 1293, 'stop-loss'],
    ['buy', 1294.5, 1294, 1293, 'take-profit'],
    ['buy', 1293.5, 1294, 1293, 'stop-loss'],
    ['sell', 1288, 1287, 1288, 'take-profit'],
  ] as const)('of a %s filled at %d with stop %d and target %d is %s', (side, at, stop, target, level) => {
    expect(filledLevel(side, price(at), { stopLoss: price(stop), takeProfit: price(target) })).toBe(level)
  })

  it('is the only level that there is, wherever the fill was', () => {
    expect(filledLevel('buy', price(1290), { stopLoss: price(1288) })).toBe('stop-loss')
    expect(filledLevel('buy', price(1290), { takeProfit: price(1293) })).toBe('take-profit')
    expect(filledLevel('buy', price(1290), {})).toBe('stop-loss')
  })

  it('is what the venue says', () => {
    const levels = { stopLoss: price(1288), takeProfit: price(1293), filledBy: 'take-profit' } as const
    expect(filledLevel('buy', price(1287), levels)).toBe('take-profit')
  })
})

describe('reachedLevel', () => {
  it.each([
    ['buy', 1288, 'stop-loss'],
    ['buy', 1287.5, 'stop-loss'],
    ['buy', 1293, 'take-profit'],
    ['buy', 1290, 'external'],
    ['sell', 1293.2, 'stop-loss'],
    ['sell', 1288, 'take-profit'],
  ] as const)('of a %s closed at %d is %s', (side, at, reason) => {
    const [stop, target] = side === 'buy' ? [1288, 1293] : [1293, 1288]
    expect(reachedLevel(side, price(at), price(stop), price(target))).toBe(reason)
  })

  it('compares at full precision', () => {
    expect(reachedLevel('buy', price(1288.001), price(1288), undefined)).toBe('external')
    expect(reachedLevel('buy', price(1288), undefined, undefined)).toBe('external')
  })

  it('is the nearer one where a trailing stop has passed the target', () => {
    expect(reachedLevel('buy', price(1293), price(1294), price(1293))).toBe('take-profit')
  })
})
