import {
  type MessageByPayloadType,
  ProtoOAExecutionType,
  ProtoOAOrderType,
  ProtoOAPositionStatus,
  ProtoOATradeSide,
} from '@openclaw-trading/ctrader-client/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type Fault, type FaultScope, FAULT_TABLE, faultNames, isSimulatorError } from '../src/index.ts'
import { startTestVenue, type TestVenue } from '../src/testing/index.ts'
import { RawClient } from './raw-client.ts'

const GOLD = 41
let venue: TestVenue
const clients: RawClient[] = []

beforeEach(async () => {
  venue = await startTestVenue({
    seed: 3,
    prices: { XAUUSD: { bid: 2000, ask: 2000.2 } },
    times: { idleMs: 30_000, heartbeatMs: 25_000 },
  })
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await venue.close()
})

async function login(): Promise<RawClient> {
  const client = await RawClient.login(venue.simulator)
  clients.push(client)
  return client
}

const account = () => ({ ctidTraderAccountId: venue.accountId as number })
const set = (fault: Fault, scope?: FaultScope) => venue.control.faults.set(fault, scope)

function buy(client: RawClient, id: string, fields: Partial<MessageByPayloadType[2106]> = {}): void {
  client.send(
    2106,
    {
      ...account(),
      symbolId: GOLD,
      orderType: ProtoOAOrderType.MARKET,
      tradeSide: ProtoOATradeSide.BUY,
      volume: 100,
      ...fields,
    },
    id,
  )
}

/** Everything that came before the answer to a version request: the venue has said what it had to say. */
async function settled(
  client: RawClient,
): Promise<readonly { payloadType: number; clientMsgId?: string | undefined }[]> {
  const from = client.received.length
  await client.request(2104, {}, 2105)
  return client.received.slice(from).filter(({ payloadType }) => payloadType !== 2105)
}

