import { connect, type CTraderClient, type LiveQuote, tlsTransport } from '@openclaw-trading/ctrader-client'
import { type Simulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, type ExecutionEvent, type PositionId } from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Cut, readyAgain, runFaultySession } from './faulty-session.ts'
import { TcpProxy } from './tcp-proxy.ts'

let venue: Simulator
let proxy: TcpProxy
const clients: CTraderClient[] = []

beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 7 })
})
afterAll(async () => {
  await venue.close()
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await proxy.close()
})

async function open(via: { readonly host: string; readonly port: number }) {
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  const client = await connect({
    environment: 'demo',
    application: { clientId, clientSecret },
    transport: tlsTransport({ host: via.host, port: via.port, ca: venue.ca ?? '' }),
    reconnect: { initialMs: 50, maxMs: 500 },
  })
  clients.push(client)
  const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
  const gold = await account.instrument('XAUUSD')
  const executions: ExecutionEvent[] = []
  account.onMarket(event => {
    if (event.type !== 'quote') executions.push(event)
  })
  const buy = () =>
    account.placeOrder({ type: 'market', symbolId: gold.id, side: 'buy', volume: gold.minVolume })
  return { client, account, gold, executions, buy }
}

/** Resolves with the first state of a type from now on. */
async function state<T extends CTraderClient['state']['type']>(client: CTraderClient, type: T) {
  for await (const each of client.states()) if (each.type === type) return each
  throw new Error(`closed before ${type}`)
}

describe('a session over a network that fails', () => {
  it('confesses what happened while it was cut off, and its quotes go on', async () => {
    proxy = await TcpProxy.listen(venue)
    const { client, account, gold, executions, buy } = await open(proxy)
    await buy()
    const [position] = (await account.snapshot()).positions
    const id = position?.id as PositionId
    const quotes = account.quotes([gold.id])
    await quotes.next()
    const other = await open(venue)
    await other.account.snapshot()
    executions.length = 0
    proxy.faults.reachable = false
    proxy.cut()
    await state(client, 'waiting')
    await expect(buy()).rejects.toMatchObject({ code: 'connection-lost', details: { delivery: 'not-sent' } })
    await other.account.closePosition(id)
    proxy.faults.reachable = true
    await readyAgain(client)
    expect(executions.map(({ type }) => type)).toEqual(['resynced'])
    expect(executions[0]).toMatchObject({ snapshot: { positions: [] } })
    const held: LiveQuote[] = []
    for await (const quote of quotes) if (held.push(quote) > 50) break
    expect(held.filter(({ resynced }) => resynced)).toHaveLength(1)
    expect(proxy.links).toBeGreaterThan(1)
    await other.buy()
    await client.request('version', {})
    expect(executions.map(({ type }) => type)).toContain('order-filled')
  })

  it('notices a half-open link by a question that is not answered, and comes back', async () => {
    proxy = await TcpProxy.listen(venue)
    const { client, account, gold } = await open(proxy)
    await account.subscribe([gold.id])
    const waiting = state(client, 'waiting')
    proxy.faults.frozen = true
    expect(await waiting).toMatchObject({ cause: { message: expect.stringContaining('did not answer') } })
    // The new link goes over the same, healed network.
    proxy.faults.frozen = false
    proxy.cut()
    await readyAgain(client)
    for await (const quote of account.quotes([gold.id])) if (quote.bid > 0) break
  })

  it('lives with answers that come a second late', async () => {
    proxy = await TcpProxy.listen(venue)
    const { client, account, buy } = await open(proxy)
    proxy.faults.delayMs = 500
    const before = (await account.snapshot()).positions.length
    await buy()
    expect((await account.snapshot()).positions).toHaveLength(before + 1)
    expect([client.state.type, proxy.links]).toEqual(['ready', 1])
  })
})

/** A session without a cut writes 16 messages and reads 20 or more. */
const CUTS: readonly Cut[] = (['sent', 'received', 'swallowed'] as const).flatMap(when =>
  Array.from({ length: when === 'sent' ? 16 : 20 }, (_, i) => ({ when, after: i + 1 })),
)

describe('a session that is cut at any message', () => {
  it.each(CUTS)('ends with the book of the venue and no order sent twice: $when $after', async cut => {
    proxy = await TcpProxy.listen(venue)
    const outcome = await runFaultySession(venue, proxy, { cut })
    expect(outcome).toMatchObject({ wasCut: true, sentTwice: [], filledTwice: [], quotesGoOn: true })
    expect(outcome.book).toEqual(outcome.venue)
    expect(outcome.book.length).toBeGreaterThan(0)
  })

  it('shows a client that sends its last order again', async () => {
    proxy = await TcpProxy.listen(venue)
    const cut = { when: 'sent', after: 11 } as const
    const { sentTwice } = await runFaultySession(venue, proxy, { cut, plant: 'resends-orders' })
    expect(sentTwice).not.toEqual([])
  })

  it('shows a client that forgets to subscribe again', async () => {
    proxy = await TcpProxy.listen(venue)
    const cut = { when: 'sent', after: 11 } as const
    const { quotesGoOn } = await runFaultySession(venue, proxy, { cut, plant: 'forgets-to-resubscribe' })
    expect(quotesGoOn).toBe(false)
  })
})
