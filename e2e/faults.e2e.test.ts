import { type Account, connect, type CTraderClient, isCTraderError } from '@openclaw-trading/ctrader-client'
import { createMemoryLedger, defineStrategy, runLive, type RunEvent } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import { startTestVenue, type TestVenue } from '@openclaw-trading/ctrader-simulator/testing'
import {
  type ExecutionEvent,
  type Instrument,
  lots,
  type Price,
  unixMs,
} from '@openclaw-trading/trading-model'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'

/** Looks on. */
const idle = defineStrategy({
  name: 'idle',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: () => ({}),
})

let venue: TestVenue
let client: CTraderClient
let account: Account
let gold: Instrument
let executions: ExecutionEvent[]
let states: string[]

beforeEach(async () => {
  venue = await startTestVenue({ jsonPort: 0, prices: { XAUUSD: { bid: 2000, ask: 2000.2 } } })
  client = await connect({
    ...venue.connectOptions,
    reconnect: { initialMs: 10, maxMs: 50 },
    requestTimeoutMs: 1500,
  })
  account = await client.authorize(venue.accountId, venue.accessToken)
  gold = await account.instrument('XAUUSD')
  executions = []
  states = []
  account.onMarket(event => {
    if (event.type !== 'quote') executions.push(event)
  })
  client.on('state', ({ type }) => states.push(type))
})
afterEach(async () => {
  await client.close()
  await venue.close()
})

const buy = () =>
  account.placeOrder({ type: 'market', symbolId: gold.id, side: 'buy', volume: gold.minVolume })
const types = () => executions.map(({ type }) => type)