describe('faults of the link', () => {
  it('drop cuts connections now, and newcomers are let in', async () => {
    const [one, two] = [await login(), await login()]
    const { isOn, strikes } = set({ type: 'drop' })
    await Promise.all([one.closed, two.closed])
    expect({ isOn, strikes }).toEqual({ isOn: false, strikes: 2 })
    await login()
  })

  it('drop after n messages lets exactly so many through', async () => {
    const client = await login()
    set({ type: 'drop', afterFrames: 4 })
    // Request, answer, request, answer; the third request finds nobody.
    await client.request(2104, {}, 2105)
    await client.request(2104, {}, 2105)
    client.send(2104, {}, 'late')
    await client.closed
    expect(client.received.map(({ clientMsgId }) => clientMsgId)).not.toContain('late')
  })

  it('drop after n messages of one connection leaves newcomers alone', async () => {
    await login()
    const [{ id = '' } = {}] = venue.control.connections()
    set({ type: 'drop', afterFrames: 1 }, { connection: id })
    const newcomer = await login()
    await newcomer.request(2104, {}, 2105)
  })

  it('unreachable lets nobody in until it is cleared, and leaves others alone', async () => {
    const client = await login()
    const fault = set({ type: 'unreachable' })
    const stranger = await RawClient.open(venue.simulator)
    await stranger.closed
    await client.request(2104, {}, 2105)
    fault.clear()
    await login()
  })

  it('silence of the venue swallows answers, and what was asked took effect', async () => {
    const client = await login()
    const fault = set({ type: 'silence', direction: 'out' })
    buy(client, 'unheard')
    await venue.waitForFill()
    fault.clear()
    expect(await settled(client)).toEqual([])
    expect(venue.positions()).toHaveLength(1)
  })

  it('silence of the client keeps its requests from the venue', async () => {
    const client = await login()
    const fault = set({ type: 'silence', direction: 'in' }, { times: 1 })
    buy(client, 'lost')
    await client.request(2104, {}, 2105)
    expect(fault.isOn).toBe(false)
    expect(venue.positions()).toEqual([])
  })

  it('silence of one connection does not touch another', async () => {
    const [quiet, other] = [await login(), await login()]
    const [{ id = '' } = {}] = venue.control.connections()
    set({ type: 'silence', direction: 'both' }, { connection: id })
    quiet.send(2104, {}, 'unheard')
    await other.request(2104, {}, 2105)
    expect(quiet.received.map(({ clientMsgId }) => clientMsgId)).not.toContain('unheard')
  })

  it('half-open tells nobody that the venue has ended the connection', async () => {
    await venue.close()
    venue = await startTestVenue({ times: { idleMs: 500, heartbeatMs: 20_000 } })
    const client = await login()
    const fault = set({ type: 'half-open' })
    let isClosed = false
    void client.closed.then(() => {
      isClosed = true
    })
    await expect.poll(() => venue.control.connections().length).toBe(0)
    client.send(2104, {}, 'into the void')
    await new Promise(resolve => setTimeout(resolve, 50))
    expect(isClosed).toBe(false)
    fault.clear()
    await client.closed
  })

  it('delay holds answers back for market time, and keeps their order', async () => {
    const client = await login()
    const fault = set({ type: 'delay', direction: 'out', ms: 500 })
    client.send(2104, {}, 'first')
    client.send(2112, account(), 'second')
    await expect.poll(() => fault.strikes).toBe(2)
    venue.advance(499)
    expect(client.received.map(({ clientMsgId }) => clientMsgId)).not.toContain('first')
    venue.advance(1)
    const told = [await client.nextAny(), await client.nextAny()].map(({ clientMsgId }) => clientMsgId)
    expect(told).toEqual(['first', 'second'])
  })

  it('delay of one payload type lets the others overtake', async () => {
    const client = await login()
    set({ type: 'delay', direction: 'out', ms: 500, payloadTypes: [2105] })
    client.send(2104, {}, 'first')
    client.send(2112, account(), 'second')
    expect((await client.nextAny()).clientMsgId).toBe('second')
    venue.advance(500)
    expect((await client.nextAny()).clientMsgId).toBe('first')
  })

  it('delay of requests keeps them from the venue for a while', async () => {
    const client = await login()
    const fault = set({ type: 'delay', direction: 'in', ms: 500, payloadTypes: [2106] })
    buy(client, 'later')
    await client.request(2104, {}, 2105)
    expect(fault.strikes).toBe(1)
    expect(venue.positions()).toEqual([])
    venue.advance(500)
    await venue.waitForFill()
  })

  it('a delay that is cleared lets what it held go at once', async () => {
    const client = await login()
    const fault = set({ type: 'delay', direction: 'out', ms: 500 })
    client.send(2104, {}, 'held')
    await expect.poll(() => fault.strikes).toBe(1)
    fault.clear()
    expect((await client.nextAny()).clientMsgId).toBe('held')
  })

  it('a lane that holds too much cuts its connection', async () => {
    const client = await login()
    set({ type: 'delay', direction: 'out', ms: 600_000 })
    for (let i = 0; i <= 10_000; i++) client.send(2104, {}, `${i}`)
    await client.closed
  })

  it('duplicate tells twice', async () => {
    const client = await login()
    set({ type: 'duplicate', direction: 'out', payloadTypes: [2126] }, { times: 1 })
    buy(client, 'twice')
    await venue.waitForFill()
    const told = (await settled(client)).filter(({ clientMsgId }) => clientMsgId === 'twice')
    const types = client.received.flatMap(({ payloadType, message }) =>
      payloadType === 2126 ? [(message as MessageByPayloadType[2126]).executionType] : [],
    )
    expect(types).toEqual([2, 2, 3])
    expect(told.length).toBeLessThanOrEqual(3)
  })

  it('reorder mixes by the seed: the same in two runs, and nothing is lost', async () => {
    const run = async () => {
      const own = await startTestVenue({ seed: 3 })
      const client = await RawClient.login(own.simulator)
      own.control.faults.set({ type: 'reorder', direction: 'out', window: 10 })
      for (let i = 0; i < 10; i++) client.send(2104, {}, `${i}`)
      const told: (string | undefined)[] = []
      while (told.length < 10) told.push((await client.nextAny()).clientMsgId)
      client.close()
      await own.close()
      return told
    }
    const first = await run()
    expect(await run()).toEqual(first)
    expect(first).not.toEqual([...first].sort())
    expect([...first].sort()).toEqual([...Array(10).keys()].map(String))
  })

  it('reorder lets a window go that does not fill', async () => {
    const client = await login()
    set({ type: 'reorder', direction: 'out', window: 10 })
    client.send(2104, {}, 'alone')
    await expect.poll(() => venue.control.faults.active[0]?.strikes).toBe(1)
    venue.advance(100)
    expect((await client.nextAny()).clientMsgId).toBe('alone')
  })

  it('truncate sends the beginning of a message and ends the connection', async () => {
    const client = await login()
    set({ type: 'truncate', bytes: 7, payloadTypes: [2105] })
    client.send(2104, {}, 'torn')
    await client.closed
    expect(client.received.map(({ clientMsgId }) => clientMsgId)).not.toContain('torn')
    expect(client.unread).toBe(7)
  })

  it('truncate can go on, and then the bytes behind are read as the rest', async () => {
    const client = await login()
    client.unknown = []
    set({ type: 'truncate', bytes: 7, goesOn: true, payloadTypes: [2105] }, { times: 1 })
    client.send(2104, {}, 'torn')
    client.send(2112, account(), 'behind')
    await expect.poll(() => client.unknown).toContain(0)
    expect(client.received.map(({ clientMsgId }) => clientMsgId)).not.toContain('torn')
  })

  it('lose swallows one answer alone', async () => {
    const client = await login()
    set({ type: 'lose', direction: 'out', payloadTypes: [2105] }, { times: 1 })
    client.send(2104, {}, 'lost')
    expect(await settled(client)).toEqual([])
  })

  it('ticks-stop stops one symbol and no other', async () => {
    const client = await login()
    await client.request(2127, { ...account(), symbolId: [GOLD, 1] }, 2128)
    await client.next(2131, ({ message }) => message.symbolId === 1)
    set({ type: 'ticks-stop', symbolId: GOLD })
    venue.moveTo('XAUUSD', 2001)
    venue.moveTo('EURUSD', 1.5)
    const told = await client.next(2131)
    expect(told.message).toMatchObject({ symbolId: 1, bid: 150_000 })
  })
})

