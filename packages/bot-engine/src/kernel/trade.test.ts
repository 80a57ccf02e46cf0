import {
  type DealId,
  type ExecutionEvent,
  lots,
  money,
  type OrderId,
  type Position,
  type PositionId,
  type Price,
  type SymbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { TradeBuilder } from './trade.ts'

type Filled = Extract<ExecutionEvent, { type: 'order-filled' }>
const usd = (minor: number) => money(minor, 2, 'USD')
const open: Position = {
  id: 1 as PositionId,
  symbolId: 41 as SymbolId,
  label: 'bot',
  side: 'buy',
  volume: lots(0.1),
  entryPrice: 1290 as Price,
  openedAt: 1000 as UnixMs,
  stopLoss: 1288 as Price,
  takeProfit: 1293 as Price,
  swap: usd(0),
  commission: usd(-35),
}

function order(id: number, closing: boolean) {
  return {
    id: id as OrderId,
    positionId: open.id,
    symbolId: open.symbolId,
    status: 'filled',
    side: closing ? 'sell' : 'buy',
    volume: lots(0.1),
    filledVolume: lots(0.1),
    closing,
  } as const
}

function entry(): Filled {
  const fill = {
    dealId: 1 as DealId,
    orderId: 1 as OrderId,
    positionId: open.id,
    side: 'buy',
    volume: lots(0.1),
    price: open.entryPrice,
    at: 1000 as UnixMs,
    commission: usd(-35),
  } as const
  return {
    type: 'order-filled',
    at: 1000 as UnixMs,
    order: order(1, false),
    fill,
    position: open,
    partial: false,
  }
}

function exit(orderId: number, price: number, left = 0, dealId = orderId): Filled {
  return {
    type: 'order-filled',
    at: 2000 as UnixMs,
    order: order(orderId, true),
    fill: {
      dealId: dealId as DealId,
      orderId: orderId as OrderId,
      positionId: open.id,
      side: 'sell',
      volume: lots(0.1),
      price: price as Price,
      at: 2000 as UnixMs,
      commission: usd(-35),
      closing: {
        entryPrice: open.entryPrice,
        gross: usd(3000),
        commission: usd(-70),
        swap: usd(-5),
        conversionFee: usd(-1),
        balance: usd(1_002_924),
      },
    },
    position: { ...open, volume: lots(left) },
    partial: false,
  }
}

function accepted(orderId: number): Extract<ExecutionEvent, { order: unknown }> {
  return {
    type: 'order-accepted',
    at: 2000 as UnixMs,
    order: { ...order(orderId, true), status: 'accepted' },
  }
}

describe('TradeBuilder', () => {
  it('makes a trade of an entry and an exit, with the levels in force', () => {
    const builder = new TradeBuilder()
    expect(builder.filled(entry(), undefined)).toBeUndefined()
    const trade = builder.filled(exit(2, 1293.5), open)
    expect(trade).toMatchObject({
      positionId: 1,
      side: 'buy',
      volume: 0.1,
      entryPrice: 1290,
      openedAt: 1000,
      exitPrice: 1293.5,
      closedAt: 2000,
      stopLoss: 1288,
      takeProfit: 1293,
      exitReason: 'take-profit',
      net: usd(2924),
      balance: usd(1_002_924),
    })
    expect(trade?.entry?.dealId).toBe(1)
  })

  it('makes the trade of a position taken over, without an opening fill', () => {
    const trade = new TradeBuilder().filled(exit(2, 1287), open)
    expect(trade).toMatchObject({ exitReason: 'stop-loss', entryPrice: 1290, openedAt: 1000 })
    expect(trade).not.toHaveProperty('entry')
  })

  it('knows a close that the run asked for, even at a price beyond the stop', () => {
    const builder = new TradeBuilder()
    builder.closeRequested(open.id)
    builder.accepted(accepted(5).order)
    expect(builder.filled(exit(5, 1287), open)?.exitReason).toBe('strategy')
  })

  it('tells a close that nobody here asked for as external', () => {
    const builder = new TradeBuilder()
    builder.accepted(accepted(5).order)
    expect(builder.filled(exit(5, 1291), open)?.exitReason).toBe('external')
  })

  it('tells a fill of the protective order by the levels that the order carries, not by those told before', () => {
    const hit = exit(2, 1291)
    const protective = { stopLoss: 1291.2 as Price, takeProfit: 1293 as Price }
    const trade = new TradeBuilder().filled({ ...hit, order: { ...hit.order, protective } }, open)
    expect(trade?.exitReason).toBe('stop-loss')
  })

  it('never tells a fill of the protective order as external', () => {
    const hit = exit(2, 1288.1)
    const slipped = { ...hit, order: { ...hit.order, protective: {} } }
    expect(new TradeBuilder().filled(slipped, open)?.exitReason).toBe('stop-loss')
  })

  it('believes the venue that says at which level the protective order filled', () => {
    const hit = exit(2, 1287)
    const protective = { stopLoss: open.stopLoss as Price, filledBy: 'take-profit' } as const
    const trade = new TradeBuilder().filled({ ...hit, order: { ...hit.order, protective } }, open)
    expect(trade?.exitReason).toBe('take-profit')
  })

  it('makes one trade of each part, and none of a repeated deal', () => {
    const builder = new TradeBuilder()
    builder.filled(entry(), undefined)
    expect(builder.filled(exit(2, 1293.5, 0.05), open)).toBeDefined()
    expect(builder.filled(exit(2, 1293.5, 0.05), open)).toBeUndefined()
    expect(builder.filled(exit(3, 1293.5), open)?.entry?.dealId).toBe(1)
  })
})
