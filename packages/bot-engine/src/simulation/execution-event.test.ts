import type { ClientOrderId, ExecutionEvent, PositionId } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { createExchange } from './exchange.ts'
import type { ExchangeRequest } from './exchange-types.ts'
import { toExecutionEvent } from './execution-event.ts'
import type { OutcomeRule } from './orders/scripted-outcome.ts'

const P = 129_000_000

/** Runs requests one after another at one quote and says each event in the words of the model. */
function translate(
  requests: readonly ExchangeRequest[],
  marketTime = 1000,
  script: readonly OutcomeRule[] = [],
): ExecutionEvent[] {
  const events: ExecutionEvent[] = []
  const exchange = createExchange({
    instruments: [REPLAY_XAUUSD],
    account: REPLAY_ACCOUNT,
    venue: { latencyMs: 50, script },
    onEvent: event => {
      const execution = toExecutionEvent(event, {
        instrument: REPLAY_XAUUSD,
        account: REPLAY_ACCOUNT,
        marketTime,
      })
      if (execution !== undefined) events.push(execution)
    },
  })
  exchange.quote(REPLAY_XAUUSD.id, 1000, P, P + 30_000)
  for (const request of requests) exchange.submit(request, 1000)
  while (exchange.nextDueAt <= 1050) exchange.runDue()
  exchange.quote(REPLAY_XAUUSD.id, 2000, P - 400_000, P - 370_000)
  return events
}

const buy: ExchangeRequest = {
  type: 'market',
  symbolId: REPLAY_XAUUSD.id,
  side: 'buy',
  volumeCents: 1000,
  stopDistancePoints: 200_000,
  clientOrderId: 's.1',
  label: 'bot',
  comment: 's.1',
}
const usd = (minor: number) => ({ minor, digits: 2, currency: 'USD' })

describe('toExecutionEvent', () => {
  it('tells an entry as accepted, filled without levels, then updated with them', () => {
    const [accepted, filled, updated] = translate([buy])
    expect(accepted).toEqual({
      type: 'order-accepted',
      at: 1050,
      order: {
        id: 1,
        clientOrderId: 's.1',
        positionId: 1,
        symbolId: 41,
        status: 'accepted',
        side: 'buy',
        volume: 0.1,
        filledVolume: 0,
        closing: false,
        label: 'bot',
      },
    })
    const position = {
      id: 1,
      symbolId: 41,
      label: 'bot',
      side: 'buy',
      volume: 0.1,
      entryPrice: 1290.3,
      openedAt: 1050,
      swap: usd(0),
      commission: usd(-35),
      usedMargin: usd(12_903),
    }
    expect(filled).toEqual({
      type: 'order-filled',
      at: 1050,
      order: expect.objectContaining({ id: 1, status: 'filled', filledVolume: 0.1 }),
      fill: {
        dealId: 1,
        orderId: 1,
        positionId: 1,
        side: 'buy',
        volume: 0.1,
        price: 1290.3,
        at: 1050,
        commission: usd(-35),
      },
      position,
      partial: false,
    })
    expect(updated).toEqual({
      type: 'position-updated',
      at: 1050,
      position: { ...position, stopLoss: 1288.3 },
    })
  })

  it('tells a hit as a fill of a closing order on a position without volume, price, costs and levels', () => {
    const hit = translate([buy]).at(-1)
    expect(hit).toEqual({
      type: 'order-filled',
      at: 2000,
      order: {
        id: 2,
        positionId: 1,
        symbolId: 41,
        status: 'filled',
        side: 'sell',
        volume: 0.1,
        filledVolume: 0.1,
        closing: true,
        label: 'bot',
        protective: { stopLoss: 1288.3, filledBy: 'stop-loss' },
      },
      fill: {
        dealId: 2,
        orderId: 2,
        positionId: 1,
        side: 'sell',
        volume: 0.1,
        price: 1286,
        at: 2000,
        commission: usd(-35),
        closing: {
          entryPrice: 1290.3,
          gross: usd(-4300),
          commission: usd(-70),
          swap: usd(0),
          conversionFee: usd(0),
          balance: usd(995_630),
          conversionRate: 1,
        },
      },
      position: {
        id: 1,
        symbolId: 41,
        label: 'bot',
        side: 'buy',
        volume: 0,
        entryPrice: 0,
        openedAt: 1050,
        swap: usd(0),
        commission: usd(0),
      },
      partial: false,
    })
  })

  it('tells a close of a protected position as accepted, filled, updated, all without volume after the fill', () => {
    const close: ExchangeRequest = { type: 'close', positionId: 1 as PositionId, volumeCents: 1000 }
    const events = translate([buy, close]).slice(3)
    expect(events.map(event => event.type)).toEqual(['order-accepted', 'order-filled', 'position-updated'])
    expect(events[0]).not.toHaveProperty('order.clientOrderId')
    for (const event of events.slice(1))
      expect(event).toMatchObject({ position: { volume: 0, entryPrice: 0 } })
    expect(events[2]).not.toHaveProperty('position.stopLoss')
  })

  it('dates a refusal with the market time, and names the order of an entry, and the position of a close', () => {
    const close: ExchangeRequest = { type: 'close', positionId: 9 as PositionId, volumeCents: 1000 }
    expect(translate([{ ...buy, volumeCents: 1 }, close], 777)).toEqual([
      { type: 'order-rejected', at: 777, reason: 'TRADING_BAD_VOLUME', clientOrderId: 's.1' },
      {
        type: 'order-rejected',
        at: 777,
        reason: 'POSITION_NOT_FOUND',
        refused: { type: 'close', positionId: 9, volume: 0.1 },
      },
    ])
  })

  it('names the refused request itself where whoever asked has named it', () => {
    const requestId = 's.7' as ClientOrderId
    const close = { type: 'close', positionId: 9 as PositionId, volumeCents: 1000, requestId } as const
    const amend = { type: 'amend-protection', positionId: 9 as PositionId, requestId } as const
    expect(translate([close, amend], 777)).toMatchObject([
      { refused: { type: 'close', positionId: 9, id: 's.7', volume: 0.1 } },
      { refused: { type: 'set-protection', positionId: 9, id: 's.7' } },
    ])
  })

  it('names position and volume of a close that is refused after its acceptance', () => {
    const close: ExchangeRequest = { type: 'close', positionId: 1 as PositionId, volumeCents: 400 }
    const outcomes = [{}, { rejectAfterAcceptance: 'MARKET_CLOSED' }]
    const script = outcomes.map(outcome => ({ times: 1, outcome }))
    expect(translate([buy, close], 1000, script)).toContainEqual(
      expect.objectContaining({
        type: 'order-rejected',
        reason: 'MARKET_CLOSED',
        refused: { type: 'close', positionId: 1, volume: 0.04 },
      }),
    )
  })

  it('never lets market time go back', () => {
    expect(translate([buy], 1060)[0]?.at).toBe(1060)
  })
})