describe('our client before a venue that', () => {
  it.each([{ type: 'drop' }, { type: 'client-disconnect', reason: 'Server is going down' }] as const)(
    'ends the connection ($type) comes back and confesses the gap',
    async fault => {
      await buy()
      executions.length = 0
      venue.control.faults.set(fault)
      await expect.poll(() => types()).toEqual(['resynced'])
      expect(states).toContain('ready')
      expect((await account.snapshot()).positions).toHaveLength(1)
    },
  )

  it('ends the session of its token authorises anew on the same connection', async () => {
    venue.control.faults.set({ type: 'token-invalidated' })
    await expect.poll(() => types()).toEqual(['resynced'])
    expect(states).toEqual([])
    await buy()
  })

  it('revokes the token ends the account with what to do, and not the connection', async () => {
    const next = account.executions().next()
    venue.control.faults.set({ type: 'token-invalidated', revokes: true })
    await expect(next).rejects.toMatchObject({ code: 'token-invalid' })
    await expect(account.snapshot()).rejects.toMatchObject({ code: 'token-invalid' })
    await client.request('version', {})
  })

  it('says 2164 while the session lives keeps the account', async () => {
    venue.control.faults.set({ type: 'account-disconnect' })
    await client.request('version', {})
    await buy()
    expect(states).toEqual([])
  })

  it.each([
    [true, 1],
    [false, 0],
  ])(
    'leaves an order unanswered learns nothing, and the order is never sent again; it acts: %s',
    async (acts, positions) => {
      const fault = venue.control.faults.set({ type: 'unanswered-order', acts })
      const error = await buy().then(
        () => undefined,
        reason => reason,
      )
      expect(isCTraderError(error, 'request-timeout') && error.details.delivery).toBe('unknown')
      expect(fault.strikes).toBe(1)
      fault.clear()
      expect((await account.snapshot()).positions).toHaveLength(positions)
      expect(venue.positions()).toHaveLength(positions)
    },
  )

  it.each(['venue', 'proxy', 'order'] as const)(
    'refuses an order in the words of the %s layer gets a typed error',
    async carrier => {
      venue.control.faults.set({
        type: 'refuse',
        errorCode: 'TRADING_DISABLED',
        carrier,
        payloadTypes: [2106],
      })
      await expect(buy()).rejects.toMatchObject({ details: { serverCode: 'TRADING_DISABLED' } })
    },
  )

  it('refuses orders without ids tells which order it was', async () => {
    venue.control.faults.set({ type: 'order-errors-without-ids' })
    await expect(
      account.placeOrder({ type: 'market', symbolId: gold.id, side: 'buy', volume: gold.maxVolume }),
    ).rejects.toMatchObject({ details: { serverCode: 'NOT_ENOUGH_MONEY' } })
  })

  it.each(['venue', 'proxy'] as const)(
    'is under maintenance, as the %s layer says, gets the same instant',
    async carrier => {
      const endsAt = Date.now() + 3_600_000
      venue.control.faults.set({ type: 'maintenance', carrier, endsAt })
      const error = await account.snapshot().then(
        () => undefined,
        reason => reason,
      )
      expect(isCTraderError(error)).toBe(true)
      expect(error.code).toBe('under-maintenance')
      expect(Math.abs(Number(error.details.endsAt) - endsAt)).toBeLessThanOrEqual(1000)
    },
  )

  it('blocks a type of request for 900 s does not ask again, and asks for the rest', async () => {
    const fault = venue.control.faults.set({
      type: 'rate-limit',
      payloadTypes: [2124],
      retryAfterSeconds: 900,
    })
    for (const _ of [1, 2])
      await expect(account.snapshot()).rejects.toMatchObject({
        code: expect.stringMatching(/rate-limited|request-timeout/),
      })
    expect(fault.strikes).toBe(1)
    await buy()
  })

  it('says ALREADY_LOGGED_IN takes it for a success', async () => {
    venue.control.faults.set({ type: 'already-logged-in' })
    const again = await client.authorize(venue.accountId, venue.accessToken)
    await again.snapshot()
  })

  it('[row 42] shows a closed position as CREATED tells that it is closed', async () => {
    await buy()
    venue.control.faults.set({ type: 'created-on-full-close' })
    const [position] = venue.positions()
    if (position === undefined) throw new Error('nothing is open')
    await account.closePosition(position.id)
    expect(executions.at(-1)).toMatchObject({ type: 'order-filled', position: { volume: 0 } })
  })

  it('[row 8] tells bars with a high below their open gives bars that hold together', async () => {
    venue.control.faults.set({ type: 'zero-delta-high' })
    const to = venue.control.clock.now()
    let count = 0
    const range = { from: unixMs(to - 3_600_000), to }
    for await (const { open, high, close } of account.history.bars(gold.id, 'm1', range)) {
      expect(high).toBe(Math.max(open, close))
      count++
    }
    expect(count).toBeGreaterThan(10)
  })

  it('changes a symbol loads it anew', async () => {
    const changed = new Promise(resolve => account.on('instruments-changed', resolve))
    venue.control.changeInstrument('XAUUSD', { tradingMode: 'close-only', minVolume: lots(0.05) })
    expect(await changed).toMatchObject([{ name: 'XAUUSD', tradingMode: 'close-only', minVolume: 0.05 }])
    expect(await account.instrument('XAUUSD')).toMatchObject({ minVolume: 0.05 })
  })

  it('takes no orders with a token to look learns why, and that nothing was done', async () => {
    const { accessToken } = venue.control.grant('accounts')
    const viewer = await connect(venue.connectOptions)
    const viewed = await viewer.authorize(venue.accountId, accessToken)
    const order = { type: 'market', symbolId: gold.id, side: 'buy', volume: gold.minVolume } as const
    await expect(viewed.placeOrder(order)).rejects.toMatchObject({
      code: 'order-rejected',
      details: { serverCode: 'TRADING_NOT_ALLOWED', delivery: 'refused' },
    })
    expect(venue.positions()).toEqual([])
    await viewer.close()
  })

  it('tells one side of a quote at a time puts both together', async () => {
    venue.control.faults.set({ type: 'one-sided-spots' })
    const quotes = account.quotes([gold.id], { every: true })
    expect((await quotes.next()).value).toMatchObject({ bid: 2000, ask: 2000.2 })
    venue.moveTo('XAUUSD', 2001, 2001.5)
    const told = [(await quotes.next()).value, (await quotes.next()).value]
    expect(told.at(-1)).toMatchObject({ bid: 2001, ask: 2001.5 })
  })

  it('tells everything twice, with unknown fields, values and messages, trades as ever', async () => {
    const unknown: number[] = []
    client.on('unknown', payloadType => unknown.push(payloadType))
    const { faults } = venue.control
    faults.set({ type: 'unknown-fields' })
    faults.set({ type: 'unknown-payload-type', payloadType: 9999 })
    faults.set({ type: 'unknown-enum-value', payloadType: 2126, path: 'deal.dealStatus', value: 99 })
    faults.set({ type: 'request-ids-copied' })
    await buy()
    expect(venue.positions()).toHaveLength(1)
    expect(unknown).toContain(9999)
  })

  it.each([
    ['order.orderStatus', 'filled'],
    ['order.orderType', 'filled'],
    ['order.timeInForce', 'filled'],
    ['position.positionStatus', 'filled'],
    ['executionType', 'filled'],
  ])('says an unknown value in %s of its executions loses no order', async (path, status) => {
    venue.control.faults.set({ type: 'unknown-enum-value', payloadType: 2126, path, value: 99 })
    expect(await buy()).toMatchObject({ status })
    await expect
      .poll(types)
      .toEqual(
        path === 'executionType' ? ['resynced'] : expect.arrayContaining(['order-accepted', 'order-filled']),
      )
    expect((await account.snapshot()).positions).toHaveLength(1)
  })

  it('says an unknown status of a pending order shows it as one', async () => {
    venue.control.faults.set({
      type: 'unknown-enum-value',
      payloadType: 2125,
      path: 'order.orderStatus',
      value: 99,
    })
    const limit = {
      type: 'limit',
      symbolId: gold.id,
      side: 'buy',
      volume: gold.minVolume,
      limitPrice: 1900 as Price,
    } as const
    const { id } = await account.placeOrder(limit)
    expect((await account.snapshot()).orders).toMatchObject([{ id, status: 'unknown' }])
    await account.cancelOrder(id)
    expect((await account.snapshot()).orders).toEqual([])
  })

  it('repeats its executions still has one position', async () => {
    venue.control.faults.set({ type: 'duplicate', direction: 'out', payloadTypes: [2126] })
    await buy()
    expect((await account.snapshot()).positions).toHaveLength(1)
    expect(venue.positions()).toHaveLength(1)
  })

  it('is silent for one answer ends the request in time', async () => {
    venue.control.faults.set({ type: 'lose', direction: 'out', payloadTypes: [2125] }, { times: 1 })
    await expect(account.snapshot()).rejects.toMatchObject({ code: 'request-timeout' })
    await account.snapshot()
  })

  it('tears a message off is left, and found again', async () => {
    venue.control.faults.set({ type: 'truncate', bytes: 9, payloadTypes: [2105] }, { times: 1 })
    await client.request('version', {}).catch(() => undefined)
    await expect.poll(() => types()).toContain('resynced')
    await buy()
  })

  it.each(
    (['protobuf', 'json'] as const).flatMap(codec =>
      (['socket', 'websocket'] as const).flatMap(over =>
        [false, true].map(goesOn => ({ codec, over, goesOn })),
      ),
    ),
  )(
    'tears a message ($codec over $over, goes on: $goesOn) harms that request alone, and is left',
    async form => {
      const { codec, over, goesOn } = form
      const { environment } = venue.connectOptions
      const torn = await connect({
        ...venue.connectOptions,
        ...{ codec, over, reconnect: { initialMs: 20, maxMs: 200 }, requestTimeoutMs: 1000 },
        environment: {
          ...environment,
          port: (codec === 'json' ? venue.simulator.jsonPort : undefined) ?? environment.port,
        },
      })
      const lost: unknown[] = []
      torn.on('state', ({ type }) => void lost.push(type))
      const truncate = venue.control.faults.set(
        { type: 'truncate', bytes: 7, goesOn, payloadTypes: [2105] },
        { times: 1 },
      )
      const answers = await Promise.allSettled([1, 2, 3].map(() => torn.request('version', {})))
      expect(truncate.strikes).toBe(1)
      expect(answers[0]?.status).toBe('rejected')
      if (!goesOn) expect(lost).toContain('waiting')
      await expect.poll(() => torn.state.type).toBe('ready')
      await expect.poll(() => torn.request('version', {}).then(() => 'answered', String)).toBe('answered')
      await buy()
      await torn.close()
    },
  )
})

describe('a live run whose quotes stop while the connection lives', () => {
  it('opens nothing until they go on, and may close', async () => {
    const broker = await connectBroker({
      ...venue.connectOptions,
      accessToken: venue.accessToken,
      staleAfterMs: 200,
    })
    const events: RunEvent[] = []
    const live = await runLive(idle, {
      params: {},
      broker,
      instrument: 'XAUUSD',
      label: 'quiet',
      sessionId: 'quiet',
      risk: {},
      ledger: createMemoryLedger(),
      observer: { onEvent: event => events.push(event) },
    })
    const changes = () => events.filter(({ type }) => type.startsWith('quotes-')).map(({ type }) => type)
    await expect.poll(changes).toEqual(['quotes-stopped'])
    expect(live.view().entriesEnabled).toBe(false)
    expect(live.status).toBe('exits-only')
    venue.moveTo('XAUUSD', 2001, 2001.5)
    await expect.poll(changes).toContain('quotes-resumed')
    await live.stop()
    await broker.close()
  })
})
