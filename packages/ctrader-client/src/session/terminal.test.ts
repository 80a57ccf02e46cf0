import { describe, expect, it } from 'vitest'
import {
  type ProtoOAExecutionEvent,
  ProtoOAExecutionType,
  ProtoOAOrderType,
  ProtoOATimeInForce,
} from '../protocol/generated/messages.js'
import { stageOf } from './terminal.ts'

const { MARKET, LIMIT, STOP_LOSS_TAKE_PROFIT } = ProtoOAOrderType

function event(type: keyof typeof ProtoOAExecutionType, orderType: number = MARKET): ProtoOAExecutionEvent {
  const executionType = ProtoOAExecutionType[type] as number
  return { ctidTraderAccountId: 1, executionType, order: { orderType } as never }
}

const market = { ctidTraderAccountId: 1, symbolId: 1, orderType: MARKET, tradeSide: 1, volume: 1 }
const limit = { ...market, orderType: LIMIT, limitPrice: 1 }
const close = { ctidTraderAccountId: 1, positionId: 1, volume: 1 }
const amend = { ctidTraderAccountId: 1, positionId: 1 }

describe('stageOf', () => {
  it('ends a market order when it is filled, through partial fills, and not when it is accepted', () => {
    const stages = (['ORDER_ACCEPTED', 'ORDER_PARTIAL_FILL', 'ORDER_FILLED'] as const).map(type =>
      stageOf('newOrder', market, event(type)),
    )
    expect(stages).toEqual(['open', 'open', 'done'])
  })

  it('ends a pending order when it is accepted, unless it must fill at once', () => {
    expect(stageOf('newOrder', limit, event('ORDER_ACCEPTED', LIMIT))).toBe('done')
    const immediate = { ...limit, timeInForce: ProtoOATimeInForce.IMMEDIATE_OR_CANCEL }
    expect(stageOf('newOrder', immediate, event('ORDER_ACCEPTED', LIMIT))).toBe('open')
    expect(stageOf('newOrder', immediate, event('ORDER_CANCELLED', LIMIT))).toBe('done')
  })

  it('ends a market order that waits for the open when it is accepted', () => {
    const onOpen = { ...market, timeInForce: ProtoOATimeInForce.MARKET_ON_OPEN }
    expect(stageOf('newOrder', onOpen, event('ORDER_ACCEPTED'))).toBe('done')
    expect(stageOf('newOrder', onOpen, event('ORDER_FILLED'))).toBe('done')
    const other = { ...market, timeInForce: ProtoOATimeInForce.GOOD_TILL_CANCEL }
    expect(stageOf('newOrder', other, event('ORDER_ACCEPTED'))).toBe('open')
  })

  it('does not take the protective order of a filled one for its answer', () => {
    expect(stageOf('newOrder', market, event('ORDER_ACCEPTED', STOP_LOSS_TAKE_PROFIT))).toBe('open')
    expect(stageOf('closePosition', close, event('ORDER_CANCELLED', STOP_LOSS_TAKE_PROFIT))).toBe('open')
    expect(stageOf('closePosition', close, event('ORDER_FILLED'))).toBe('done')
  })

  it.each(['ORDER_REPLACED', 'ORDER_ACCEPTED', 'ORDER_CANCELLED'] as const)(
    'ends an amendment of protection with %s of the protective order',
    type => {
      expect(stageOf('amendPositionSLTP', amend, event(type, STOP_LOSS_TAKE_PROFIT))).toBe('done')
    },
  )

  it('goes by the status of the order where the type is a word of a later protocol', () => {
    const strange = (orderStatus: number): ProtoOAExecutionEvent => ({
      ctidTraderAccountId: 1,
      executionType: 99,
      order: { orderType: MARKET, orderStatus } as never,
    })
    const stages = [1, 2, 3, 4, 5, 99].map(status => stageOf('newOrder', market, strange(status)))
    expect(stages).toEqual(['open', 'done', 'refused', 'done', 'done', 'open'])
  })

  it.each(['ORDER_REJECTED', 'ORDER_CANCEL_REJECTED'] as const)('takes %s as a refusal', type => {
    expect(stageOf('newOrder', market, event(type))).toBe('refused')
  })
})
