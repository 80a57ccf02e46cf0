import {
  type ClientOrderId,
  lots,
  type Order,
  type OrderId,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { held, ManualBroker, sessions, start, turn } from '../../test/manual-broker.ts'
import type { Context } from '../strategy/context.ts'
import type { SubmitOutcome } from '../ports/broker.ts'
import type { Handlers } from '../strategy/define.ts'
import type { RunEvent } from './run-event.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

const onOpen = { type: 'market', timeInForce: { type: 'market-on-open' } } as const
const limit = { type: 'limit', price: 1280 as Price, timeInForce: { type: 'gtc' } } as const

/** Of the first entry of the run, unless stated. */
const order = (changes: Partial<Order> = {}): Order => ({
  id: 50 as OrderId,
  clientOrderId: 's1.1' as ClientOrderId,
  positionId: 51 as PositionId,
  symbolId: held.symbolId,
  side: 'buy',
  volume: lots(0.1),
  filledVolume: lots(0),
  status: 'accepted',
  closing: false,
  label: 'S03/demo',
  ...changes,
})

const ENTRIES = {
  'a market order for the open': (ctx: Context) =>
    void ctx.buy({ volume: lots(0.1), timeInForce: onOpen.timeInForce }),
  'a limit': (ctx: Context) => void ctx.buy({ volume: lots(0.1), limit: limit.price }),
  'a market order': (ctx: Context) => void ctx.buy({ volume: lots(0.1) }),
} as const

/** Buys at the first quote, and then does what the test says. */
const entering = (entry: keyof typeof ENTRIES, then: (ctx: Context) => void = () => undefined): Handlers => ({
  onQuote({ at }, ctx) {
    if (at !== 1000) return
    ENTRIES[entry](ctx)
    then(ctx)
  },
})

const sent = (broker: ManualBroker) => broker.submitted.map(({ command }) => command.type)

describe('an order that waits when a run ends', () => {
  /** Stops a run whose limit works, and answers its cancel. */
  async function stopping(outcome: SubmitOutcome) {
    const broker = new ManualBroker()
    const left: RunEvent[] = []
    const observer = { onEvent: (event: RunEvent) => void (event.type === 'left-open' && left.push(event)) }
    const session = await start(entering('a limit'), broker, { observer })
    broker.quote(1000)
    await turn()
    const working = order({ terms: limit })
    broker.emit({ type: 'order-accepted', at: 1100 as UnixMs, order: working })
    broker.submitted[0]?.answer({ type: 'accepted' })
    const stopped = session.stop()
    await turn()
    expect(sent(broker)).toEqual(['place', 'cancel'])
    if (outcome.type === 'accepted')
      broker.emit({ type: 'order-cancelled', at: 1200 as UnixMs, order: { ...working, status: 'cancelled' } })
    broker.submitted[1]?.answer(outcome)
    await stopped
    return left
  }

  it('is told of when its cancel is refused or lost, although no position was to be closed', async () => {
    for (const outcome of [
      { type: 'rejected', reason: 'MARKET_CLOSED' },
      { type: 'unknown', cause: new Error('request-timeout') },
    ] as const)
      expect(await stopping(outcome)).toMatchObject([
        { type: 'left-open', positionIds: [], orderIds: [50], pendingEntries: 1, refused: [] },
      ])
  })

  it('is not told of when it is cancelled', async () => {
    expect(await stopping({ type: 'accepted' })).toEqual([])
  })
})

describe('an entry that is on its way when a run ends', () => {
  it.each([
    ['a market order for the open', order({ terms: onOpen })],
    ['a limit', order({ terms: limit })],
  ] as const)('%s is cancelled as soon as the broker has accepted it', async (entry, accepted) => {
    const broker = new ManualBroker()
    const session = await start(entering(entry), broker)
    broker.quote(1000)
    await turn()
    const stopped = session.stop()
    await turn()
    broker.emit({ type: 'order-accepted', at: 1100 as UnixMs, order: accepted })
    broker.submitted[0]?.answer({ type: 'accepted' })
    await turn()
    expect(broker.submitted.map(({ command }) => command)).toMatchObject([
      { type: 'place' },
      { type: 'cancel', orderId: 50 },
    ])
    broker.emit({ type: 'order-cancelled', at: 1200 as UnixMs, order: { ...accepted, status: 'cancelled' } })
    broker.submitted[1]?.answer({ type: 'accepted' })
    await stopped
    expect(session.view().orders).toEqual([])
  })

  it('is so too when the strategy stops the run itself, and when it fails', async () => {
    const ends: readonly ((ctx: Context) => void)[] = [
      ctx => void ctx.stop('done'),
      () => {
        throw new Error('of the strategy')
      },
    ]
    for (const end of ends) {
      const broker = new ManualBroker()
      const handlers = entering('a limit')
      const ending: Handlers = {
        onQuote(quote, ctx) {
          handlers.onQuote?.(quote, ctx)
          if (quote.at === 2000) end(ctx)
        },
      }
      const session = await start(ending, broker)
      broker.quote(1000)
      await turn()
      broker.quote(2000)
      await turn()
      broker.emit({ type: 'order-accepted', at: 2100 as UnixMs, order: order({ terms: limit }) })
      for (const { answer } of broker.submitted) answer({ type: 'accepted' })
      await session.finished
      expect(sent(broker)).toEqual(['place', 'cancel'])
    }
  })

  it('leaves a market order and the orders of others alone', async () => {
    const broker = new ManualBroker()
    broker.positions = [held]
    const session = await start(entering('a market order'), broker)
    broker.quote(1000)
    await turn()
    const stopped = session.stop()
    await turn()
    broker.emit({ type: 'order-accepted', at: 1100 as UnixMs, order: order() })
    const { clientOrderId: _, ...byHand } = order({ id: 60 as OrderId, positionId: held.id, terms: limit })
    broker.emit({ type: 'order-accepted', at: 1100 as UnixMs, order: byHand })
    for (const { answer } of broker.submitted) answer({ type: 'accepted' })
    await stopped
    expect(sent(broker)).toEqual(['place'])
  })

  it('is taken back where it still waits for its turn, also when the strategy stops the run itself', async () => {
    const broker = new ManualBroker()
    const stopping: Handlers = {
      onQuote({ at }, ctx) {
        if (at === 1000) ctx.buy({ volume: lots(0.1) })
        else ctx.stop('done')
      },
    }
    const session = await start(stopping, broker)
    broker.quote(1000)
    await turn()
    broker.quote(2000)
    await turn()
    expect(broker.withdrawals.map(({ aborted }) => aborted)).toEqual([true])
    broker.submitted[0]?.answer({ type: 'rejected', reason: 'not-sent' })
    await session.finished
  })
})
