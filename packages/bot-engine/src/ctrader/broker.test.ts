import type { Transport } from '@openclaw-trading/ctrader-client'
import {
  decodeEnvelope,
  decodeMessage,
  encodeMessage,
  FrameDecoder,
  type PayloadType,
} from '@openclaw-trading/ctrader-client/protocol'
import {
  clientOrderId,
  type ExecutionEvent,
  lots,
  type MarketEvent,
  pips,
  type PositionId,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { describe, expect, it, vi } from 'vitest'
import { z } from 'zod'
import { createMemoryLedger } from '../live/memory-ledger.ts'
import { runLive } from '../live/run.ts'
import { defineStrategy } from '../strategy/define.ts'
import { connectBroker } from './connect.ts'

const GOLD = 41 as SymbolId
const account = { ctidTraderAccountId: 5 }
const trade = { symbolId: 41, volume: 100, tradeSide: 1, openTimestamp: 1000, label: 'S03' }
const execution = {
  ...account,
  executionType: 2,
  order: {
    orderId: 1,
    orderType: 1,
    orderStatus: 1,
    tradeData: trade,
    positionId: 7,
    utcLastUpdateTimestamp: 2000,
    clientOrderId: 'a.1',
  },
}

type Answer = readonly [PayloadType, object] | undefined

/** The other end of a broker: a server in memory that answers by payload type. */
class Venue {
  readonly sent: { readonly type: number; readonly id: string | undefined; readonly message: object }[] = []
  readonly answers: Record<number, (message: never) => Answer>
  readonly transport: Transport
  send: (type: PayloadType, message: object, id?: string) => void = () => {}
  drop: (cause?: unknown) => void = () => {}

  constructor(version: string) {
    const trader = { ...account, balance: 1_000_000, depositAssetId: 1, leverageInCents: 10_000 }
    const gold = {
      symbolId: 41,
      digits: 2,
      pipPosition: 1,
      lotSize: 10_000,
      minVolume: 100,
      stepVolume: 100,
      maxVolume: 1_000_000,
    }
    this.answers = {
      2100: () => [2101, {}],
      2102: () => [2103, account],
      2104: () => [2105, { version }],
      2112: () => [2113, { ...account, asset: [{ assetId: 1, name: 'USD' }] }],
      2114: () => [2115, { ...account, symbol: [{ symbolId: 41, symbolName: 'XAUUSD', quoteAssetId: 1 }] }],
      2116: () => [2117, { ...account, symbol: [gold] }],
      2121: () => [2122, { ...account, trader }],
      2124: () => [2125, account],
      2127: () => [2128, account],
      2149: () => [2150, { accessToken: '', ctidTraderAccount: [account] }],
    }
    this.transport = {
      open: listener => {
        const decoder = new FrameDecoder()
        this.send = (type, message, id) => listener.onData(encodeMessage(type, message as never, id))
        this.drop = cause => listener.onClose(cause)
        return Promise.resolve({
          waitingBytes: 0,
          send: (bytes: Uint8Array) => decoder.push(bytes, body => this.#take(body)),
          close() {},
          destroy() {},
        })
      },
    }
  }

  #take(body: Uint8Array): void {
    const { payloadType, payload, clientMsgId } = decodeEnvelope(body)
    const type = payloadType as PayloadType
    const message = decodeMessage(type, payload.slice())
    this.sent.push({ type, id: clientMsgId, message })
    const answer = this.answers[type]?.(message as never)
    if (answer !== undefined) queueMicrotask(() => this.send(answer[0], answer[1], clientMsgId))
  }

  types(): readonly number[] {
    return this.sent.map(({ type }) => type)
  }
}

async function open(version = '91', reconnect?: { maxAttempts: number; initialMs: number }) {
  const venue = new Venue(version)
  const broker = await connectBroker({
    environment: 'demo',
    application: { clientId: 'c', clientSecret: 's' },
    accessToken: 'token',
    transport: venue.transport,
    replayPolling: false,
    ...(reconnect === undefined ? {} : { reconnect }),
  })
  const abort = new AbortController()
  const events: (MarketEvent | ExecutionEvent)[] = []
  const start = (): Promise<void> =>
    broker.start([{ symbolId: GOLD }], event => events.push(event), { signal: abort.signal })
  const spot = (timestamp: number): void =>
    venue.send(2131, { ...account, symbolId: 41, bid: 263_500_000, ask: 263_530_000, timestamp })
  const { signal } = abort
  const place = (volume = 0.01, decision = broker.decide(), withdrawal?: AbortSignal) =>
    broker.submit(
      {
        type: 'place',
        request: {
          type: 'market',
          symbolId: GOLD,
          side: 'buy',
          volume: lots(volume),
          stopLoss: { pips: pips(10) },
          clientOrderId: clientOrderId('a.1'),
          label: 'S03',
        },
      },
      { signal, decision, ...(withdrawal === undefined ? {} : { withdrawal }) },
    )
  return { venue, broker, abort, events, start, spot, place }
}

describe('a live run on it', () => {
  it.each([
    ['a minute', 60_000],
    ['ten minutes', 600_000],
    ['a day', 86_400_000],
  ])('hears every quote behind executions dated %s ahead', async (_, aheadMs) => {
    const { venue, broker, spot } = await open()
    const heard: number[] = []
    const strategy = defineStrategy({
      name: 'ear',
      params: z.object({}),
      feeds: () => ({ main: { timeframe: 'm1', history: 0 } }),
      create: () => ({ onQuote: ({ at }) => void heard.push(at) }),
    })
    const run = await runLive(strategy, {
      ...{ params: {}, broker, instrument: 'XAUUSD', label: 'S03', sessionId: 's1' },
      ...{ risk: {}, ledger: createMemoryLedger() },
    })
    const start = Date.now()
    spot(start)
    for (let second = 1; second <= 30; second++) {
      const utcLastUpdateTimestamp = start + second * 1000 + aheadMs
      const order = { ...execution.order, utcLastUpdateTimestamp }
      for (const executionType of [2, 4]) venue.send(2126, { ...execution, executionType, order })
      spot(start + second * 1000)
    }
    expect([heard.length, run.view().lateQuotes]).toEqual([31, 0])
    await run.stop()
    await broker.close()
  })
})

describe('connectBroker', () => {
  it('takes the only account of the token', async () => {
    const { venue, broker } = await open()
    expect(venue.sent.find(({ type }) => type === 2102)?.message).toMatchObject(account)
    await broker.close()
    expect(await broker.ended).toEqual({ type: 'closed' })
  })

  it('says that the login was refused, as something that a retry does not heal', async () => {
    const venue = new Venue('91')
    venue.answers[2100] = () => [2142, { errorCode: 'CH_CLIENT_AUTH_FAILURE' }]
    const options = {
      environment: 'demo',
      application: { clientId: 'c', clientSecret: 's' },
      accessToken: 't',
      transport: venue.transport,
    } as const
    await expect(connectBroker(options)).rejects.toMatchObject({
      code: 'broker-unavailable',
      retryable: false,
      details: { code: 'token-invalid' },
    })
  })

  it('asks which account when the token gives access to several', async () => {
    const venue = new Venue('91')
    venue.answers[2149] = () => [
      2150,
      { accessToken: '', ctidTraderAccount: [account, { ctidTraderAccountId: 6 }] },
    ]
    const options = {
      environment: 'demo',
      application: { clientId: 'c', clientSecret: 's' },
      accessToken: 't',
      transport: venue.transport,
    } as const
    await expect(connectBroker(options)).rejects.toThrow(/broker-unavailable.*2 accounts \(5, 6\)/)
  })
})

describe('CTraderBroker', () => {
  it('names a symbol that the broker does not have', async () => {
    const { broker } = await open()
    expect((await broker.instrument('XAUUSD')).id).toBe(41)
    await expect(broker.instrument('GOLD')).rejects.toMatchObject({
      code: 'unknown-symbol',
      details: { name: 'GOLD' },
    })
    await broker.close()
  })

  it('delivers executions that came before the start first, and quotes from the start on', async () => {
    const { venue, broker, events, start, spot } = await open()
    await broker.instrument('XAUUSD')
    venue.send(2126, execution)
    spot(2100)
    await start()
    spot(2200)
    expect(events.map(({ type }) => type)).toEqual(['order-accepted', 'quote'])
    await broker.close()
  })

  it('accepts at the first answer; what follows comes as events', async () => {
    const { venue, broker, start, place, events } = await open()
    await start()
    venue.answers[2106] = () => [2126, execution]
    expect(await place()).toEqual({ type: 'accepted' })
    expect(venue.sent.find(({ type }) => type === 2106)?.message).toMatchObject({
      label: 'S03',
      comment: 'a.1',
      clientOrderId: 'a.1',
    })
    expect(events.map(({ type }) => type)).toEqual(['order-accepted'])
    venue.drop()
    await broker.close()
  })

  it.each([2132, 2142] as const)('tells a refusal by message %i as outcome and as one event', async type => {
    const { venue, broker, start, place, events } = await open()
    await start()
    venue.answers[2106] = () => [type, { ...account, errorCode: 'MARKET_CLOSED' }]
    expect(await place()).toEqual({ type: 'rejected', reason: 'MARKET_CLOSED' })
    expect(events).toMatchObject([{ type: 'order-rejected', reason: 'MARKET_CLOSED', clientOrderId: 'a.1' }])
    await broker.close()
  })

  it('tells what was refused before sending in the same way', async () => {
    const { venue, broker, start, place, events } = await open()
    await start()
    expect(await place(0.005)).toMatchObject({
      type: 'rejected',
      reason: expect.stringContaining('invalid-argument'),
    })
    const { signal } = new AbortController()
    const refused = { type: 'close', positionId: 9 as PositionId, volume: lots(0.02) } as const
    expect(await broker.submit(refused, { signal, decision: broker.decide() })).toMatchObject({
      type: 'rejected',
    })
    expect(events).toMatchObject([
      { type: 'order-rejected', clientOrderId: 'a.1' },
      { type: 'order-rejected', refused },
    ])
    expect(venue.types()).not.toContain(2106)
    await broker.close()
  })

  it('does not know what became of an order when the connection breaks, and comes back with a snapshot', async () => {
    const { venue, broker, start, place, events } = await open()
    const stale: string[] = []
    broker.onStale?.(reason => stale.push(reason))
    await start()
    const outcome = place()
    await vi.waitFor(() => expect(venue.types()).toContain(2106))
    venue.drop(new Error('ECONNRESET'))
    expect(await outcome).toMatchObject({ type: 'unknown', cause: { code: 'connection-lost' } })
    expect(stale).toEqual([expect.stringContaining('the connection is lost')])
    expect(await place()).toMatchObject({ type: 'rejected', reason: expect.stringContaining('not-sent') })
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('resynced'))
    await vi.waitFor(() => expect(venue.types().filter(type => type === 2127)).toHaveLength(2))
    expect(venue.types().filter(type => type === 2106)).toHaveLength(1)
    await broker.close()
    expect(await broker.ended).toEqual({ type: 'closed' })
  })

  it('ends when the connection does not come back', async () => {
    const { venue, broker } = await open('91', { maxAttempts: 1, initialMs: 1 })
    venue.answers[2100] = () => [2142, { errorCode: 'CH_SERVER_NOT_REACHABLE' }]
    venue.drop()
    expect(await broker.ended).toMatchObject({ type: 'connection-lost' })
  })

  it('keeps an account whose disconnect event was spurious, and authorises one anew that is really gone', async () => {
    const { venue, broker, start, events } = await open()
    const stale: string[] = []
    await start()
    venue.send(2164, account)
    await vi.waitFor(() => expect(venue.types().filter(type => type === 2121)).toHaveLength(2))
    broker.onStale?.(reason => stale.push(reason))
    expect(stale).toEqual([])
    const trader = venue.answers[2121]
    venue.answers[2121] = () => {
      if (trader !== undefined) venue.answers[2121] = trader
      return [2142, { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' }]
    }
    venue.send(2164, account)
    await vi.waitFor(() => expect(events.map(({ type }) => type)).toContain('resynced'))
    expect(stale).toEqual(['the account is authorised anew'])
    await broker.close()
  })

  it('ends when its token is invalidated and cannot change', async () => {
    const { venue, broker } = await open()
    venue.answers[2102] = () => [2142, { errorCode: 'CH_ACCESS_TOKEN_INVALID' }]
    venue.send(2147, { ctidTraderAccountIds: [5], reason: 'revoked' })
    expect(await broker.ended).toMatchObject({ type: 'connection-lost' })
  })

  it('refuses a token that may only look, before anything is decided', async () => {
    const venue = new Venue('91')
    venue.answers[2149] = () => [2150, { accessToken: '', permissionScope: 0, ctidTraderAccount: [account] }]
    const options = {
      environment: 'demo',
      application: { clientId: 'c', clientSecret: 's' },
      accessToken: 't',
      accountId: 5,
      transport: venue.transport,
    } as const
    await expect(connectBroker(options)).rejects.toThrow(/scope "accounts".*scope "trading"/)
  })

  it('takes an entry back that still waits for the request limit, and tells so as one event', async () => {
    const { venue, broker, start, place, events } = await open()
    await start()
    venue.answers[2106] = () => undefined
    const withdrawal = new AbortController()
    const early = Array.from({ length: 10 }, () => place())
    const late = place(0.01, broker.decide(), withdrawal.signal)
    withdrawal.abort()
    expect(await late).toMatchObject({ type: 'rejected', reason: expect.stringContaining('withdrawn') })
    expect(events).toMatchObject([{ type: 'order-rejected', clientOrderId: 'a.1' }])
    await new Promise(resolve => setTimeout(resolve, 300))
    const sent = venue.types().filter(type => type === 2106).length
    expect(sent).toBeLessThanOrEqual(10)
    await broker.close()
    await Promise.all(early)
  })

  it('takes the newest bar as forming while the market has not passed its end', async () => {
    const { venue, broker, spot } = await open()
    const bar = (minutes: number): object => ({ volume: 1, low: 100_000, utcTimestampInMinutes: minutes })
    venue.answers[2137] = () => [2138, { ...account, period: 1, trendbar: [bar(0), bar(1), bar(2)] }]
    const loading = broker.history(GOLD, 'm1', 2)
    await vi.waitFor(() => expect(venue.types()).toContain(2127))
    spot(150_000)
    const { closed, forming } = await loading
    expect([closed.map(({ openedAt }) => openedAt), forming?.openedAt]).toEqual([[0, 60_000], 120_000])
    spot(180_000)
    const later = await broker.history(GOLD, 'm1', 2)
    expect([later.closed.map(({ openedAt }) => openedAt), later.forming]).toEqual([
      [60_000, 120_000],
      undefined,
    ])
    await broker.close()
  })
})

describe('CTraderBroker in a replay', () => {
  it('has no past', async () => {
    const { broker, venue } = await open('91+replay')
    expect(await broker.history(GOLD, 'm1', 100)).toEqual({ closed: [] })
    expect(venue.types()).not.toContain(2137)
    await broker.close()
  })

  it('sends an order under the place of its decision and holds the mark until it is written', async () => {
    const { venue, broker, abort, spot, place } = await open('91+replay')
    let commit: () => void = () => {}
    const committed = new Promise<void>(resolve => {
      commit = resolve
    })
    await broker.start(
      [{ symbolId: GOLD }],
      event => {
        if (event.type !== 'quote' || event.at !== 2000) return
        const decision = broker.decide()
        void committed.then(() => place(0.01, decision))
      },
      { signal: abort.signal },
    )
    const marks = (): unknown[] =>
      venue.sent.filter(({ type }) => type === 51 || type === 2106).map(({ type, id }) => [type, id])
    const turn = (): Promise<void> => new Promise(resolve => setImmediate(resolve))
    for (const at of [1000, 2000, 3000]) spot(at)
    await turn()
    expect(marks()).toEqual([[51, '1']])
    commit()
    await turn()
    await turn()
    expect(marks()).toEqual([
      [51, '1'],
      [2106, '2.1'],
      [51, '3'],
    ])
    venue.drop()
  })

  it('ends with its data', async () => {
    const { venue, broker } = await open('91+replay')
    venue.send(2148, { reason: 'replay-ended' })
    venue.drop()
    expect(await broker.ended).toEqual({ type: 'data-ended' })
  })

  it('ends as lost when the replay failed', async () => {
    const { venue, broker } = await open('91+replay')
    venue.send(2148, { reason: 'replay-failed: lookahead broken' })
    venue.drop()
    const end = await broker.ended
    expect(end.type === 'connection-lost' && String(end.cause)).toContain('lookahead broken')
  })
})