describe('faults of the session', () => {
  it('token-invalidated tells 2147 and then 2164, and the account is to be authorised anew', async () => {
    const client = await login()
    set({ type: 'token-invalidated', reason: 'Because' })
    expect((await client.nextAny()).message).toMatchObject({
      ctidTraderAccountIds: [venue.accountId],
      reason: 'Because',
    })
    expect((await client.nextAny()).payloadType).toBe(2164)
    await client.request(2121, account(), 2142)
    await client.request(2102, { ...account(), accessToken: venue.accessToken }, 2103)
  })

  it('token-invalidated can revoke: neither the token nor its refresh token serve any more', async () => {
    const client = await login()
    set({ type: 'token-invalidated', revokes: true })
    await client.next(2164)
    const refused = await client.request(2102, { ...account(), accessToken: venue.accessToken }, 2142)
    expect(refused.errorCode).toBe('CH_ACCESS_TOKEN_INVALID')
    const { refreshToken } = venue.simulator
    expect((await client.request(2173, { refreshToken }, 2142)).errorCode).toBe('CH_ACCESS_TOKEN_INVALID')
  })

  it('account-disconnect says 2164 while the session lives', async () => {
    const client = await login()
    set({ type: 'account-disconnect' })
    expect((await client.nextAny()).payloadType).toBe(2164)
    await client.request(2121, account(), 2122)
  })

  it('client-disconnect says goodbye and hangs up', async () => {
    const client = await login()
    set({ type: 'client-disconnect', reason: 'Server is going down' })
    expect((await client.next(2148)).message.reason).toBe('Server is going down')
    await client.closed
  })

  it('maintenance states its end in seconds as 2142 and in milliseconds as 50', async () => {
    const client = await login()
    const endsAt = 1_800_000_000_500
    set({ type: 'maintenance', carrier: 'venue', endsAt }, { times: 1 })
    expect(await client.request(2121, account(), 2142)).toMatchObject({
      errorCode: 'SERVER_IS_UNDER_MAINTENANCE',
      maintenanceEndTimestamp: 1_800_000_001,
    })
    set({ type: 'maintenance', carrier: 'proxy', endsAt }, { times: 1 })
    expect(await client.request(2121, account(), 50)).toMatchObject({
      errorCode: 'SERVER_IS_UNDER_MAINTENANCE',
      maintenanceEndTimestamp: endsAt,
    })
  })

  it('rate-limit refuses the named types alone, also for longer than 300 s', async () => {
    const client = await login()
    set({ type: 'rate-limit', payloadTypes: [2121], retryAfterSeconds: 900 })
    expect(await client.request(2121, account(), 2142)).toMatchObject({
      errorCode: 'BLOCKED_PAYLOAD_TYPE',
      retryAfter: 900,
    })
    await client.request(2112, account(), 2113)
  })

  it('already-logged-in refuses a login that took effect', async () => {
    const client = await RawClient.open(venue.simulator)
    clients.push(client)
    const { clientId, clientSecret, accessToken } = venue.simulator.credentials
    await client.request(2100, { clientId, clientSecret }, 2101)
    set({ type: 'already-logged-in' })
    const refused = await client.request(2102, { ...account(), accessToken }, 2142)
    expect(refused.errorCode).toBe('ALREADY_LOGGED_IN')
    await client.request(2121, account(), 2122)
  })

  it.each([
    ['venue', 2142],
    ['proxy', 50],
    ['order', 2132],
  ] as const)('refuse answers with any code, carried by %s', async (carrier, answer) => {
    const client = await login()
    set({ type: 'refuse', errorCode: 'CANT_ROUTE_REQUEST', carrier, payloadTypes: [2121] }, { times: 2 })
    for (const _ of [1, 2])
      expect(await client.request(2121, account(), answer)).toMatchObject({ errorCode: 'CANT_ROUTE_REQUEST' })
    await client.request(2121, account(), 2122)
  })

  it('empty-first-history strikes the first question on a new connection, and no other', async () => {
    const ask = (client: RawClient) =>
      client.request(2137, { ...account(), symbolId: GOLD, period: 1, count: 5 }, 2138)
    const first = await login()
    set({ type: 'empty-first-history' })
    expect((await ask(first)).trendbar).toHaveLength(5)
    const again = await login()
    expect((await ask(again)).trendbar ?? []).toHaveLength(0)
    expect((await ask(again)).trendbar).toHaveLength(5)
  })
})

