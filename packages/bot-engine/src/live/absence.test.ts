import {
  type DealId,
  lots,
  type OrderId,
  type Position,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, describe, expect, it } from 'vitest'
import { buyAt, held, ManualBroker, sessions, start, turn, usd } from '../../test/manual-broker.ts'
import { REPLAY_XAUUSD } from '../data/instruments.ts'
import type { QuoteSilence } from '../ports/broker.ts'
import type { Handlers } from '../strategy/define.ts'
import type { RunEvent } from './run-event.ts'
import type { LiveSession } from './session.ts'

afterEach(async () => {
  for (const session of sessions.splice(0)) await session.stop()
})

describe('a run whose quotes stop while its connection lives', () => {
  /** A broker that watches over its feeds. */
  class WatchingBroker extends ManualBroker {
    tell: (change: QuoteSilence) => void = () => undefined
    readonly onQuoteSilence = (listener: (change: QuoteSilence) => void): void => {
      this.tell = listener
    }
    silent(isSilent: boolean): void {
      this.tell({ symbolId: REPLAY_XAUUSD.id, isSilent, silentMs: 60_000 })
    }
  }

  it('opens nothing on the stale price, may close, tells it, and opens again with the next quote', async () => {
    const broker = new WatchingBroker()
    broker.positions = [held]
    const events: RunEvent[] = []
    let asked = 0
    const handlers: Handlers = {
      onQuote: (_quote, ctx) => void ctx.buy({ volume: lots(0.1) }),
      onExecution(event, ctx) {
        if (event.type !== 'balance-changed') return
        asked += 1
        ctx.buy({ volume: lots(0.1) })
        for (const { id } of ctx.positions) ctx.close(id)
      },
    }
    const observer = { onEvent: (event: RunEvent) => events.push(event) }
    const session = await start(handlers, broker, { observer })
    broker.silent(true)
    expect([session.status, session.view().entriesEnabled]).toEqual(['exits-only', false])
    broker.emit({ type: 'balance-changed', at: 2000 as UnixMs, balance: usd(1_000_100), delta: usd(100) })
    await turn()
    expect(asked).toBe(1)
    expect(broker.submitted.map(({ command }) => command.type)).toEqual(['close'])
    broker.silent(false)
    broker.quote(3000)
    await turn()
    expect(broker.submitted.map(({ command }) => command.type)).toEqual(['close', 'place'])
    for (const { answer } of broker.submitted) answer({ type: 'accepted' })
    expect(events.filter(({ type }) => /quotes|status|blocked/.test(type)).slice(2)).toMatchObject([
      { type: 'quotes-stopped', symbolId: REPLAY_XAUUSD.id, silentMs: 60_000 },
      { type: 'status-changed', status: 'exits-only', reason: 'the quotes of XAUUSD have stopped' },
      { type: 'entry-blocked' },
      { type: 'quotes-resumed' },
      { type: 'status-changed', status: 'running' },
    ])
  })
})

