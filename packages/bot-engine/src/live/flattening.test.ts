import type { ClientOrderId, Order, OrderId, PositionId, UnixMs } from '@openclaw-trading/trading-model'
import { lots } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { buyAt, held, ManualBroker, sessions, start, turn } from '../../test/manual-broker.ts'
import type { SubmitOutcome } from '../ports/broker.ts'
import type { RunEvent } from './run-event.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

/** A broker that answers each close as the script says; past its end it says nothing. */
class ScriptedBroker extends ManualBroker {
  readonly script: SubmitOutcome[]
  constructor(script: SubmitOutcome[]) {
    super()
    this.script = script
    this.positions = [held]
  }
  override submit(...args: Parameters<ManualBroker['submit']>) {
    const outcome = super.submit(...args)
    const answer = this.script.shift()
    if (answer === undefined) return outcome
    if (answer.type === 'accepted') this.closed(held, 2000)
    this.submitted.at(-1)?.answer(answer)
    return outcome
  }
}

const REFUSED: SubmitOutcome = { type: 'rejected', reason: 'MARKET_CLOSED' }
const LOST: SubmitOutcome = { type: 'unknown', cause: new Error('request-timeout') }
const ACCEPTED: SubmitOutcome = { type: 'accepted' }

/** Stops a run that is to close its position; `askedAt` are the times of its requests, in ms since the stop. */
async function flatten(script: SubmitOutcome[]) {
  const broker = new ScriptedBroker(script)
  let elapsedMs = 0
  const clock = {
    now: () => 0 as UnixMs,
    sleep: async (ms: number) => {
      await turn()
      elapsedMs += ms
    },
  }
  const events: RunEvent[] = []
  const askedAt: number[] = []
  const session = await start({}, broker, {
    clock,
    observer: {
      onEvent: event => void events.push(event),
      onDecision: ({ command }) => void (command.type === 'close' && askedAt.push(elapsedMs)),
    },
  })
  broker.quote(1000)
  await session.stop({ positions: 'close' })
  const told = events.filter(({ type }) => type === 'close-refused' || type === 'left-open')
  return { session, broker, askedAt, told }
}

describe('a stop that closes positions', () => {
  it('asks once for a close that is filled', async () => {
    const { session, askedAt, told } = await flatten([ACCEPTED])
    expect([askedAt, told, session.view().positions]).toEqual([[0], [], []])
  })

  it('asks again for one that is refused or lost, until the position is gone', async () => {
    const { session, askedAt, told } = await flatten([REFUSED, LOST, REFUSED, ACCEPTED])
    expect([askedAt, session.view().positions]).toEqual([[0, 1000, 2000, 3000], []])
    expect(told).toMatchObject([
      {
        type: 'close-refused',
        positionId: held.id,
        volume: held.volume,
        refusals: 1,
        reason: 'MARKET_CLOSED',
      },
      {
        type: 'close-refused',
        positionId: held.id,
        volume: held.volume,
        refusals: 2,
        reason: 'MARKET_CLOSED',
      },
    ])
    expect(session.view().refusedCloses).toEqual([])
  })

  it('asks again after four seconds without any answer', async () => {
    const { askedAt } = await flatten([])
    expect(askedAt).toEqual([0, 4000, 8000])
  })

  it('gives up after ten seconds and tells which positions stay open, and why', async () => {
    const { session, askedAt, told } = await flatten(Array.from({ length: 50 }, () => REFUSED))
    expect(askedAt).toEqual([0, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000, 9000])
    expect(session.view().positions).toMatchObject([{ id: held.id }])
    const refused = [{ positionId: held.id, volume: held.volume, refusals: 10, reason: 'MARKET_CLOSED' }]
    expect(told.at(-1)).toMatchObject({ type: 'left-open', positionIds: [held.id] })
    expect(session.view().refusedCloses).toEqual(refused)
  })
})

describe('a close that is refused while the run goes on', () => {
  it('is listed until the position is smaller', async () => {
    const broker = new ScriptedBroker([REFUSED, REFUSED])
    const session = await start({ onQuote: (_quote, ctx) => void ctx.close(held.id, lots(0.05)) }, broker)
    broker.quote(1000)
    broker.quote(1001)
    await turn()
    expect(session.view().refusedCloses).toEqual([
      { positionId: held.id, volume: held.volume, refusals: 2, reason: 'MARKET_CLOSED' },
    ])
    broker.emit({ type: 'position-updated', at: 1002 as UnixMs, position: { ...held, volume: lots(0.05) } })
    expect(session.view().refusedCloses).toEqual([])
    broker.submitted.at(-1)?.answer(ACCEPTED)
  })

  it('is nobody’s concern once the position is gone', async () => {
    const broker = new ScriptedBroker([])
    const session = await start({ onQuote: (_quote, ctx) => void ctx.close(7 as PositionId) }, broker)
    broker.quote(1000)
    broker.closed(held, 1001)
    broker.submitted[0]?.answer({ type: 'rejected', reason: 'POSITION_NOT_FOUND' })
    await turn()
    expect(session.view().refusedCloses).toEqual([])
  })
})