describe('faults of orders', () => {
  it.each([
    [true, 1],
    [false, 0],
  ])('unanswered-order leaves an order unanswered; it acts: %s', async (acts, positions) => {
    const client = await login()
    const other = await login()
    const fault = set({ type: 'unanswered-order', acts }, { times: 1 })
    buy(client, 'unanswered')
    await expect.poll(() => fault.strikes).toBe(1)
    if (acts) await venue.waitForFill()
    expect(await settled(client)).toEqual([])
    expect(venue.positions()).toHaveLength(positions)
    // Another connection hears of it as ever.
    if (acts) expect((await other.next(2126)).message.executionType).toBe(ProtoOAExecutionType.ORDER_ACCEPTED)
  })

  it('order-errors-without-ids says 0 where an id belongs', async () => {
    const client = await login()
    const close = { ...account(), positionId: 77, volume: 100 }
    expect((await client.request(2111, close, 2132)).positionId).toBe(77)
    set({ type: 'order-errors-without-ids' })
    expect(await client.request(2111, close, 2132)).toMatchObject({ orderId: 0, positionId: 0 })
  })

  it('created-on-full-close shows the closed position as CREATED with volume 0', async () => {
    const client = await login()
    buy(client, 'open')
    const { positionId } = await venue.waitForFill()
    set({ type: 'created-on-full-close' })
    client.send(2111, { ...account(), positionId, volume: 100 }, 'close')
    const fill = await client.next(
      2126,
      ({ message, clientMsgId }) => clientMsgId === 'close' && message.executionType === 3,
    )
    expect(fill.message.position).toMatchObject({
      positionStatus: ProtoOAPositionStatus.POSITION_STATUS_CREATED,
      price: 0,
      tradeData: { volume: 0 },
    })
  })

  it('request-ids-copied tells the id of a request to everyone', async () => {
    const client = await login()
    const other = await login()
    buy(client, 'mine')
    expect((await other.next(2126)).clientMsgId).toBeUndefined()
    await other.next(2126)
    set({ type: 'request-ids-copied' })
    buy(client, 'copied')
    expect((await other.next(2126)).clientMsgId).toBe('copied')
  })
})