describe('a run whose connection is lost and comes back', () => {
  const gone = (): ReturnType<typeof closing> => closing(92)
  const closing = (dealId: number) => ({
    position: held,
    fill: {
      dealId: dealId as DealId,
      orderId: 90 as OrderId,
      positionId: held.id,
      side: 'sell' as const,
      volume: held.volume,
      price: 1285 as Price,
      at: 2000 as UnixMs,
      commission: usd(-35),
      closing: {
        entryPrice: held.entryPrice,
        gross: usd(-5000),
        commission: usd(-70),
        swap: usd(-3),
        conversionFee: usd(0),
        balance: usd(994_927),
      },
    },
  })

  /** A broker that comes back, and whose deal history the test serves. */
  class ReturningBroker extends ManualBroker {
    stale: (reason: string, linkClosed?: boolean) => void = () => undefined
    readonly onStale = (listener: (reason: string, linkClosed: boolean) => void): void => {
      this.stale = (reason, linkClosed = true) => listener(reason, linkClosed)
    }
    readonly asked: { since: number; known: readonly Position[] }[] = []
    serve: (closings: ReturnType<typeof closing>[]) => void = () => undefined
    refuse: (error: Error) => void = () => undefined
    arrived = false
    readonly pastClosings = (since: number, known: readonly Position[]) => {
      this.asked.push({ since, known })
      return new Promise<ReturnType<typeof closing>[]>((resolve, reject) => {
        this.serve = resolve
        this.refuse = reject
      })
    }
    readonly hasOrder = async () => this.arrived
    resync(positions: readonly Position[]): void {
      const snapshot = { at: 3000 as UnixMs, balance: usd(994_927), leverage: 100, positions, orders: [] }
      this.emit({ type: 'resynced', at: 3000 as UnixMs, snapshot })
    }
  }

  it('opens nothing until the deal history has told what was closed meanwhile, which is a trade, once', async () => {
    const broker = new ReturningBroker()
    broker.positions = [held]
    const trades: unknown[] = []
    const session = await start({}, broker, { observer: { onTrade: trade => trades.push(trade) } })
    broker.quote(1_000_000)
    broker.stale('the connection is lost')
    expect([session.status, session.view().entriesEnabled]).toEqual(['exits-only', false])
    broker.resync([])
    expect(session.view()).toMatchObject({ positions: [], balance: usd(994_927), entriesEnabled: false })
    expect(broker.asked).toEqual([{ since: 940_000, known: [held] }])
    broker.serve([gone(), { ...closing(93), position: { ...held, id: 8 as PositionId, label: 'somebody' } }])
    await turn()
    expect(trades).toMatchObject([
      { positionId: 7, exitReason: 'stop-loss', gross: usd(-5000), swap: usd(-3), net: usd(-5073) },
    ])
    expect([session.status, session.view().entriesEnabled]).toEqual(['running', true])
    // The same deal again, as when the loss repeats before anything happened.
    broker.stale('the connection is lost')
    broker.resync([])
    broker.serve([gone()])
    await turn()
    expect([trades.length, session.status]).toEqual([1, 'running'])
  })

  it('voids what it has begun to read when the connection is lost again, and asks again when it fails', async () => {
    const broker = new ReturningBroker()
    broker.positions = [held]
    const trades: unknown[] = []
    let wake: () => void = () => undefined
    const clock = {
      now: () => 5000 as UnixMs,
      sleep: () =>
        new Promise<void>(resolve => {
          wake = resolve
        }),
    }
    const session = await start({}, broker, { clock, observer: { onTrade: trade => trades.push(trade) } })
    broker.quote(1_000_000)
    broker.stale('lost')
    broker.resync([])
    const late = broker.serve
    broker.stale('lost again')
    late([gone()])
    await turn()
    expect([trades.length, session.view().entriesEnabled]).toEqual([0, false])
    broker.resync([])
    broker.refuse(new Error('blocked'))
    await turn()
    wake()
    await turn()
    expect(broker.asked.map(({ since, known }) => [since, known.length])).toEqual([
      [940_000, 1],
      [940_000, 1],
      [940_000, 1],
    ])
    broker.serve([gone()])
    await turn()
    expect([trades.length, session.status]).toEqual([1, 'running'])
  })

  it('reads the past also when it is lost before the first message, and tells only what is gone since', async () => {
    const broker = new ReturningBroker()
    broker.positions = [{ ...held, openedAt: 500_000 as UnixMs }]
    const trades: unknown[] = []
    const session = await start({}, broker, { observer: { onTrade: trade => trades.push(trade) } })
    broker.stale('the connection is lost')
    broker.resync([])
    expect([session.status, broker.asked.map(({ since }) => since)]).toEqual(['exits-only', [440_000]])
    const earlier = closing(80)
    broker.serve([{ ...earlier, fill: { ...earlier.fill, volume: lots(0.05) } }, gone()])
    await turn()
    expect(trades).toMatchObject([{ positionId: 7, net: usd(-5073) }])
    expect(session.status).toBe('running')
  })

  it('records at its start what was closed since it is told, also when it never saw the position', async () => {
    const broker = new ReturningBroker()
    const trades: unknown[] = []
    const observer = { onTrade: (trade: unknown) => void trades.push(trade) }
    const session = await start({}, broker, { closedSince: 500 as UnixMs, observer })
    expect([session.status, broker.asked]).toEqual(['exits-only', [{ since: 500, known: [] }]])
    broker.serve([gone()])
    await turn()
    expect(trades).toMatchObject([{ positionId: 7, net: usd(-5073) }])
    expect(session.status).toBe('running')
  })

  it.each([
    ['opens again once there is evidence that the entry arrived', true, 'running', 0],
    ['opens nothing any more without evidence of the entry: it may still come', false, 'exits-only', 1],
  ] as const)('%s', async (_what, arrived, status, pendingEntries) => {
    const broker = new ReturningBroker()
    broker.arrived = arrived
    const session = await start(buyAt(1000), broker)
    broker.quote(1000)
    await turn()
    broker.stale('the connection is lost')
    broker.submitted[0]?.answer({ type: 'unknown', cause: new Error('lost') })
    await turn()
    broker.resync([])
    broker.serve([])
    await turn()
    expect([session.status, session.view().pendingEntries]).toEqual([status, pendingEntries])
  })

  it('goes on closing while it opens nothing', async () => {
    const broker = new ReturningBroker()
    broker.positions = [held]
    await start({ onQuote: (quote, ctx) => void (quote.at === 2000 && ctx.close()) }, broker)
    broker.quote(1000)
    broker.stale('the connection is lost')
    broker.quote(2000)
    await turn()
    expect(broker.submitted.map(({ command }) => command.type)).toEqual(['close'])
    broker.submitted[0]?.answer({ type: 'accepted' })
  })
})

describe('an entry that waits inside the broker', () => {
  it.each<[string, (session: LiveSession, lease: AbortController) => unknown]>([
    ['a pause', session => session.pause()],
    ['a stop', session => void session.stop()],
    ['a lost lease', (_session, lease) => lease.abort()],
  ])('is taken back by %s', async (_what, interrupt) => {
    const broker = new ManualBroker()
    const lease = new AbortController()
    const session = await start(buyAt(1000), broker, { signal: lease.signal })
    broker.quote(1000)
    await turn()
    expect(broker.withdrawals[0]?.aborted).toBe(false)
    interrupt(session, lease)
    expect(broker.withdrawals[0]?.aborted).toBe(true)
    broker.submitted[0]?.answer({ type: 'rejected', reason: 'not-sent' })
  })
})
