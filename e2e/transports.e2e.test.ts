import { connect, type ConnectOptions, type CTraderClient } from '@openclaw-trading/ctrader-client'
import { type LiveSimulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, type ExecutionEvent, lots, pips, type UnixMs } from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readyAgain } from './faulty-session.ts'
import { TcpProxy } from './tcp-proxy.ts'

let secure: LiveSimulator
let plain: LiveSimulator
let proxy: TcpProxy | undefined
const clients: CTraderClient[] = []

beforeAll(async () => {
  const options = { mode: { type: 'live-clock' }, seed: 7, jsonPort: 0 } as const
  secure = await startSimulator(options)
  plain = await startSimulator({ ...options, tls: false })
})
afterAll(async () => {
  await secure.close()
  await plain.close()
})
afterEach(async () => {
  for (const client of clients.splice(0)) await client.close()
  await proxy?.close()
  proxy = undefined
})

const FORMS = (['protobuf', 'json'] as const).flatMap(codec =>
  (['socket', 'websocket'] as const).flatMap(over => [true, false].map(tls => ({ codec, over, tls }))),
)

describe.each(FORMS)('a session in $codec over a $over (TLS: $tls)', ({ codec, over, tls }) => {
  async function open() {
    const venue = tls ? secure : plain
    const port = codec === 'json' ? (venue.jsonPort ?? 0) : venue.port
    proxy = await TcpProxy.listen({ host: venue.host, port })
    const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
    const options: ConnectOptions = {
      environment: { host: proxy.host, port: proxy.port, tls, ...(tls ? { ca: venue.ca ?? '' } : {}) },
      application: { clientId, clientSecret },
      codec,
      over,
      reconnect: { initialMs: 20, maxMs: 200 },
    }
    const client = await connect(options)
    clients.push(client)
    const account = await client.authorize(accountId(ctidTraderAccountId), accessToken)
    return { client, account, proxy, venue }
  }

  it('logs in, lists symbols, reads bars and quotes, places an order and closes it', async () => {
    const { client, account, venue } = await open()
    expect(client.serverVersion).toBe('91')
    expect((await account.instruments()).map(({ name }) => name)).toContain('EURUSD')
    const gold = await account.instrument('XAUUSD')
    const bids: number[] = []
    for await (const quote of account.quotes([gold.id])) if (bids.push(quote.bid) === 5) break
    const to = venue.now()
    const bars: number[] = []
    for await (const bar of account.history.bars(gold.id, 'm1', { from: (to - 3_600_000) as UnixMs, to }))
      bars.push(bar.close)
    expect(bars.length).toBeGreaterThan(0)
    const before = (await account.snapshot()).positions.length
    const stopLoss = { pips: pips(500) }
    await account.placeOrder({
      type: 'market',
      symbolId: gold.id,
      side: 'buy',
      volume: gold.minVolume,
      stopLoss,
    })
    const { positions } = await account.snapshot()
    expect(positions).toHaveLength(before + 1)
    for (const { id } of positions) await account.closePosition(id)
    expect((await account.snapshot()).positions).toEqual([])
  })

  it('comes back after a cut, confesses it, and goes on with its quotes', async () => {
    const { client, account, proxy: network } = await open()
    const gold = await account.instrument('XAUUSD')
    const executions: ExecutionEvent[] = []
    account.onMarket(event => {
      if (event.type !== 'quote') executions.push(event)
    })
    const quotes = account.quotes([gold.id])
    await quotes.next()
    const leaving = (async () => {
      for await (const { type } of client.states()) if (type === 'waiting') return
    })()
    network.cut()
    await leaving
    await readyAgain(client)
    expect(executions.map(({ type }) => type)).toEqual(['resynced'])
    let count = 0
    for await (const _ of quotes) if (++count === 50) break
  })
})

describe.each(['socket', 'websocket'] as const)('JSON over a %s', over => {
  it('[row 51] gives each answer to who asked, while quotes and executions come in between', async () => {
    const { host, jsonPort = 0, control, credentials } = plain
    const client = await connect({
      environment: { host, port: jsonPort, tls: false },
      application: credentials,
      codec: 'json',
      over,
    })
    clients.push(client)
    const account = await client.authorize(
      accountId(credentials.ctidTraderAccountId),
      credentials.accessToken,
    )
    const gold = await account.instrument('XAUUSD')
    await account.quotes([gold.id]).next()
    const told: string[] = []
    account.onMarket(({ type }) => told.push(type))
    const order = { type: 'market', symbolId: gold.id, side: 'buy', volume: gold.minVolume } as const
    const labels = ['a', 'b', 'c', 'd']
    const filled = Promise.all(labels.map(label => account.placeOrder({ ...order, label })))
    const asked = Promise.all([2, 3, 5, 7].map(volume => account.expectedMargin(gold.id, lots(volume))))
    const { bid } = control.price('XAUUSD')
    for (let i = 1; i <= 50; i++) control.quote('XAUUSD', { bid: bid + i / 100 })
    const orders = await filled
    expect(new Set(orders.map(({ id }) => id)).size).toBe(4)
    const margins = (await asked).map(({ buy }) => buy.minor)
    expect(margins).toEqual([...margins].sort((a, b) => a - b))
    expect(new Set(margins).size).toBe(4)
    expect(told.filter(type => type === 'quote').length).toBeGreaterThanOrEqual(50)
    const { positions } = await account.snapshot()
    expect(positions.map(({ label }) => label).sort()).toEqual(labels)
    for (const { id } of positions) await account.closePosition(id)
  })
})