describe('faults of what is told', () => {
  const bars = (client: RawClient) =>
    client.request(2137, { ...account(), symbolId: GOLD, period: 1, count: 5 }, 2138)

  it('one-bar-less leaves the oldest bar out', async () => {
    const client = await login()
    const all = (await bars(client)).trendbar ?? []
    set({ type: 'one-bar-less' })
    expect((await bars(client)).trendbar).toEqual(all.slice(1))
  })

  it('wrong-has-more says the opposite, or always the same', async () => {
    const client = await login()
    const { hasMore } = await bars(client)
    const opposite = set({ type: 'wrong-has-more' })
    expect((await bars(client)).hasMore).toBe(hasMore !== true)
    opposite.clear()
    set({ type: 'wrong-has-more', value: true })
    expect((await bars(client)).hasMore).toBe(true)
  })

  it('one-sided-spots tells each side that changed alone, and both together are right', async () => {
    const client = await login()
    set({ type: 'one-sided-spots' })
    await client.request(2127, { ...account(), symbolId: [GOLD] }, 2128)
    expect((await client.next(2131)).message).toMatchObject({ bid: 200_000_000, ask: 200_020_000 })
    venue.moveTo('XAUUSD', 2001, 2000.2 + 0.8)
    const bid = (await client.next(2131)).message
    expect(bid).toMatchObject({ bid: 200_100_000 })
    expect(bid.ask).toBeUndefined()
    const ask = (await client.next(2131)).message
    expect(ask).toMatchObject({ ask: 200_100_000 })
    expect(ask.bid).toBeUndefined()
    venue.moveTo('XAUUSD', 2001, 2003)
    expect((await client.next(2131)).message.bid).toBeUndefined()
  })

  it('unknown-fields adds fields inside and outside', async () => {
    const client = await login()
    await client.request(2104, {}, 2105)
    const plain = client.bodies.at(-1)?.length ?? 0
    set({ type: 'unknown-fields', payloadTypes: [2105] })
    await client.request(2104, {}, 2105)
    // Nine bytes in the payload, nine in the envelope.
    expect(client.bodies.at(-1)?.length).toBe(plain + 18)
  })

  it('unknown-enum-value puts a foreign number into a field, also of every item of a list', async () => {
    const client = await login()
    set({ type: 'unknown-enum-value', payloadType: 2117, path: 'symbol.tradingMode', value: 99 })
    const { symbol = [] } = await client.request(2116, { ...account(), symbolId: [GOLD, 1] }, 2117)
    expect(symbol.map(({ tradingMode }) => tradingMode)).toEqual([99, 99])
  })

  it('set-field lets the venue say anything, and what cannot be said changes nothing', async () => {
    const client = await login()
    set({ type: 'set-field', payloadType: 2122, path: 'trader.frenchRisk', value: true })
    set({ type: 'set-field', payloadType: 2117, path: 'symbol', value: 7 }, { times: 1 })
    const { trader } = await client.request(2121, account(), 2122)
    expect(trader.frenchRisk).toBe(true)
    const { symbol } = await client.request(2116, { ...account(), symbolId: [GOLD] }, 2117)
    expect(symbol?.length).toBe(1)
  })

  it('zero-delta-high tells bars whose high lies below their open', async () => {
    const client = await login()
    const all = (await bars(client)).trendbar ?? []
    set({ type: 'zero-delta-high' })
    expect((await bars(client)).trendbar).toEqual(all.map(bar => ({ ...bar, deltaHigh: 0 })))
  })

  it('unknown-payload-type puts a foreign message before the next', async () => {
    const client = await login()
    client.unknown = []
    set({ type: 'unknown-payload-type', payloadType: 9999 }, { times: 1 })
    await client.request(2104, {}, 2105)
    expect(client.unknown).toEqual([9999])
  })
})

