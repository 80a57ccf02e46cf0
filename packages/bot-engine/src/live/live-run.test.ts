import {
  type ClientOrderId,
  type ExecutionEvent,
  lots,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { buyAt, held, ManualBroker, sessions, start, turn, usd } from '../../test/manual-broker.ts'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import { EngineError } from '../errors.ts'
import type { Command } from '../ports/broker.ts'
import type { IntentLedger } from '../ports/intent-ledger.ts'
import type { Handlers } from '../strategy/define.ts'
import { createMemoryLedger } from './memory-ledger.ts'
import type { RunEvent } from './run-event.ts'
import type { LiveSession } from './session.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

describe('the start', () => {
  it('goes instrument, account, history, subscription; and takes over positions with its label alone', async () => {
    const broker = new ManualBroker()
    broker.positions = [held, { ...held, id: 8 as PositionId, label: 'somebody' }]
    broker.past = [0, 1, 2].map(minute => ({
      type: 'bar',
      symbolId: REPLAY_XAUUSD.id,
      timeframe: 'm1',
      openedAt: (minute * 60_000) as UnixMs,
      closedAt: ((minute + 1) * 60_000) as UnixMs,
      open: 1290 as Price,
      high: 1290 as Price,
      low: 1290 as Price,
      close: 1290 as Price,
      tickVolume: 1,
    }))
    let bars = 0
    const session = await start({ onBar: () => void bars++ }, broker, {}, 3)
    expect(broker.log).toEqual(['instrument', 'snapshot', 'history m1 3', 'start'])
    expect(bars).toBe(3)
    expect(session.view()).toMatchObject({
      status: 'running',
      entriesEnabled: true,
      balance: usd(1_000_000),
      equity: usd(999_965),
      positions: [{ id: 7 }],
      marketAt: undefined,
      quote: undefined,
      lastQuoteAgeMs: undefined,
      unresolved: 0,
    })
  })

  it('refuses bad parameters, labels and session ids before it asks the broker anything', async () => {
    const broker = new ManualBroker()
    await expect(start({}, broker, { params: { size: -1 } })).rejects.toThrow(/invalid-params.*size/)
    await expect(start({}, broker, { label: '' })).rejects.toThrow(/label/)
    await expect(start({}, broker, { sessionId: 'x'.repeat(21) })).rejects.toThrow(/session id/)
    expect(broker.log).toEqual([])
  })

  it('passes on what the broker refuses, and ends the subscription that failed', async () => {
    await expect(start({}, new ManualBroker(), { instrument: 'GOLD' })).rejects.toThrow(/unknown-symbol/)
    const broker = new ManualBroker()
    broker.startError = new EngineError('broker-unavailable', 'gone')
    await expect(start({}, broker)).rejects.toThrow(/gone/)
  })

  it('needs no outcome of exits of earlier sessions: the account shows what became of them', async () => {
    const command: Command = { type: 'close', positionId: 7 as PositionId }
    const unresolved = async () => [{ id: 's0.1' as ClientOrderId, command, at: 500 as UnixMs }]
    const session = await start({}, new ManualBroker(), { ledger: { ...createMemoryLedger(), unresolved } })
    expect([session.status, session.view().entriesEnabled]).toEqual(['running', true])
  })
})

describe('an entry', () => {
  it('takes its place at once, waits for the ledger, is sent once and resolved', async () => {
    const broker = new ManualBroker()
    const told: string[] = []
    const ledger: IntentLedger = {
      commit: async (id, { type }) => {
        told.push(`commit ${id} ${type}`)
        return { type: 'granted' }
      },
      resolve: async (id, { type }) => void told.push(`resolve ${id} ${type}`),
      unresolved: async () => [],
    }
    const events: RunEvent['type'][] = []
    const session = await start(buyAt(1000), broker, {
      ledger,
      observer: { onEvent: event => events.push(event.type) },
    })
    broker.quote(1000)
    expect(broker.log.slice(3)).toEqual(['decide'])
    await turn()
    expect(broker.log.slice(3)).toEqual(['decide', 'submit place'])
    expect(broker.submitted[0]?.command).toMatchObject({
      request: { clientOrderId: 's1.1', label: 'S03/demo', volume: 0.1 },
    })
    expect(session.view()).toMatchObject({ unresolved: 1, pendingEntries: 1 })
    broker.submitted[0]?.answer({ type: 'accepted' })
    await turn()
    expect(told).toEqual(['commit s1.1 place', 'resolve s1.1 accepted'])
    expect(session.view().unresolved).toBe(0)
    expect(events).toEqual(['status-changed', 'status-changed', 'command-sent', 'command-resolved'])
  })

  it('that the ledger denies is not sent, gives its place up and is told as refused', async () => {
    const broker = new ManualBroker()
    const seen: unknown[] = []
    const commit = async () => ({ type: 'denied', reason: 'kill switch' }) as const
    const handlers = { ...buyAt(1000), onExecution: (event: ExecutionEvent) => void seen.push(event) }
    const session = await start(handlers, broker, { ledger: { ...createMemoryLedger(), commit } })
    broker.quote(1000)
    await turn()
    expect(broker.log.slice(3)).toEqual(['decide', 'release'])
    expect(seen).toEqual([{ type: 'order-rejected', at: 1000, clientOrderId: 's1.1', reason: 'kill switch' }])
    expect(session.view().pendingEntries).toBe(0)
  })

  it('is not sent when the ledger fails', async () => {
    const broker = new ManualBroker()
    const errors: string[] = []
    const logger = {
      debug() {},
      info() {},
      warn() {},
      error: (_fields: object, message: string) => void errors.push(message),
    }
    await start(buyAt(1000), broker, {
      logger,
      ledger: { ...createMemoryLedger(), commit: () => Promise.reject(new Error('disk full')) },
    })
    broker.quote(1000)
    await turn()
    expect(broker.submitted).toEqual([])
    expect(errors).toEqual(['intent not written'])
  })

  it.each<[string, (session: LiveSession, lease: AbortController) => unknown]>([
    ['a pause', session => session.pause()],
    ['a stop', session => void session.stop()],
    ['a lost lease', (_session, lease) => lease.abort()],
  ])('is not sent when %s comes while the ledger writes it down', async (_what, interrupt) => {
    const broker = new ManualBroker()
    const told: string[] = []
    const lease = new AbortController()
    let grant: () => void = () => undefined
    const session = await start(buyAt(1000), broker, {
      signal: lease.signal,
      ledger: {
        commit: () =>
          new Promise(resolve => {
            grant = () => resolve({ type: 'granted' })
          }),
        resolve: async (id, { type }) => void told.push(`${id} ${type}`),
        unresolved: async () => [],
      },
    })
    broker.quote(1000)
    interrupt(session, lease)
    grant()
    await turn()
    expect(broker.submitted).toEqual([])
    expect(broker.log).toContain('release')
    expect(told).toEqual(['s1.1 absent'])
    expect(session.view()).toMatchObject({ unresolved: 0, pendingEntries: 0 })
  })

  it('is not sent when the lease was lost while the account was read', async () => {
    const lease = new AbortController()
    class LosingBroker extends ManualBroker {
      override async snapshot() {
        lease.abort()
        return super.snapshot()
      }
    }
    const broker = new LosingBroker()
    const session = await start(buyAt(1000), broker, { signal: lease.signal })
    broker.quote(1000)
    await turn()
    expect([session.status, broker.submitted.length]).toEqual(['exits-only', 0])
  })

  it('is not sent when the strategy ends the run while the ledger writes it down', async () => {
    const broker = new ManualBroker()
    const handlers: Handlers = {
      onQuote: (_quote, ctx) => {
        ctx.buy({ volume: lots(0.1) })
        ctx.stop('done')
      },
    }
    const session = await start(handlers, broker)
    broker.quote(1000)
    session.resume()
    expect(session.view().entriesEnabled).toBe(false)
    expect(await session.finished).toBe('requested')
    expect(broker.submitted).toEqual([])
  })

  it('of unknown outcome is never sent again, and from then on only exits are allowed', async () => {
    const broker = new ManualBroker()
    broker.positions = [held]
    const session = await start(
      { onQuote: (quote, ctx) => void (quote.at < 3000 ? ctx.buy({ volume: lots(0.1) }) : ctx.close()) },
      broker,
    )
    broker.quote(1000)
    await turn()
    broker.submitted[0]?.answer({ type: 'unknown', cause: new Error('lost') })
    await turn()
    expect([session.status, session.view().entriesEnabled]).toEqual(['exits-only', false])
    session.resume()
    broker.quote(2000)
    broker.quote(3000)
    await turn()
    expect(broker.submitted.map(({ command }) => command.type)).toEqual(['place', 'close'])
    broker.submitted[1]?.answer({ type: 'accepted' })
  })

  it('is blocked by a pause, by a limit and by a lost lease, and says why', async () => {
    const broker = new ManualBroker()
    const reasons: string[] = []
    const lease = new AbortController()
    const session = await start({ onQuote: (_quote, ctx) => void ctx.buy({ volume: lots(0.1) }) }, broker, {
      risk: { maxVolume: lots(0.05) },
      signal: lease.signal,
      observer: {
        onEvent: event => void (event.type === 'entry-blocked' && reasons.push(event.blocked.reason)),
      },
    })
    session.pause()
    broker.quote(1000)
    session.resume()
    broker.quote(2000)
    lease.abort()
    broker.quote(3000)
    expect(reasons).toEqual([
      'entries are paused',
      expect.stringContaining('limit of 0.05'),
      'the lease was lost',
    ])
    expect([session.status, broker.submitted.length]).toEqual(['exits-only', 0])
  })

  it('uses the volume of the operator from the moment it is set', async () => {
    const broker = new ManualBroker()
    const session = await start({ onQuote: (_quote, ctx) => void ctx.buy({ volume: lots(0.1) }) }, broker, {
      entryVolume: lots(0.02),
    })
    broker.quote(1000)
    session.setEntryVolume(undefined)
    broker.quote(2000)
    await turn()
    expect(broker.submitted.map(({ command }) => command.type === 'place' && command.request.volume)).toEqual(
      [0.02, 0.1],
    )
    for (const { answer } of broker.submitted) answer({ type: 'accepted' })
  })
})

describe('an exit', () => {
  it('never waits for the ledger', async () => {
    const broker = new ManualBroker()
    broker.positions = [held]
    const ledger: IntentLedger = { ...createMemoryLedger(), commit: () => new Promise(() => undefined) }
    const session = await start(
      { onQuote: (quote, ctx) => void (quote.at === 1000 && ctx.close()) },
      broker,
      { ledger },
    )
    broker.quote(1000)
    expect(broker.submitted.map(({ command }) => command)).toEqual([
      { type: 'close', positionId: 7, volume: 0.1 },
    ])
    broker.submitted[0]?.answer({ type: 'accepted' })
    broker.closed(held, 1100)
    expect(session.view().positions).toEqual([])
    broker.end({ type: 'data-ended' })
    expect(await session.finished).toBe('data-ended')
  })
})

describe('the end', () => {
  it('of the data calls onStop and finishes as data-ended', async () => {
    const broker = new ManualBroker()
    const reasons: string[] = []
    const session = await start({ onStop: reason => void reasons.push(reason) }, broker)
    broker.quote(1000)
    broker.end({ type: 'data-ended' })
    expect(await session.finished).toBe('data-ended')
    expect([session.status, reasons, broker.log.at(-1)]).toEqual(['stopped', ['data-ended'], 'unsubscribed'])
  })

  it('of the connection finishes as connection-lost and keeps positions', async () => {
    const broker = new ManualBroker()
    broker.positions = [held]
    const session = await start({}, broker)
    broker.end({ type: 'connection-lost', cause: new Error('reset') })
    expect(await session.finished).toBe('connection-lost')
    expect(broker.submitted).toEqual([])
  })

  it('by a handler that throws finishes as failed, with the cause, and keeps positions', async () => {
    const broker = new ManualBroker()
    broker.positions = [held]
    const session = await start(
      {
        onQuote() {
          throw new Error('boom')
        },
      },
      broker,
    )
    broker.quote(1000)
    expect(await session.finished).toBe('failed')
    expect(session.failure).toMatchObject({ code: 'handler-failed', cause: new Error('boom') })
    broker.quote(2000)
    expect(broker.submitted).toEqual([])
  })

  it('by ctx.stop finishes as requested', async () => {
    const broker = new ManualBroker()
    const session = await start({ onQuote: (_quote, ctx) => ctx.stop('done') }, broker)
    broker.quote(1000)
    expect(await session.finished).toBe('requested')
  })

  it('by stop keeps positions unless told otherwise', async () => {
    const broker = new ManualBroker()
    broker.positions = [held]
    const session = await start({}, broker)
    broker.quote(1000)
    await session.stop()
    expect(await session.finished).toBe('requested')
    expect(broker.submitted).toEqual([])
    await session.stop()
  })

  it('by stop with close closes its positions first, and the trade is still told', async () => {
    const broker = new ManualBroker()
    broker.positions = [held, { ...held, id: 8 as PositionId, label: 'somebody' }]
    const trades: string[] = []
    const statuses: string[] = []
    const session = await start({}, broker, {
      observer: {
        onTrade: trade => trades.push(`${trade.positionId} ${trade.exitReason} ${trade.net.minor}`),
        onEvent: event => void (event.type === 'status-changed' && statuses.push(event.status)),
      },
    })
    broker.quote(1000)
    const stopped = session.stop({ positions: 'close' })
    expect(broker.submitted.map(({ command }) => command)).toEqual([
      { type: 'close', positionId: 7, volume: 0.1 },
    ])
    expect(session.view()).toMatchObject({ status: 'stopping', entriesEnabled: false })
    broker.closed(held, 1100)
    broker.submitted[0]?.answer({ type: 'accepted' })
    await stopped
    expect(trades).toEqual(['7 strategy 930'])
    expect(statuses).toEqual(['warming-up', 'running', 'stopping', 'stopped'])
  })

  it('comes with dispose too', async () => {
    const broker = new ManualBroker()
    {
      await using session = await start({}, broker)
      expect(session.status).toBe('running')
    }
    expect(broker.log.at(-1)).toBe('unsubscribed')
  })
})

describe('events', () => {
  it('are numbered without holes and end with the run', async () => {
    const broker = new ManualBroker()
    const session = await start(buyAt(1000), broker)
    const seen: RunEvent[] = []
    const reading = (async () => {
      for await (const event of session.events()) seen.push(event)
    })()
    await turn()
    broker.quote(1000)
    await turn()
    broker.submitted[0]?.answer({ type: 'rejected', reason: 'MARKET_CLOSED' })
    broker.end({ type: 'data-ended' })
    await reading
    expect(seen.map(event => event.type)).toEqual(['command-sent', 'command-resolved', 'status-changed'])
    expect(seen.map(event => event.seq)).toEqual([3, 4, 5])
  })
})
