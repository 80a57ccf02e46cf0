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
import { z } from 'zod'
import { REPLAY_ACCOUNT, REPLAY_XAUUSD } from '../data/instruments.ts'
import { riskVolume } from '../risk/sizing.ts'
import { defineStrategy, type Handlers } from '../strategy/define.ts'
import { MAX_EARLY_EXECUTIONS_TOLD } from './early-executions.ts'
import { Kernel } from './kernel.ts'

const START = Date.UTC(2025, 0, 6, 12)
const FAR = (START + 86_400_000) as UnixMs
const usd = (minor: number) => money(minor, 2, 'USD')
const held: Position = {
  ...{ id: 7 as PositionId, symbolId: REPLAY_XAUUSD.id, label: 'probe', side: 'buy', volume: lots(0.1) },
  ...{ entryPrice: 1290 as Price, openedAt: 500 as UnixMs, swap: usd(0), commission: usd(-35) },
}
const snapshot = {
  ...{ at: FAR, balance: usd(1_000_000), leverage: 100, positions: [held], orders: [] },
}
const refusal: ExecutionEvent = {
  ...{ type: 'order-rejected', at: FAR, reason: 'MARKET_CLOSED', clientOrderId: 's.1' as ClientOrderId },
}

function probe(handlers: Handlers = {}) {
  const told: [string, number, number][] = []
  const started: number[] = []
  const kernel = new Kernel({
    strategy: defineStrategy({
      name: 'probe',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'm1' } }),
      create: () => ({
        onStart: ctx => void started.push(ctx.now),
        onExecution: (event, ctx) => void told.push([event.type, event.at, ctx.now]),
        ...handlers,
      }),
    }),
    ...{ params: {}, instrument: REPLAY_XAUUSD, account: REPLAY_ACCOUNT, label: 'probe' },
    ...{ session: 's', seed: 1, size: riskVolume },
    listener: { onCommand: () => ({ type: 'sent' }) },
  })
  kernel.state.book.expect('s.1' as ClientOrderId)
  const quote = (at: number) => kernel.quote(at, 129_000_000, 129_030_000)
  return { kernel, told, started, quote }
}

const UNDATED: readonly (readonly [string, ExecutionEvent])[] = [
  ['a refusal without an order', refusal],
  ['a snapshot', { type: 'resynced', at: FAR, snapshot }],
  ['a margin', { type: 'position-updated', at: FAR, isUndated: true, position: held }],
  [
    'a fill whose date is not of the broker',
    {
      type: 'order-cancelled',
      at: FAR,
      isUndated: true,
      order: {
        ...{ id: 90 as OrderId, clientOrderId: 's.1' as ClientOrderId, symbolId: held.symbolId, side: 'buy' },
        ...{ status: 'cancelled', volume: lots(0.1), filledVolume: lots(0), closing: false },
      },
    },
  ],
]

describe.each(UNDATED)('%s that the client dates a day ahead', (_, event) => {
  it('moves no time before the first quote: the run begins with that quote, and then tells its strategy', () => {
    const { kernel, told, started, quote } = probe()
    kernel.execution(event)
    expect([kernel.state.now, started, told]).toEqual([0, [], []])
    expect([quote(START), quote(START + 1000), kernel.lateQuotes]).toEqual([true, true, 0])
    expect([started, told]).toEqual([[START], [[event.type, START, START]]])
  })

  it('moves no time later either, and is of now for the strategy', () => {
    const { kernel, told, quote } = probe()
    quote(START)
    kernel.execution(event)
    expect([kernel.state.now, told]).toEqual([START, [[event.type, START, START]]])
    expect([quote(START + 1000), kernel.lateQuotes]).toEqual([true, 0])
  })
})

describe('the time of a run', () => {
  it('goes on with a refusal of an order that the broker had accepted: it is dated', () => {
    const { kernel, quote } = probe()
    quote(START)
    kernel.execution({ ...refusal, at: (START + 500) as UnixMs, orderId: 90 as OrderId } as ExecutionEvent)
    expect(kernel.state.now).toBe(START + 500)
  })
})

describe('executions before any message has told the time', () => {
  it('change the book at once', () => {
    const { kernel } = probe()
    kernel.execution({ type: 'resynced', at: FAR, snapshot })
    expect(kernel.state.book.positions).toMatchObject([{ id: 7 }])
  })

  it(`are told up to ${MAX_EARLY_EXECUTIONS_TOLD}, the last ones`, () => {
    const seen: number[] = []
    const onExecution = (event: ExecutionEvent): void => {
      if (event.type === 'position-updated') seen.push(event.position.volume)
    }
    const { kernel, quote } = probe({ onExecution })
    for (let i = 1; i <= MAX_EARLY_EXECUTIONS_TOLD + 5; i++) {
      const position = { ...held, volume: lots(i / 100) }
      kernel.execution({ type: 'position-updated', at: FAR, isUndated: true, position })
    }
    quote(START)
    expect([seen.length, seen[0], seen.at(-1)]).toEqual([MAX_EARLY_EXECUTIONS_TOLD, 0.06, 1.05])
  })

  it('are forgotten with a snapshot, which tells what they did', () => {
    const { kernel, told, quote } = probe()
    kernel.execution({ type: 'position-updated', at: FAR, isUndated: true, position: held })
    kernel.execution({ type: 'resynced', at: FAR, snapshot })
    quote(START)
    expect(told).toEqual([['resynced', START, START]])
  })

  it('are not told to a strategy that ends its run in onStart', () => {
    const { kernel, told, quote } = probe({ onStart: ctx => ctx.stop('enough') })
    kernel.execution(refusal)
    quote(START)
    expect([told, kernel.ended]).toEqual([[], 'requested'])
  })
})