describe('the switchboard', () => {
  it('limits a fault to a number of times', async () => {
    const client = await login()
    const fault = set({ type: 'refuse', errorCode: 'X', payloadTypes: [2121] }, { times: 1 })
    await client.request(2121, account(), 2142)
    await client.request(2121, account(), 2122)
    expect(fault).toMatchObject({ strikes: 1, isOn: false })
    expect(venue.control.faults.active).toEqual([])
  })

  it('strikes by chance as the seed says', async () => {
    const run = async () => {
      const own = await startTestVenue({ seed: 11 })
      const client = await RawClient.login(own.simulator)
      own.control.faults.set({ type: 'duplicate', direction: 'out' }, { probability: 0.5 })
      for (let i = 0; i < 20; i++) client.send(2104, {}, `${i}`)
      await client.next(2105, ({ clientMsgId }) => clientMsgId === '19')
      const ids = client.received.map(({ clientMsgId }) => clientMsgId)
      client.close()
      await own.close()
      return [...Array(19).keys()].map(i => ids.filter(id => id === `${i}`).length)
    }
    const first = await run()
    expect(await run()).toEqual(first)
    expect(new Set(first)).toEqual(new Set([1, 2]))
  })

  it('holds 100 faults at most', () => {
    for (let i = 0; i < 100; i++) set({ type: 'one-bar-less' })
    expect(() => set({ type: 'one-bar-less' })).toThrow('100 faults are on already')
    venue.control.faults.clear()
    expect(venue.control.faults.active).toEqual([])
  })

  it.each([
    [{ type: 'nonsense' }, 'type is nonsense'],
    [{ type: 'delay', direction: 'out' }, 'delay.ms is undefined. Allowed: a whole number from 1 to 600000.'],
    [{ type: 'delay', direction: 'out', ms: 600_001 }, 'delay.ms is 600001'],
    [{ type: 'silence', direction: 'up' }, 'Allowed: in, out, both.'],
    [{ type: 'lose', direction: 'in', payloadTypes: [] }, 'Allowed: 1 to 100 payload types.'],
    [{ type: 'half-open', extra: 1 }, 'extra is 1. Allowed: no parameter.'],
    [{ type: 'unanswered-order', acts: 'no' }, 'Allowed: true, false.'],
    [{ type: 'refuse', errorCode: '' }, 'Allowed: 1 to 200 characters.'],
    [
      { type: 'set-field', payloadType: 2122, path: 'trader', value: 'x'.repeat(2000) },
      'Allowed: JSON of at most 2000 characters.',
    ],
  ])('refuses %j', (fault, message) => {
    let thrown: unknown
    try {
      set(fault as unknown as Fault)
    } catch (error) {
      thrown = error
    }
    expect(isSimulatorError(thrown, 'invalid-options')).toBe(true)
    expect(String(thrown)).toContain(message)
  })

  it.each([[{ times: 0 }], [{ times: 1_000_001 }], [{ probability: 0 }], [{ probability: 1.1 }]])(
    'refuses the scope %j',
    scope => {
      expect(() => set({ type: 'half-open' }, scope)).toThrow('Allowed:')
    },
  )

  it('says of every fault what it means', () => {
    for (const name of faultNames) expect(FAULT_TABLE[name].meaning).toMatch(/^[A-Z].*\.$/)
    expect(faultNames.length).toBe(30)
  })
})
