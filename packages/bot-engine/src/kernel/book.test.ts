import {
  type ClientOrderId,
  type ExecutionEvent,
  lots,
  money,
  type OrderId,
  type Position,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import type { PositionFacts } from '../execution-facts.ts'
import { Book } from './book.ts'

const usd = (minor: number) => money(minor, 2, 'USD')

function position(label: string): Position {
  return {
    id: 7 as PositionId,
    symbolId: REPLAY_XAUUSD.id,
    label,
    side: 'buy',
    volume: lots(0.1),
    entryPrice: 1290 as Price,
    openedAt: 1000 as UnixMs,
    swap: usd(0),
    commission: usd(0),
  }
}

/** The same of this bot as the simulated venue tells it. */
function numbers(change: Partial<PositionFacts>): PositionFacts {
  const { id, symbolId, side, openedAt } = position('bot')
  const costs = { swapMinor: 0, commissionMinor: 0 }
  const volumeCents = 1000
  return {
    id,
    symbolId,
    side,
    openedAt,
    label: 'bot',
    volumeCents,
    entryPoints: 129_000_000,
    ...costs,
    ...change,
  }
}

/** A limit order of a label whose first part filled. */
function partFilled(
  label: string,
  own?: string,
  closing = false,
): Extract<ExecutionEvent, { type: 'order-filled' }> {
  return {
    type: 'order-filled',
    at: 1000 as UnixMs,
    partial: true,
    position: position(label),
    order: {
      id: 3 as OrderId,
      positionId: 7 as PositionId,
      symbolId: REPLAY_XAUUSD.id,
      status: 'accepted',
      side: 'buy',
      volume: lots(0.2),
      filledVolume: lots(0.1),
      closing,
      label,
      ...(own === undefined ? {} : { clientOrderId: own as ClientOrderId }),
    },
    fill: {
      dealId: 1 as never,
      orderId: 3 as OrderId,
      positionId: 7 as PositionId,
      side: 'buy',
      volume: lots(0.1),
      price: 1290 as Price,
      at: 1000 as UnixMs,
      commission: usd(0),
    },
  }
}

const book = () => new Book('bot', REPLAY_XAUUSD, { balanceMinor: 1_000_000, digits: 2, currency: 'USD' })

describe('Book', () => {
  it('keeps an order of its own whose rest still waits', () => {
    const own = book()
    own.expect('s.1' as ClientOrderId)
    own.apply(partFilled('bot', 's.1'))
    expect(own.orders.map(({ id }) => id)).toEqual([3])
    expect(own.pendingEntries).toBe(1)
  })

  it('does not list the order of the broker that closes a position in parts: nobody would hear that it ends', () => {
    const own = book()
    own.apply({ type: 'position-updated', at: 1000 as UnixMs, position: position('bot') })
    own.apply(partFilled('bot', undefined, true))
    expect(own.orders).toEqual([])
    expect(own.positions).toHaveLength(1)
  })

  it('does not take over the order of another bot because a part of it filled: a stop would cancel it', () => {
    const own = book()
    own.apply(partFilled('another'))
    expect(own.orders).toEqual([])
  })

  it('shows a position whose levels changed as it is now, also to those who have read it before', () => {
    const own = book()
    own.fill({ id: 3 as OrderId }, numbers({}), undefined, undefined)
    expect([own.oldest, ...own.positions]).toEqual([position('bot'), position('bot')])
    own.protect(numbers({ usedMarginMinor: 5000, stopPoints: 128_000_000, targetPoints: 131_000_000 }))
    const now = { ...position('bot'), usedMargin: usd(5000), stopLoss: 1280, takeProfit: 1310 }
    expect([own.oldest, ...own.positions]).toEqual([now, now])
  })

  it('holds no position because of its levels: one that a fill closed stays closed', () => {
    const own = book()
    own.protect(numbers({ stopPoints: 128_000_000 }))
    expect(own.size).toBe(0)
  })
})
