import type { ExchangeOrder } from '@openclaw-trading/bot-engine/simulation'
import { describe, expect, it } from 'vitest'
import { MAX_ORDERS, OrderHistory } from './orders.ts'
import type { VenueEvent } from '../venue-events.ts'

function order(id: number, status: ExchangeOrder['status'] = 'filled', updatedAt = id): ExchangeOrder {
  return {
    id: id as ExchangeOrder['id'],
    positionId: (id % 2) as ExchangeOrder['positionId'],
    symbolId: 41 as ExchangeOrder['symbolId'],
    type: 'market',
    side: 'buy',
    volumeCents: 100,
    closing: false,
    status,
    filledCents: 0,
    createdAt: 0,
    updatedAt,
  }
}

function tell(history: OrderHistory, ...orders: readonly ExchangeOrder[]): void {
  for (const each of orders)
    history.record({ type: 'order-accepted', at: each.updatedAt, server: false, order: each } as VenueEvent)
}

const idsOf = (orders: readonly ExchangeOrder[]) => orders.map(({ id }) => id)

describe('OrderHistory', () => {
  it('has each order once, as it was last told, at its last change', () => {
    const history = new OrderHistory()
    tell(history, order(1, 'accepted', 10), order(2, 'accepted', 20), order(1, 'filled', 30))
    expect(history.all).toEqual([order(2, 'accepted', 20), order(1, 'filled', 30)])
    expect(history.find(1)?.status).toBe('filled')
    expect(history.find(3)).toBeUndefined()
  })

  it('pages newest first, with both boundaries in, of one position or of all', () => {
    const history = new OrderHistory()
    tell(history, order(1), order(2), order(3), order(4))
    expect(idsOf(history.between(2, 4, 10).orders)).toEqual([4, 3, 2])
    expect(history.between(1, 4, 3)).toMatchObject({ hasMore: true })
    expect(idsOf(history.between(1, 4, 3).orders)).toEqual([4, 3, 2])
    expect(history.between(1, 4, 4).hasMore).toBe(false)
    expect(idsOf(history.between(0, 9, 10, 1).orders)).toEqual([3, 1])
  })

  it('gives what changed once, and goes on from it as if nothing had been interrupted', () => {
    const history = new OrderHistory()
    tell(history, order(1, 'accepted', 1), order(2, 'accepted', 2))
    const resumed = new OrderHistory()
    resumed.restore(history.takeChanged())
    tell(history, order(1, 'filled', 3))
    const changed = history.takeChanged()
    expect(idsOf(changed)).toEqual([1])
    resumed.restore(changed)
    expect(resumed.all).toEqual(history.all)
    expect(resumed.takeChanged()).toEqual([])
  })

  it('forgets the older half at its limit, but never an order that works', () => {
    const history = new OrderHistory()
    tell(history, order(1, 'accepted'))
    for (let id = 2; id <= MAX_ORDERS; id++) tell(history, order(id))
    expect(history.all).toHaveLength(MAX_ORDERS)
    tell(history, order(MAX_ORDERS + 1))
    expect(history.all).toHaveLength(MAX_ORDERS / 2 + 1)
    expect(history.find(1)?.status).toBe('accepted')
    expect(history.find(2)).toBeUndefined()
    expect(history.find(MAX_ORDERS + 1)).toBeDefined()
  })

  it('stays within its limit even when every order works', () => {
    const history = new OrderHistory()
    for (let id = 1; id <= MAX_ORDERS + 1; id++) tell(history, order(id, 'accepted'))
    expect(history.all).toHaveLength(MAX_ORDERS / 2 + 1)
  })
})
