import type { ExchangeDeal } from '@openclaw-trading/bot-engine/simulation'
import { dealId, orderId, positionId, symbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { DealHistory, MAX_DEALS } from './deals.ts'

const CLOSING = {
  entryPoints: 1,
  grossMinor: 0,
  commissionMinor: 0,
  swapMinor: 0,
  conversionFeeMinor: 0,
  balanceMinor: 5,
  closedCents: 1,
}

function deal(id: number, isClosing = false): ExchangeDeal {
  return {
    id: dealId(id),
    orderId: orderId(id),
    positionId: positionId(1),
    symbolId: symbolId(41),
    side: 'buy',
    volumeCents: 100,
    pricePoints: 100,
    createdAt: id,
    executedAt: id,
    commissionMinor: -1,
    ...(isClosing ? { closing: CLOSING } : {}),
  }
}

describe('DealHistory', () => {
  it('raises the version of the balance with closing deals only', () => {
    const deals = new DealHistory()
    expect(
      [deal(1), deal(2, true), deal(3), deal(4, true)].map(each => deals.record(each).balanceVersion),
    ).toEqual([0, 1, 1, 2])
  })

  it('lists newest first with inclusive ends, and tells when rows are left', () => {
    const deals = new DealHistory()
    for (let id = 1; id <= 5; id++) deals.record(deal(id))
    const page = deals.between(2, 4, 2)
    expect(page.deals.map(each => each.deal.id)).toEqual([4, 3])
    expect(page.hasMore).toBe(true)
    expect(deals.between(2, 4, 3).hasMore).toBe(false)
  })

  it('forgets the oldest at its limit and keeps counting', () => {
    const deals = new DealHistory()
    for (let id = 1; id <= MAX_DEALS + 1; id++) deals.record(deal(id, true))
    expect(deals.all.length).toBeLessThanOrEqual(MAX_DEALS)
    expect(deals.balanceVersion).toBe(MAX_DEALS + 1)
    const restored = new DealHistory()
    restored.restore(deals.all)
    expect(restored.balanceVersion).toBe(MAX_DEALS + 1)
  })
})
