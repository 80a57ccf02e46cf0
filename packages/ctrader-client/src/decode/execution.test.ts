import { lots, unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import type {
  ProtoOADeal,
  ProtoOAExecutionEvent,
  ProtoOAOrder,
  ProtoOAPosition,
} from '../protocol/generated/messages.js'
import { ProtoOAExecutionType as Type } from '../protocol/generated/messages.js'
import { decodeExecution, symbolOfExecution, timeOfExecution } from './execution.ts'

const context = { instrument: { lotSize: 100, digits: 3, pipPosition: 2 }, currency: 'USD' }

const order = (over: Partial<ProtoOAOrder> = {}): ProtoOAOrder => ({
  orderId: 1,
  orderType: 1,
  orderStatus: 1,
  positionId: 7,
  clientOrderId: 'a.1',
  utcLastUpdateTimestamp: 1000,
  tradeData: { symbolId: 41, volume: 100, tradeSide: 1, label: 'S03' },
  ...over,
})
const protective = (over: Partial<ProtoOAOrder> = {}): ProtoOAOrder => {
  const { clientOrderId: _, ...rest } = order()
  return {
    ...rest,
    orderId: 2,
    orderType: 4,
    closingOrder: true,
    tradeData: { symbolId: 41, volume: 100, tradeSide: 2 },
    stopPrice: 2630,
    ...over,
  }
}
const position = (over: Partial<ProtoOAPosition> = {}): ProtoOAPosition => ({
  positionId: 7,
  positionStatus: 1,
  swap: 0,
  price: 2635.77,
  commission: -4,
  moneyDigits: 2,
  tradeData: { symbolId: 41, volume: 100, tradeSide: 1, openTimestamp: 1000, label: 'S03' },
  ...over,
})
const closed = position({
  positionStatus: 3,
  price: 0,
  stopLoss: 2630,
  tradeData: { symbolId: 41, volume: 0, tradeSide: 1, openTimestamp: 1000, label: 'S03' },
})
const deal = (over: Partial<ProtoOADeal> = {}): ProtoOADeal => ({
  dealId: 3,
  orderId: 1,
  positionId: 7,
  volume: 100,
  filledVolume: 100,
  symbolId: 41,
  createTimestamp: 950,
  executionTimestamp: 1000,
  executionPrice: 2635.77,
  tradeSide: 1,
  dealStatus: 2,
  commission: -4,
  moneyDigits: 2,
  ...over,
})
const event = (executionType: number, parts: Partial<ProtoOAExecutionEvent>): ProtoOAExecutionEvent => ({
  ctidTraderAccountId: 1,
  executionType,
  ...parts,
})
const decode = (executionType: number, parts: Partial<ProtoOAExecutionEvent>) =>
  decodeExecution(event(executionType, parts), {
    ...context,
    at: unixMs(timeOfExecution(event(executionType, parts)) ?? 0),
  })

describe('decodeExecution', () => {
  it('[row 23] tells a market order with protection as accepted, filled without levels, and updated with them', () => {
    const sequence = [
      decode(Type.ORDER_ACCEPTED, { order: order({ relativeStopLoss: 577_000 }), position: closed }),
      decode(Type.ORDER_FILLED, {
        order: order({ orderStatus: 2, executedVolume: 100 }),
        position: position(),
        deal: deal(),
      }),
      decode(Type.ORDER_ACCEPTED, {
        order: protective(),
        position: position({ stopLoss: 2630 }),
        isServerEvent: true,
      }),
    ]
    expect(sequence).toMatchObject([
      {
        type: 'order-accepted',
        at: 1000,
        order: { id: 1, clientOrderId: 'a.1', status: 'accepted', positionId: 7 },
      },
      {
        type: 'order-filled',
        partial: false,
        order: { status: 'filled', filledVolume: 0.01 },
        fill: { dealId: 3, price: 2635.77, commission: { minor: -4 } },
      },
      { type: 'position-updated', position: { id: 7, stopLoss: 2630 } },
    ])
    const [, filled] = sequence
    expect(filled?.type === 'order-filled' && 'stopLoss' in filled.position).toBe(false)
    expect(filled?.type === 'order-filled' && filled.fill.closing).toBeUndefined()
  })

  it('tells a stop that was hit as one fill of the protective order with what it realised', () => {
    const detail = {
      entryPrice: 2635.77,
      grossProfit: -577,
      swap: -1,
      commission: -8,
      balance: 999_414,
      pnlConversionFee: 0,
      moneyDigits: 2,
      quoteToDepositConversionRate: 0.92,
    }
    const hit = decode(Type.ORDER_FILLED, {
      order: protective({ orderStatus: 2, executedVolume: 100 }),
      position: closed,
      deal: deal({ orderId: 2, tradeSide: 2, executionPrice: 2630, closePositionDetail: detail }),
      isServerEvent: true,
    })
    expect(hit).toMatchObject({
      type: 'order-filled',
      order: { id: 2, closing: true, side: 'sell', protective: { stopLoss: 2630 } },
      fill: {
        side: 'sell',
        commission: { minor: -4 },
        closing: {
          entryPrice: 2635.77,
          gross: { minor: -577 },
          commission: { minor: -8 },
          swap: { minor: -1 },
          balance: { minor: 999_414 },
          conversionRate: 0.92,
        },
      },
      position: { id: 7, volume: 0, entryPrice: 0 },
    })
  })

  it('tells both levels of a protective order that filled, and of a market order none', () => {
    const hit = (over: Partial<ProtoOAOrder>) =>
      decode(Type.ORDER_FILLED, { order: protective(over), position: closed, deal: deal({ orderId: 2 }) })
    expect(hit({ limitPrice: 2640 })).toMatchObject({
      order: { protective: { stopLoss: 2630, takeProfit: 2640 } },
    })
    // A value of 0 is none.
    expect(hit({ stopPrice: 0, limitPrice: 2640 })).toMatchObject({
      order: { protective: { takeProfit: 2640 } },
    })
    const closedByHand = hit({ orderType: 1 })
    expect(closedByHand?.type === 'order-filled' && 'protective' in closedByHand.order).toBe(false)
  })

  it('[row 43] tells the cancelled protection after a full close as an update of a position without volume', () => {
    const cancelled = decode(Type.ORDER_CANCELLED, {
      order: protective({ orderStatus: 5 }),
      position: closed,
      isServerEvent: true,
    })
    expect(cancelled).toMatchObject({ type: 'position-updated', position: { volume: 0 } })
  })

  it('[row 57] tells an amended protection as an update, a replaced order of ours as replaced', () => {
    expect(
      decode(Type.ORDER_REPLACED, { order: protective(), position: position({ stopLoss: 2631 }) }),
    ).toMatchObject({ type: 'position-updated', position: { stopLoss: 2631 } })
    expect(decode(Type.ORDER_REPLACED, { order: order(), position: closed })?.type).toBe('order-replaced')
    expect(decode(Type.ORDER_CANCELLED, { order: order({ orderStatus: 5 }) })?.type).toBe('order-cancelled')
    expect(decode(Type.ORDER_EXPIRED, { order: order({ orderStatus: 4 }) })?.type).toBe('order-expired')
  })

  it('[row 57] marks a partial fill, whatever the status of the order says', () => {
    expect(
      decode(Type.ORDER_PARTIAL_FILL, { order: order(), position: position(), deal: deal() }),
    ).toMatchObject({ type: 'order-filled', partial: true })
  })

  it('tells a rejection with its code and our id', () => {
    expect(
      decode(Type.ORDER_REJECTED, { order: order({ orderStatus: 3 }), errorCode: 'NOT_ENOUGH_MONEY' }),
    ).toEqual({
      type: 'order-rejected',
      at: 1000,
      reason: 'NOT_ENOUGH_MONEY',
      orderId: 1,
      clientOrderId: 'a.1',
    })
    expect(
      decode(Type.ORDER_REJECTED, { order: order({ orderStatus: 3, closingOrder: true }) }),
    ).toMatchObject({ refused: { type: 'close', positionId: 7, volume: lots(0.01) } })
    expect(
      decode(Type.ORDER_CANCEL_REJECTED, { order: order(), errorCode: 'UNABLE_TO_CANCEL_ORDER' }),
    ).toMatchObject({ type: 'cancel-rejected', orderId: 1 })
  })

  it('tells swap and money that came in', () => {
    expect(decode(Type.SWAP, { position: position({ swap: -12 }) })).toMatchObject({
      type: 'position-updated',
      position: { swap: { minor: -12 } },
    })
    const depositWithdraw = {
      operationType: 0,
      balanceHistoryId: 1,
      balance: 1_100_000,
      delta: 100_000,
      changeBalanceTimestamp: 5000,
      moneyDigits: 2,
    }
    expect(decode(Type.DEPOSIT_WITHDRAW, { depositWithdraw })).toMatchObject({
      type: 'balance-changed',
      at: 5000,
      balance: { minor: 1_100_000 },
      delta: { minor: 100_000 },
    })
  })

  it('has no word for a type of tomorrow', () => {
    expect(decode(99, { order: order() })).toBeUndefined()
  })

  it('dates an event as it is told to, whatever the event states', () => {
    expect(
      decodeExecution(event(Type.ORDER_ACCEPTED, { order: order() }), { ...context, at: unixMs(2000) })?.at,
    ).toBe(2000)
  })

  it('refuses a fill without its deal', () => {
    expect(() => decode(Type.ORDER_FILLED, { order: order(), position: position() })).toThrow(
      /protocol-violation.*deal/,
    )
  })

  it('finds symbol and time of an execution', () => {
    expect([symbolOfExecution(event(9, { position: position() })), symbolOfExecution(event(10, {}))]).toEqual(
      [41, undefined],
    )
    expect(timeOfExecution(event(3, { order: order(), deal: deal({ executionTimestamp: 1 }) }))).toBe(1000)
  })
})
