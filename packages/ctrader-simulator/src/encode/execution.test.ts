import type { ExchangeOrder } from '@openclaw-trading/bot-engine/simulation'
import { describe, expect, it } from 'vitest'
import { encodeOrder } from './execution.ts'

describe('encodeOrder', () => {
  it('says of a pending order how the stop of its position is to work: an amendment that keeps it must know', () => {
    const order = {
      id: 1,
      positionId: 1,
      symbolId: 41,
      type: 'limit',
      side: 'buy',
      volumeCents: 1000,
      closing: false,
      status: 'accepted',
      filledCents: 0,
      createdAt: 1,
      updatedAt: 1,
      pricePoints: 129_000_000,
      stopPoints: 128_000_000,
      guaranteed: true,
      trailing: true,
    } as ExchangeOrder
    expect(encodeOrder(order)).toMatchObject({
      trailingStopLoss: true,
      tradeData: { guaranteedStopLoss: true },
    })
  })
})
