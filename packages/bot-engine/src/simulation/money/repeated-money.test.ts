import { money } from '@openclaw-trading/trading-model'
import { expect, it } from 'vitest'
import { RepeatedMoney } from './repeated-money.ts'

it('gives equal amounts as one object, and never another amount', () => {
  const amounts = new RepeatedMoney({ digits: 2, currency: 'USD' })
  expect(amounts.of(-35)).toBe(amounts.of(-35))
  // They share a slot: 256 apart.
  for (const minor of [0, 256, -256, 512, 0, -0, 256, Number.MAX_SAFE_INTEGER])
    expect(amounts.of(minor)).toEqual(money(minor, 2, 'USD'))
})