const waiting: Order = {
  id: 90 as OrderId,
  clientOrderId: 's0.1' as ClientOrderId,
  symbolId: held.symbolId,
  status: 'accepted',
  side: 'buy',
  volume: held.volume,
  filledVolume: lots(0),
  closing: false,
  label: held.label as string,
}

/** A broker where an order works, which answers each request to cancel it as the script says. */
class WorkingBroker extends ManualBroker {
  readonly script: SubmitOutcome[]
  readonly orders: readonly Order[]
  constructor(script: SubmitOutcome[], orders = [waiting]) {
    super()
    this.script = script
    this.orders = orders
  }
  override async snapshot() {
    return { ...(await super.snapshot()), orders: this.orders }
  }
  override submit(...args: Parameters<ManualBroker['submit']>) {
    const outcome = super.submit(...args)
    const answer = args[0].type === 'cancel' ? this.script.shift() : undefined
    if (answer === undefined) return outcome
    if (answer.type === 'accepted')
      this.emit({ type: 'order-cancelled', at: 2000 as UnixMs, order: { ...waiting, status: 'cancelled' } })
    this.submitted.at(-1)?.answer(answer)
    return outcome
  }
}

/** Stops a run that is to close; `askedAt` are the times of its requests to cancel, in ms since the stop. */
async function flattenOrders(broker: WorkingBroker, onSleep = (_elapsedMs: number): void => {}) {
  let elapsedMs = 0
  const clock = {
    now: () => 0 as UnixMs,
    sleep: async (ms: number) => {
      await turn()
      elapsedMs += ms
      onSleep(elapsedMs)
    },
  }
  const left: RunEvent[] = []
  const askedAt: number[] = []
  const session = await start(buyAt(999), broker, {
    clock,
    observer: {
      onEvent: event => void (event.type === 'left-open' && left.push(event)),
      onDecision: ({ command }) => void (command.type === 'cancel' && askedAt.push(elapsedMs)),
    },
  })
  broker.quote(998)
  return { session, left, askedAt }
}

describe('orders that wait when a run stops and closes', () => {
  it('are asked to be cancelled again after a refusal or a loss, until they are gone', async () => {
    const { session, left, askedAt } = await flattenOrders(new WorkingBroker([REFUSED, LOST, ACCEPTED]))
    await session.stop({ positions: 'close' })
    expect([askedAt, left, session.view().orders]).toEqual([[0, 1000, 2000], [], []])
  })

  it('are waited for when no order id of a run is on them', async () => {
    const { clientOrderId: _, ...foreign } = waiting
    const { session, left, askedAt } = await flattenOrders(new WorkingBroker([REFUSED, ACCEPTED], [foreign]))
    await session.stop({ positions: 'close' })
    expect([askedAt, left]).toEqual([[0, 1000], []])
  })

  it('are told of when they still work after ten seconds', async () => {
    const { session, left } = await flattenOrders(new WorkingBroker([]))
    await session.stop({ positions: 'close' })
    expect(left).toMatchObject([
      { type: 'left-open', positionIds: [], orderIds: [waiting.id], pendingEntries: 1, refused: [] },
    ])
    expect(session.view().orders).toMatchObject([{ id: waiting.id }])
  })

  it('are cancelled when they were accepted only after the stop', async () => {
    const broker = new WorkingBroker([ACCEPTED], [])
    const order = { ...waiting, clientOrderId: 's1.1' as ClientOrderId }
    const accept = (elapsedMs: number) => {
      if (elapsedMs === 3000) broker.emit({ type: 'order-accepted', at: 1500 as UnixMs, order })
    }
    const { session, askedAt } = await flattenOrders(broker, accept)
    broker.quote(999)
    await turn()
    expect(broker.submitted.map(({ command }) => command.type)).toEqual(['place'])
    await session.stop({ positions: 'close' })
    expect(askedAt).toEqual([3000])
  })

  it('are told of as entries without an outcome when nobody knows whether they have arrived', async () => {
    const broker = new WorkingBroker([], [])
    const { session, left } = await flattenOrders(broker)
    broker.quote(999)
    await turn()
    await session.stop({ positions: 'close' })
    expect(left).toMatchObject([{ positionIds: [], orderIds: [], pendingEntries: 1 }])
  })
})
