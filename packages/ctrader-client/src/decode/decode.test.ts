import type { SymbolId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import type { ProtoOAPosition, ProtoOASymbol } from '../protocol/generated/messages.js'
import { decodeOrder } from './order.ts'
import { decodePosition } from './position.ts'
import { SpotDecoder } from './spot.ts'
import { decodeAssets, decodeSymbol } from './symbol.ts'
import { decodeTrader } from './trader.ts'
import { decodeTrendbar, encodeTimeframe } from './trendbar.ts'

const gold = { lotSize: 100, digits: 3, pipPosition: 2 }

describe('SpotDecoder', () => {
  const spot = (fields: { bid?: number; ask?: number; symbolId?: number }) => ({
    ctidTraderAccountId: 1,
    symbolId: fields.symbolId ?? 1,
    bid: fields.bid,
    ask: fields.ask,
    sessionClose: undefined,
    timestamp: undefined,
    trendbar: undefined,
  })

  it('keeps the old ask when a spot event carries only the bid', () => {
    const decoder = new SpotDecoder()
    decoder.decode(spot({ bid: 263_000_000, ask: 263_030_000 }), 1)
    expect(decoder.decode(spot({ bid: 263_010_000 }), 2)).toEqual({
      type: 'quote',
      symbolId: 1,
      at: 2,
      bid: 2630.1,
      ask: 2630.3,
    })
  })

  it('gives no quote before both sides are known, and takes 0 for no offer', () => {
    const decoder = new SpotDecoder()
    expect(decoder.decode(spot({ bid: 5 }), 1)).toBeUndefined()
    expect(decoder.decode(spot({ ask: 0 }), 2)).toBeUndefined()
    expect(decoder.decode(spot({ ask: 6 }), 3)).toMatchObject({ bid: 0.00005, ask: 0.00006 })
  })

  it('gives a quote for an event that changes nothing', () => {
    const decoder = new SpotDecoder()
    decoder.decode(spot({ bid: 5, ask: 6 }), 1)
    expect(decoder.decode(spot({}), 2)).toMatchObject({ at: 2, bid: 0.00005, ask: 0.00006 })
  })

  it('keeps symbols apart', () => {
    const decoder = new SpotDecoder()
    decoder.decode(spot({ bid: 5, ask: 6 }), 1)
    expect(decoder.decode(spot({ bid: 7, symbolId: 2 }), 2)).toBeUndefined()
  })

  it('keeps the time of the last quote of each symbol', () => {
    const decoder = new SpotDecoder()
    decoder.decode(spot({ bid: 5, ask: 6 }), 1)
    decoder.decode(spot({ bid: 5, ask: 6, symbolId: 2 }), 9)
    expect([decoder.quote(1)?.at, decoder.quote(2)?.at]).toEqual([1, 9])
  })
})

describe('decodeTrendbar', () => {
  it('adds the deltas to the low and ends the bar after its timeframe', () => {
    const bar = decodeTrendbar(
      { volume: 9, low: 100_000, deltaOpen: 10, deltaClose: 20, deltaHigh: 30, utcTimestampInMinutes: 15 },
      1 as SymbolId,
      'm15',
    )
    expect(bar).toEqual({
      type: 'bar',
      symbolId: 1,
      timeframe: 'm15',
      openedAt: 900_000,
      closedAt: 1_800_000,
      open: 1.0001,
      high: 1.0003,
      low: 1,
      close: 1.0002,
      tickVolume: 9,
    })
  })

  it('takes deltas that were not sent as 0', () => {
    expect(
      decodeTrendbar({ volume: 1, low: 100_000, utcTimestampInMinutes: 0 }, 1 as SymbolId, 'm1'),
    ).toMatchObject({ open: 1, high: 1, low: 1, close: 1 })
  })

  it('[row 8] never has a high below open or close', () => {
    expect(
      decodeTrendbar(
        { volume: 1, low: 100_000, deltaOpen: 50, deltaHigh: 0, utcTimestampInMinutes: 0 },
        1 as SymbolId,
        'm1',
      ).high,
    ).toBe(1.0005)
  })

  it('knows the number of every timeframe', () => {
    expect((['m1', 'm15', 'h1', 'd1', 'mn1'] as const).map(encodeTimeframe)).toEqual([1, 7, 9, 12, 14])
  })
})

describe('decodeSymbol', () => {
  const light = { symbolId: 41, symbolName: 'XAUUSD', baseAssetId: 2, quoteAssetId: 1 }
  const assets = decodeAssets([
    { assetId: 1, name: 'USD' },
    { assetId: 2, name: 'XAU' },
  ])
  // Recorded from a demo account.
  const recorded: ProtoOASymbol = {
    symbolId: 41,
    digits: 2,
    pipPosition: 0,
    lotSize: 10_000,
    minVolume: 100,
    stepVolume: 100,
    maxVolume: 1_000_000,
    commissionType: 3,
    preciseTradingCommissionRate: 70,
    scheduleTimeZone: 'Europe/Moscow',
    schedule: [{ startSecond: 90_300, endSecond: 172_200 }],
    swapLong: -12.5,
    swapShort: 3,
    swapRollover3Days: 3,
    swapCalculationType: 2,
    pnlConversionFeeRate: 70,
    slDistance: 5,
    tpDistance: 0,
    holiday: [{ holidayId: 1, name: 'x', scheduleTimeZone: 'UTC', holidayDate: 16_214, isRecurring: true }],
  }

  it('joins both records', () => {
    expect(decodeSymbol(light, recorded, assets)).toEqual({
      id: 41,
      name: 'XAUUSD',
      digits: 2,
      pipPosition: 0,
      lotSize: 100,
      minVolume: 0.01,
      maxVolume: 100,
      volumeStep: 0.01,
      base: 'XAU',
      quote: 'USD',
      costs: {
        commission: { type: 'percent-of-value', rate: 0.0007 },
        swap: {
          unit: 'points',
          long: -12.5,
          short: 3,
          tripleDay: 3,
          firstChargeMinute: 0,
          periodHours: 24,
          skippedPeriods: 0,
          chargedAtWeekends: false,
        },
        conversionFeePercent: 0.7,
        minStopDistance: 5,
      },
      hours: {
        timeZone: 'Europe/Moscow',
        sessions: [{ startSecond: 90_300, endSecond: 172_200 }],
        holidays: [{ day: 16_214, recurring: true, timeZone: 'UTC' }],
      },
    })
  })

  it('reads 2.5 dollars per lot and side', () => {
    const symbol = decodeSymbol(
      light,
      { ...recorded, commissionType: 2, preciseTradingCommissionRate: 250_000_000 },
      assets,
    )
    expect(symbol.costs.commission).toEqual({ type: 'usd-per-lot', rate: 2.5 })
  })

  it('leaves out costs of 0, and tells a distance in percent as one', () => {
    const free = {
      ...recorded,
      preciseTradingCommissionRate: 0,
      swapLong: 0,
      swapShort: 0,
      pnlConversionFeeRate: 0,
      distanceSetIn: 2,
    }
    expect(decodeSymbol(light, free, assets).costs).toEqual({
      commission: { type: 'none' },
      minStopDistancePercent: 0.05,
    })
  })

  it('reads swap periods, least commission, rollover, mode, leverage and short selling', () => {
    const full = {
      ...recorded,
      swapTime: 1259,
      swapPeriod: 8,
      skipSWAPPeriods: 2,
      chargeSwapAtWeekends: true,
      preciseMinCommission: 5_000_000,
      minCommissionAsset: 'EUR',
      rolloverCommission: 4,
      skipRolloverDays: 3,
      rolloverCommission3Days: 5,
      tradingMode: 3,
      leverageId: 7,
      enableShortSelling: false,
    }
    const symbol = decodeSymbol(light, full, assets)
    expect(symbol).toMatchObject({ tradingMode: 'close-only', leverageId: 7, shortSelling: false })
    expect(symbol.costs).toMatchObject({
      swap: { firstChargeMinute: 1259, periodHours: 8, skippedPeriods: 2, chargedAtWeekends: true },
      minCommission: { amount: 0.05, currency: 'EUR' },
      rollover: { usdPerLot: 4, skippedDays: 3, tripleDay: 5 },
    })
    const inQuote = decodeSymbol(light, { ...full, minCommissionType: 2 }, assets)
    expect(inQuote.costs.minCommission).toEqual({ amount: 0.05, currency: 'USD' })
  })

  it('allows nothing in a trading mode that it does not know', () => {
    expect(decodeSymbol(light, { ...recorded, tradingMode: 9 }, assets).tradingMode).toBe('disabled')
    expect(decodeSymbol(light, { ...recorded, tradingMode: 0 }, assets)).not.toHaveProperty('tradingMode')
  })

  it('counts Sunday as day 0 of the week', () => {
    expect(decodeSymbol(light, { ...recorded, swapRollover3Days: 7 }, assets).costs.swap?.tripleDay).toBe(0)
    const never = decodeSymbol(light, { ...recorded, swapRollover3Days: 0 }, assets).costs.swap
    expect(never).not.toHaveProperty('tripleDay')
  })

  it('refuses a record without a lot size', () => {
    const { lotSize: _, ...rest } = recorded
    expect(() => decodeSymbol(light, rest, assets)).toThrow(/protocol-violation.*symbol\.lotSize/)
  })
})

describe('decodePosition', () => {
  const position: ProtoOAPosition = {
    positionId: 7,
    positionStatus: 1,
    swap: -3,
    commission: -35,
    moneyDigits: 2,
    price: 2635.77,
    stopLoss: 2630.1,
    takeProfit: 2640.5,
    tradeData: { symbolId: 41, volume: 100, tradeSide: 1, openTimestamp: 1000, label: 'S03', comment: 'a.1' },
  }

  it('reads an open one', () => {
    expect(decodePosition(position, gold, 'USD')).toEqual({
      id: 7,
      symbolId: 41,
      label: 'S03',
      side: 'buy',
      volume: 0.01,
      entryPrice: 2635.77,
      openedAt: 1000,
      stopLoss: 2630.1,
      takeProfit: 2640.5,
      swap: { minor: -3, digits: 2, currency: 'USD' },
      commission: { minor: -35, digits: 2, currency: 'USD' },
    })
  })

  it.each([[2], [3]])(
    'takes one without volume as closed, whatever its status (%i) and its levels say',
    positionStatus => {
      const closed = { ...position, positionStatus, tradeData: { ...position.tradeData, volume: 0 } }
      expect(decodePosition(closed, gold, 'USD')).toEqual({
        id: 7,
        symbolId: 41,
        label: 'S03',
        side: 'buy',
        volume: 0,
        entryPrice: 0,
        openedAt: 1000,
        swap: { minor: 0, digits: 2, currency: 'USD' },
        commission: { minor: 0, digits: 2, currency: 'USD' },
      })
    },
  )
})

describe('decodeOrder', () => {
  const order = {
    orderId: 1,
    orderType: 1,
    orderStatus: 1,
    tradeData: { symbolId: 41, volume: 100, tradeSide: 2 },
  }

  it('reads an accepted one; what was not sent is nothing filled and not closing', () => {
    expect(decodeOrder(order, gold)).toEqual({
      id: 1,
      symbolId: 41,
      status: 'accepted',
      side: 'sell',
      volume: 0.01,
      filledVolume: 0,
      closing: false,
    })
  })

  it('leaves out an order id of another client that is too long to be ours', () => {
    expect(decodeOrder({ ...order, clientOrderId: 'x'.repeat(51) }, gold).clientOrderId).toBeUndefined()
    expect(decodeOrder({ ...order, clientOrderId: 'a.1' }, gold).clientOrderId).toBe('a.1')
  })

  it('reads a status that it does not know from the execution that tells it, else as unknown', () => {
    const strange = { ...order, orderStatus: 9 }
    expect(decodeOrder(strange, gold).status).toBe('unknown')
    expect(decodeOrder(strange, gold, 99).status).toBe('unknown')
    expect([2, 3, 4, 5, 6, 7, 8, 11].map(type => decodeOrder(strange, gold, type).status)).toEqual([
      'accepted',
      'filled',
      'accepted',
      'cancelled',
      'expired',
      'rejected',
      'accepted',
      'accepted',
    ])
    // What the server says of the order itself counts more.
    expect(decodeOrder(order, gold, 3).status).toBe('accepted')
  })

  it('refuses a side that it does not know', () => {
    expect(() => decodeOrder({ ...order, tradeData: { ...order.tradeData, tradeSide: 3 } }, gold)).toThrow(
      'trade side 3',
    )
  })
})

describe('decodeTrader', () => {
  it('reads balance, leverage and mode', () => {
    const trader = {
      ctidTraderAccountId: 1,
      balance: 1_000_000,
      depositAssetId: 1,
      leverageInCents: 10_000,
      accountType: 1,
      moneyDigits: 2,
    }
    expect(decodeTrader(trader, 'USD')).toEqual({
      balance: { minor: 1_000_000, digits: 2, currency: 'USD' },
      leverage: 100,
      mode: 'netted',
      marginMode: 'max',
      rights: 'full-access',
      limitedRisk: false,
      swapFree: false,
    })
  })
})
