import {
  accountId,
  type ExecutionEvent,
  lots,
  type Quote,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { describe, expect, it, vi } from 'vitest'
import type { Account } from '../account/account.ts'
import { connect } from '../connect.ts'
import type { AccessToken, ConnectOptions } from '../options.ts'
import { FAKE_ACCOUNT_ID, FakeVenue } from '../testing/fake-venue.ts'
import { ManualClock, settled } from '../testing/manual-clock.ts'

const GOLD = 41 as SymbolId
const ID = accountId(FAKE_ACCOUNT_ID)
const OTHER = accountId(6)
const NOT_AUTHORIZED = [
  2142,
  { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' },
] as const
const position = {
  positionId: 7,
  positionStatus: 1,
  swap: 0,
  price: 2635,
  moneyDigits: 2,
  tradeData: { symbolId: 41, volume: 100, tradeSide: 1, openTimestamp: 1000 },
}
const execution = (positionId: number, ctidTraderAccountId = FAKE_ACCOUNT_ID) => ({
  ctidTraderAccountId,
  // SWAP: an execution that needs no order.
  executionType: 9,
  position: { ...position, positionId },
})

/** A venue on which accounts have to be authorised on each connection, and only with the good token. */
class StrictVenue extends FakeVenue {
  readonly authorized = new Set<number>()
  readonly subscribed = new Set<number>()
  token = 'good'

  constructor() {
    super()
    const { transport, answers } = this
    const { open } = transport
    Object.assign(transport, {
      open: (...args: Parameters<typeof open>) => {
        this.authorized.clear()
        this.subscribed.clear()
        return open.apply(transport, args)
      },
    })
    for (const type of [2112, 2114, 2116, 2121, 2124, 2127] as const) {
      const good = answers[type] as (request: object) => readonly [2122, object]
      answers[type] = request => {
        const id = request.ctidTraderAccountId
        if (!this.authorized.has(id)) return NOT_AUTHORIZED
        if (type === 2127) this.subscribed.add(id)
        return good(request)
      }
    }
    answers[2102] = ({ ctidTraderAccountId: id, accessToken }) => {
      if (accessToken !== this.token) return [2142, { errorCode: 'CH_ACCESS_TOKEN_INVALID' }]
      if (this.authorized.has(id)) return [2142, { errorCode: 'ALREADY_LOGGED_IN' }]
      this.authorized.add(id)
      return [2103, { ctidTraderAccountId: id }]
    }
  }

  /** The session of one account ends. */
  expel(id: number, told = true): void {
    this.authorized.delete(id)
    this.subscribed.delete(id)
    if (told) this.send(2164, { ctidTraderAccountId: id })
  }
}

async function open(token: AccessToken = 'good', options: Partial<ConnectOptions> = {}) {
  const venue = new StrictVenue()
  const clock = new ManualClock()
  const client = await connect({
    environment: 'demo',
    application: { clientId: 'c', clientSecret: 's' },
    transport: venue.transport,
    clock,
    budget: { take: () => Promise.resolve() },
    ...options,
  })
  const account = await client.authorize(ID, token)
  const events: (Quote | ExecutionEvent)[] = []
  account.onMarket(event => events.push(event))
  await account.subscribe([GOLD])
  const spot = (fields: object): void =>
    venue.send(2131, { ctidTraderAccountId: FAKE_ACCOUNT_ID, symbolId: 41, ...fields })
  const types = (): readonly string[] => events.map(({ type }) => type)
  return { venue, clock, client, account, events, types, spot }
}

describe('an account whose connection was lost', () => {
  it('[row 15] is authorised, told what became of it, and subscribed, before the client is ready', async () => {
    const { venue, clock, client, account, events } = await open()
    venue.positions = [position]
    const before = venue.types.length
    venue.drop()
    expect(client.state.type).toBe('waiting')
    await clock.advance(500)
    expect(venue.types.slice(before)).toEqual([2100, 2104, 2102, 2124, 2121, 2127])
    expect(venue.last(2127)).toMatchObject({ symbolId: [41], subscribeToSpotTimestamp: true })
    expect(events).toMatchObject([{ type: 'resynced', snapshot: { positions: [{ id: 7, volume: 0.01 }] } }])
    expect([client.state.type, account.marketTime]).toEqual(['ready', undefined])
    await client.close()
  })

  it('yields resynced to a reader of executions before anything else, and quotes go on and say so', async () => {
    const { venue, clock, client, account, spot } = await open()
    const executions = account.executions()
    const quotes = account.quotes([GOLD])
    const first = quotes.next()
    await settled()
    spot({ bid: 1, ask: 2, timestamp: 1 })
    await first
    venue.drop()
    await clock.advance(500)
    // One side is older than the loss: no quote is made of it.
    spot({ bid: 5, timestamp: 2 })
    spot({ ask: 6, timestamp: 3 })
    venue.send(2126, execution(7))
    expect((await executions.next()).value).toMatchObject({ type: 'resynced' })
    expect((await executions.next()).value).toMatchObject({ type: 'position-updated' })
    expect((await quotes.next()).value).toMatchObject({ bid: 0.00005, ask: 0.00006, resynced: true })
    await client.close()
  })

  it('tells executions once: those before the snapshot are in it, those behind it follow it', async () => {
    const { venue, clock, client, types, events } = await open()
    await client.request('symbolById', { ctidTraderAccountId: FAKE_ACCOUNT_ID, symbolId: [41] })
    const reconcile = venue.answers[2124] as NonNullable<(typeof venue.answers)[2124]>
    venue.answers[2124] = request => {
      venue.send(2126, execution(7))
      const { clientMsgId } = venue.last(2124)
      const answer = reconcile(request)
      if (answer !== undefined) venue.send(answer[0], answer[1] as never, clientMsgId)
      // In the same read as the answer, before anyone has continued from it.
      venue.send(2126, execution(8))
      return undefined
    }
    venue.drop()
    await clock.advance(500)
    expect(types()).toEqual(['resynced', 'position-updated'])
    expect(events[1]).toMatchObject({ position: { id: 8 } })
    await client.close()
  })

  it('takes another snapshot when more than 1000 executions came before the first was read', async () => {
    const { venue, clock, client, types } = await open()
    const trader = venue.answers[2121] as NonNullable<(typeof venue.answers)[2121]>
    venue.answers[2121] = request => {
      venue.answers[2121] = trader
      for (let i = 0; i < 1001; i++) venue.send(2126, execution(7))
      return trader(request)
    }
    venue.drop()
    await clock.advance(2000)
    expect([types(), venue.types.filter(type => type === 2124).length]).toEqual([['resynced'], 2])
    await client.close()
  })

  it('does not hold the others up when it cannot be authorised, and ends with the reason', async () => {
    const { venue, clock, client, account } = await open()
    const other = await client.authorize(OTHER, 'good')
    const lost: unknown[] = []
    client.on('account-lost', (id, cause) => lost.push(id, cause.code))
    const executions = account.executions()
    const login = venue.answers[2102] as NonNullable<(typeof venue.answers)[2102]>
    venue.answers[2102] = request =>
      request.ctidTraderAccountId === FAKE_ACCOUNT_ID
        ? [2142, { errorCode: 'RET_ACCOUNT_DISABLED' }]
        : login(request)
    venue.drop()
    await clock.advance(500)
    expect([client.state.type, lost]).toEqual(['ready', [ID, 'request-refused']])
    await expect(executions.next()).rejects.toMatchObject({ details: { serverCode: 'RET_ACCOUNT_DISABLED' } })
    await expect(account.executions().next()).rejects.toMatchObject({ code: 'request-refused' })
    expect((await other.snapshot()).positions).toEqual([])
    await client.close()
    expect(clock.waiting).toBe(0)
  })

  it('is tried again with back-off while its servers cannot be reached', async () => {
    const { venue, clock, client, types } = await open()
    const login = venue.answers[2102] as NonNullable<(typeof venue.answers)[2102]>
    venue.answers[2102] = () => [2142, { errorCode: 'CANT_ROUTE_REQUEST' }]
    venue.drop()
    await clock.advance(10_000)
    expect([client.state.type, types()]).toEqual(['ready', []])
    venue.answers[2102] = login
    await clock.advance(30_000)
    expect([types(), [...venue.subscribed]]).toEqual([['resynced'], [FAKE_ACCOUNT_ID]])
    await client.close()
  })

  it.each([
    ['closed', (account: Account) => account.close()],
    ['at the end of the block that uses it', (account: Account) => account[Symbol.asyncDispose]()],
  ])('is left alone once it is %s', async (_when, end) => {
    const { venue, clock, client, account } = await open()
    await end(account)
    venue.drop()
    await clock.advance(500)
    expect([client.state.type, venue.authorized.size]).toEqual(['ready', 0])
    await client.close()
  })
})

describe('an account whose own session was lost', () => {
  it('[row 34] stays as it is when the server says so but still answers for it', async () => {
    const { venue, client, types } = await open()
    const before = venue.types.length
    venue.send(2164, { ctidTraderAccountId: FAKE_ACCOUNT_ID })
    await settled()
    expect([venue.types.slice(before), types()]).toEqual([[2121], []])
    await client.close()
  })

  it('[row 54] is authorised again without touching the others or the connection', async () => {
    const { venue, client, types } = await open()
    const other = await client.authorize(OTHER, 'good')
    const seen: string[] = []
    other.onMarket(({ type }) => seen.push(type))
    venue.expel(FAKE_ACCOUNT_ID)
    await vi.waitFor(() => expect(types()).toEqual(['resynced']))
    await vi.waitFor(() => expect([...venue.subscribed]).toEqual([FAKE_ACCOUNT_ID]))
    expect([venue.connections, seen, client.state.type]).toEqual([1, [], 'ready'])
    await client.close()
  })

  it('[row 24] is authorised again when a read shows that it was lost, and the read is repeated once', async () => {
    const { venue, client, account, types } = await open()
    venue.expel(FAKE_ACCOUNT_ID, false)
    expect((await account.snapshot()).positions).toEqual([])
    expect([types(), venue.types.filter(type => type === 2102).length]).toEqual([['resynced'], 2])
    await client.close()
  })

  it('is authorised again when an order shows that it was lost, but the order is not repeated', async () => {
    const { venue, client, types } = await open()
    venue.answers[2106] = () => NOT_AUTHORIZED
    venue.expel(FAKE_ACCOUNT_ID, false)
    const params = {
      ctidTraderAccountId: FAKE_ACCOUNT_ID,
      symbolId: 41,
      orderType: 1,
      tradeSide: 1,
      volume: 100,
    }
    await expect(client.command('newOrder', params).next()).rejects.toMatchObject({ code: 'order-rejected' })
    await vi.waitFor(() => expect(types()).toContain('resynced'))
    expect(venue.types.filter(type => type === 2106)).toHaveLength(1)
    await client.close()
  })

  it('lets a read fail that is refused although the account was authorised again', async () => {
    const { venue, client } = await open()
    venue.answers[2187] = () => NOT_AUTHORIZED
    await expect(
      client.request('getPositionUnrealizedPnL', { ctidTraderAccountId: FAKE_ACCOUNT_ID }),
    ).rejects.toMatchObject({ code: 'request-refused' })
    expect(venue.types.filter(type => type === 2187)).toHaveLength(2)
    await client.close()
  })
})

describe('an account whose token was invalidated', () => {
  const invalidate = (venue: StrictVenue): void => {
    venue.token = 'fresh'
    venue.send(2147, { ctidTraderAccountIds: [FAKE_ACCOUNT_ID], reason: 'refreshed' })
  }

  it('is authorised with a fresh token', async () => {
    let token = 'good'
    const { venue, client, types } = await open(() => Promise.resolve(token))
    token = 'fresh'
    venue.authorized.clear()
    invalidate(venue)
    await vi.waitFor(() => expect(types()).toEqual(['resynced']))
    expect([venue.connections, client.state.type]).toEqual([1, 'ready'])
    await client.close()
  })

  it('gives a refresher at work three attempts to come up with a good token', async () => {
    const { venue, client, clock, types } = await open(() => Promise.resolve('good'))
    const lost: unknown[] = []
    client.on('account-lost', (_, cause) => lost.push(cause.code))
    venue.authorized.clear()
    invalidate(venue)
    await clock.advance(60_000)
    expect([lost, types(), venue.types.filter(type => type === 2102).length]).toEqual([
      ['token-invalid'],
      [],
      4,
    ])
    expect(client.state.type).toBe('ready')
    await client.close()
  })

  it('is lost at once with a token that cannot change', async () => {
    const { venue, client, account } = await open('good')
    const executions = account.executions()
    venue.authorized.clear()
    invalidate(venue)
    await expect(executions.next()).rejects.toMatchObject({ code: 'token-invalid' })
    await client.close()
  })

  it('does not wait for a token for ever, and asks again', async () => {
    const fetch = vi.fn(() => Promise.resolve('good'))
    const { venue, client, clock, types } = await open(fetch)
    fetch.mockImplementationOnce(() => new Promise(() => {}))
    fetch.mockImplementationOnce(() => Promise.reject(new Error('the token server is down')))
    fetch.mockImplementation(() => Promise.resolve('fresh'))
    venue.authorized.clear()
    invalidate(venue)
    await clock.advance(20_000)
    expect([types(), fetch.mock.calls.length]).toEqual([['resynced'], 4])
    await client.close()
    expect(clock.waiting).toBe(0)
  })
})

describe('an execution that cannot be read', () => {
  // A string field that ends behind the message.
  const damaged = Uint8Array.from([0x08, 0xce, 0x10, 0x12, 0x03, 0x12, 0x7f, 0x41])

  it('leads to a fresh snapshot and the same subscriptions, on the same connection', async () => {
    const { venue, client, events } = await open()
    venue.positions = [position]
    const before = venue.types.length
    const seen: unknown[] = []
    client.on('execution-undecodable', (account, cause) => seen.push([account, cause.code]))
    venue.sendBytes(Buffer.concat([Uint8Array.from([0, 0, 0, damaged.length]), damaged]))
    await settled()
    expect(seen).toEqual([[undefined, 'protocol-violation']])
    expect(venue.types.slice(before)).toEqual([2102, 2124, 2121, 2127])
    expect(events).toMatchObject([{ type: 'resynced', snapshot: { positions: [{ id: 7 }] } }])
    expect([client.state.type, venue.connections]).toEqual(['ready', 1])
    await client.close()
  })

  it.each([
    ['while the account is restored', (venue: StrictVenue) => venue.expel(FAKE_ACCOUNT_ID)],
    ['while the connection is restored', (venue: StrictVenue) => venue.drop()],
  ])('leads to another snapshot when it comes behind the one that is taken %s', async (_, lose) => {
    const { venue, clock, client, account, events } = await open()
    const trader = venue.answers[2121] as NonNullable<(typeof venue.answers)[2121]>
    const reconcile = venue.answers[2124] as NonNullable<(typeof venue.answers)[2124]>
    venue.answers[2124] = request => {
      // Behind the answer on the wire: the snapshot does not have what it did.
      venue.answers[2121] = asked => {
        venue.answers[2121] = trader
        venue.sendBytes(Buffer.concat([Uint8Array.from([0, 0, 0, damaged.length]), damaged]))
        venue.positions = [position]
        return trader(asked)
      }
      venue.answers[2124] = reconcile
      return reconcile(request)
    }
    lose(venue)
    await clock.advance(2000)
    const [last] = events.slice(-1)
    expect(last).toMatchObject({ type: 'resynced', snapshot: { positions: [{ id: 7 }] } })
    expect(account.details.balance.minor).toBe(1_000_000)
    await client.close()
    expect(clock.waiting).toBe(0)
  })
})

describe('a listener that throws', () => {
  it('is told in the log, and neither other listeners nor the connection notice', async () => {
    const lines: string[] = []
    const note = (_: object, line: string): void => void lines.push(line)
    const logger = { debug() {}, info() {}, warn() {}, error: note }
    const { venue, clock, client, account, events, spot } = await open('good', { logger })
    const bad = (): never => {
      throw new Error('mine')
    }
    const heard: unknown[] = []
    client.on('spot', bad).on('state', bad).on('execution', bad)
    client.on('spot', ({ bid }) => heard.push(bid))
    account.onMarket(bad)
    account.onMarket(event => heard.push(event.type))
    spot({ bid: 1, ask: 2, timestamp: 1 })
    expect([events.length, heard]).toEqual([1, ['quote', 1]])
    expect(lines).toEqual(['listener failed', 'listener failed'])
    venue.drop()
    await clock.advance(500)
    expect([client.state.type, events.at(-1)?.type]).toEqual(['ready', 'resynced'])
    client.off('spot', bad)
    lines.length = 0
    spot({ bid: 3, ask: 4, timestamp: 2 })
    expect(lines).toEqual(['listener failed'])
    await client.close()
  })
})

describe('a refusal on a connection that accounts share', () => {
  it('[row 52] needs no second connection for a second account', async () => {
    const { venue, client } = await open()
    await client.authorize(OTHER, 'good')
    expect([venue.connections, venue.authorized.size]).toEqual([1, 2])
    await client.close()
  })

  it('is heard by the account of the order alone, dated by no other clock than the market', async () => {
    const { venue, client, events } = await open()
    const other = await client.authorize(OTHER, 'good')
    const others: unknown[] = []
    other.onMarket(event => others.push(event))
    venue.answers[2106] = () => [2142, { errorCode: 'INVALID_REQUEST' }]
    const order = { type: 'market', symbolId: GOLD, side: 'buy', volume: lots(0.01) } as const
    await expect(other.placeOrder(order)).rejects.toMatchObject({ code: 'order-rejected' })
    expect(others).toEqual([{ type: 'order-rejected', at: 0, isUndated: true, reason: 'INVALID_REQUEST' }])
    expect(events).toEqual([])
    await client.close()
  })
})
