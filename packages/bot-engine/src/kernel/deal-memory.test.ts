import type { DealId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { DealMemory } from './deal-memory.ts'

const id = (value: number): DealId => value as DealId

describe('the memory of deals', () => {
  it('knows a deal again, also one that came late and below others', () => {
    const deals = new DealMemory()
    expect([5, 7, 5, 6, 6, 7, 8].map(deal => deals.isNew(id(deal)))).toEqual([
      true,
      true,
      false,
      true,
      false,
      false,
      true,
    ])
  })

  it('knows the last 10,000 and forgets the one before', () => {
    const deals = new DealMemory()
    for (let deal = 1; deal <= 10_001; deal++) expect(deals.isNew(id(deal))).toBe(true)
    expect(deals.isNew(id(2))).toBe(false)
    expect(deals.isNew(id(1))).toBe(true)
  })
})
