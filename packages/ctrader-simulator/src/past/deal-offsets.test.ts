import type { ExchangeDeal } from '@openclaw-trading/bot-engine/simulation'
import { describe, expect, it } from 'vitest'
import { dealOffsets, type DealOffset } from './deal-offsets.ts'

const opening = (id: number, volumeCents: number): ExchangeDeal =>
  ({ id, volumeCents }) as unknown as ExchangeDeal
const closing = (id: number, closedCents: number, volumeCents = closedCents): ExchangeDeal =>
  ({ id, volumeCents, closing: { closedCents } }) as unknown as ExchangeDeal
const short = (offsets: readonly DealOffset[]) =>
  offsets.map(({ deal, volumeCents }) => [deal.id, volumeCents])

describe('dealOffsets', () => {
  const DEALS = [opening(1, 300), opening(2, 200), closing(3, 100), closing(4, 350), closing(5, 50)]

  it('closes first what was opened first', () => {
    expect(short(dealOffsets(1, DEALS).offsetBy)).toEqual([
      [3, 100],
      [4, 200],
    ])
    expect(short(dealOffsets(2, DEALS).offsetBy)).toEqual([
      [4, 150],
      [5, 50],
    ])
    expect(short(dealOffsets(4, DEALS).offsetting)).toEqual([
      [1, 200],
      [2, 150],
    ])
    expect(dealOffsets(1, DEALS).offsetting).toEqual([])
  })

  it('knows nothing of a deal that nothing offsets yet', () => {
    expect(dealOffsets(1, [opening(1, 100)])).toEqual({ offsetBy: [], offsetting: [] })
  })

  it('takes a deal that closes and opens at once apart', () => {
    const deals = [opening(1, 100), closing(2, 100, 150), closing(3, 50)]
    expect(short(dealOffsets(2, deals).offsetting)).toEqual([[1, 100]])
    expect(short(dealOffsets(2, deals).offsetBy)).toEqual([[3, 50]])
  })

  it('leaves out what it has no opening for, because older deals are forgotten', () => {
    expect(dealOffsets(3, [closing(3, 100)])).toEqual({ offsetBy: [], offsetting: [] })
  })
})
