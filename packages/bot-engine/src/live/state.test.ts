import { type Bar, lots, pips, type Price, type UnixMs } from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { held, ManualBroker, sessions, turn } from '../../test/manual-broker.ts'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import type { StateStore } from '../ports/state-store.ts'
import { defineStrategy } from '../strategy/define.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import { runLive } from './run.ts'

const brokers: ManualBroker[] = []
const stores: HeldStore[] = []

afterEach(async () => {
  for (const { submitted } of brokers.splice(0))
    for (const { answer } of submitted) answer({ type: 'accepted' })
  for (const store of stores.splice(0)) store.letGo()
  for (const session of sessions.splice(0)) await session.stop()
})

/** Buys at each quote that ends in .5 and counts what it asked for. */
const counting = defineStrategy({
  name: 'counting',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1', history: 2 } }),
  state: z.object({ asked: z.int().default(0), bars: z.int().default(0) }),
  create: ({ state }) => ({
    onBar() {
      state.bars += 1
    },
    onQuote(quote, ctx) {
      if (quote.bid % 1 === 0.25) return void ctx.close()
      if (quote.bid % 1 !== 0.5) return
      ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(100) } })
      // After the order was asked for: it counts all the same.
      state.asked += 1
    },
    onStop() {
      state.asked += 100
    },
  }),
})

/** A store in memory whose writes wait until the test lets them go on, or fail. */
class HeldStore implements StateStore {
  readonly written: unknown[] = []
  readonly waiting: { json: string; done: () => void; fail: (cause: Error) => void }[] = []
  readonly #saved: unknown
  #isHeld = true

  constructor(saved?: unknown) {
    this.#saved = saved
    stores.push(this)
  }

  async load() {
    return this.#saved
  }

  letGo(): void {
    this.#isHeld = false
    for (const { done } of this.waiting) done()
  }

  async save(json: string): Promise<void> {
    if (!this.#isHeld) return
    return new Promise((resolve, fail) => {
      const done = () => {
        this.written.push(JSON.parse(json))
        resolve()
      }
      this.waiting.push({ json, done, fail })
    })
  }
}

async function start(store: StateStore, strategy: typeof counting = counting) {
  const broker = new ManualBroker()
  broker.positions = [held]
  broker.past = [pastBar(60_000)]
  brokers.push(broker)
  const reasons: string[] = []
  const session = await runLive(strategy, {
    params: {},
    broker,
    instrument: 'XAUUSD',
    label: 'S03/demo',
    sessionId: 's1',
    risk: {},
    ledger: createMemoryLedger(),
    stateStore: store,
    observer: {
      onEvent: event => {
        if (event.type === 'execution' && event.event.type === 'order-rejected')
          reasons.push(event.event.reason)
      },
    },
  })
  sessions.push(session)
  return { broker, session, reasons }
}

function pastBar(closedAt: number): Bar {
  const price = 1290 as Price
  const prices = { open: price, high: price, low: price, close: price, tickVolume: 1 }
  const openedAt = (closedAt - 60_000) as UnixMs
  return {
    type: 'bar',
    symbolId: REPLAY_XAUUSD.id,
    timeframe: 'm1',
    openedAt,
    closedAt: closedAt as UnixMs,
    ...prices,
  }
}

const typesOf = ({ submitted }: ManualBroker) => submitted.map(({ command }) => command.type)

describe('the state of a live run', () => {
  it('is saved before an entry leaves, with what its handler did after asking for it', async () => {
    const store = new HeldStore()
    const { broker } = await start(store)
    broker.quote(100_000, 1290.5)
    await turn()
    expect(typesOf(broker)).toEqual([])
    expect(store.waiting.map(({ json }) => json)).toEqual(['{"asked":1,"bars":1}'])
    store.waiting[0]?.done()
    await turn()
    expect(typesOf(broker)).toEqual(['place'])
  })

  it('keeps an entry back when it cannot be saved, and never an exit', async () => {
    const store = new HeldStore()
    const { broker, reasons } = await start(store)
    broker.quote(100_000, 1290.5)
    broker.quote(100_001, 1290.25)
    await turn()
    expect(typesOf(broker)).toEqual(['close'])
    store.waiting[0]?.fail(new Error('disk full'))
    await turn()
    expect(typesOf(broker)).toEqual(['close'])
    expect(reasons).toEqual(['the state of the strategy could not be saved: disk full'])
  })

  it('is restored at start, and what the warm-up does to it is undone', async () => {
    const store = new HeldStore({ asked: 5, bars: 40 })
    const { broker } = await start(store)
    broker.quote(100_000, 1290.5)
    await turn()
    expect(store.waiting.map(({ json }) => json)).toEqual(['{"asked":6,"bars":40}'])
  })

  it('is saved after bars, one write at a time and the newest last', async () => {
    const store = new HeldStore({ asked: 0, bars: 0 })
    const { broker } = await start(store)
    for (const minute of [2, 3, 4, 5]) {
      broker.quote(minute * 60_000, 1290)
      await turn()
    }
    expect(store.waiting.map(({ json }) => json)).toEqual(['{"asked":0,"bars":1}'])
    store.waiting[0]?.done()
    await turn()
    expect(store.waiting[1]?.json).toBe('{"asked":0,"bars":3}')
    store.waiting[1]?.done()
    await turn()
    expect(store.waiting).toHaveLength(2)
  })

  it('is saved at the end, after onStop', async () => {
    const store = new HeldStore({ asked: 0, bars: 0 })
    const { session, broker } = await start(store)
    broker.quote(100_000, 1290)
    const stopped = session.stop()
    await turn()
    store.waiting[0]?.done()
    await stopped
    expect(store.written).toEqual([{ asked: 100, bars: 0 }])
  })

  it('of an older version is migrated, once, and saved in the shape of today', async () => {
    const seen: unknown[] = []
    const migrateState = (saved: unknown) => {
      seen.push(saved)
      return { asked: (saved as { readonly orders: number }).orders }
    }
    const store = new HeldStore({ orders: 5, asked: 'many' })
    const { broker } = await start(store, { ...counting, migrateState })
    expect(seen).toEqual([{ orders: 5, asked: 'many' }])
    broker.quote(100_000, 1290.5)
    await turn()
    expect(store.waiting.map(({ json }) => json)).toEqual(['{"asked":6,"bars":0}'])
    const fits = new HeldStore({ asked: 5, bars: 40 })
    await start(fits, { ...counting, migrateState })
    expect(seen).toHaveLength(1)
  })

  it.each([
    [
      'throws',
      () => {
        throw new RangeError('of version 0')
      },
      /refused by its migrateState: RangeError: of version 0/,
    ],
    ['gives what does not fit', () => ({ asked: 'x' }), /\(migrated\): asked: /],
  ])(
    'that its migration %s for ends the start, and stays as it was',
    async (_what, migrateState, message) => {
      const store = new HeldStore({ asked: 'y' })
      await expect(start(store, { ...counting, migrateState })).rejects.toThrow(message)
      expect(store.waiting).toEqual([])
    },
  )

  it('that does not fit the schema ends the start, with the field and the ways out', async () => {
    await expect(start(new HeldStore({ asked: 'x' }))).rejects.toThrow(
      /\(saved\): asked: .* migrateState .* remove the saved one/,
    )
  })
})
