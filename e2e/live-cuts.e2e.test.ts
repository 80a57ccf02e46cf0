import { createMemoryLedger, defineStrategy, runLive, type Trade } from '@openclaw-trading/bot-engine'
import { connectBroker } from '@openclaw-trading/bot-engine/ctrader'
import {
  type Account,
  connect,
  type CTraderClient,
  type Transport,
  tcpTransport,
} from '@openclaw-trading/ctrader-client'
import { decodeEnvelope, decodeMessage, FrameDecoder } from '@openclaw-trading/ctrader-client/protocol'
import { type Simulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, type Position } from '@openclaw-trading/trading-model'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { z } from 'zod'
import { TcpProxy } from './tcp-proxy.ts'

const NEW_ORDER = 2106
const within = { timeout: 30_000, interval: 100 }

let venue: Simulator
let client: CTraderClient
let witness: Account
beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock' }, seed: 3, tls: false })
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  client = await connect({
    environment: { host: venue.host, port: venue.port, tls: false },
    application: { clientId, clientSecret },
  })
  witness = await client.authorize(accountId(ctidTraderAccountId), accessToken)
})
afterAll(async () => {
  await client.close()
  await venue.close()
})

/** Buys three times, closes the first, and looks on. */
const buysAndCloses = defineStrategy({
  name: 'buys-and-closes',
  params: z.object({}),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create: ({ instrument }) => {
    let bought = 0
    let closed = false
    return {
      onQuote(_quote, ctx) {
        const [first] = ctx.positions
        if (bought < 3 && ctx.pendingEntries === 0) {
          bought += 1
          ctx.buy({ volume: instrument.minVolume })
        } else if (bought === 3 && !closed && first !== undefined) {
          closed = true
          ctx.close(first.id)
        }
      },
    }
  },
})

interface Cut {
  readonly way: 'sent' | 'received'
  readonly after: number
}

/** Cuts the network once, after so many messages of the run; what is before it has begun does not count. */
function cutTransport(proxy: TcpProxy, { way, after }: Cut) {
  const inner = tcpTransport({ host: proxy.host, port: proxy.port })
  const orders: string[] = []
  const state = { counting: false, wasCut: false }
  let count = 0
  const see = (which: Cut['way']): void => {
    if (!state.counting || state.wasCut || which !== way || ++count < after) return
    state.wasCut = true
    setImmediate(() => proxy.cut())
  }
  const transport: Transport = {
    async open(listener, options) {
      const sent = new FrameDecoder()
      const read = new FrameDecoder()
      const connection = await inner.open(
        {
          onClose: cause => listener.onClose(cause),
          onData(chunk) {
            let messages = 0
            read.push(chunk, () => void messages++)
            listener.onData(chunk)
            for (; messages > 0; messages--) see('received')
          },
        },
        options,
      )
      return {
        get waitingBytes() {
          return connection.waitingBytes
        },
        close: () => connection.close(),
        destroy: () => connection.destroy(),
        send(bytes) {
          sent.push(bytes, body => {
            const { payloadType, payload } = decodeEnvelope(body)
            if (payloadType === NEW_ORDER) orders.push(decodeMessage(NEW_ORDER, payload).clientOrderId ?? '')
          })
          connection.send(bytes)
          see('sent')
        },
      }
    },
  }
  return { transport, orders, state }
}

const idsOf = (positions: readonly Position[]): number[] =>
  positions.map(({ id }) => id).sort((a, b) => a - b)

/** What the venue holds under a label, as another client sees it. */
async function heldByVenue(label: string): Promise<readonly Position[]> {
  return (await witness.snapshot()).positions.filter(position => position.label === label)
}

async function ride(cut: Cut): Promise<void> {
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  const label = `${cut.way}-${cut.after}`
  const proxy = await TcpProxy.listen(venue)
  const { transport, orders, state } = cutTransport(proxy, cut)
  const broker = await connectBroker({
    environment: 'demo',
    application: { clientId, clientSecret },
    accessToken,
    accountId: ctidTraderAccountId,
    transport,
    reconnect: { initialMs: 20, maxMs: 200 },
  })
  const trades: Trade[] = []
  const options = {
    ...{ params: {}, broker, instrument: 'XAUUSD', label, sessionId: label, risk: {} },
    ledger: createMemoryLedger(),
    observer: { onTrade: (trade: Trade) => trades.push(trade) },
  }
  const live = await runLive(buysAndCloses, options)
  state.counting = true
  await expect.poll(() => state.wasCut, within).toBe(true)
  await expect.poll(() => proxy.links, within).toBeGreaterThan(1)
  // An entry whose fate nobody knows keeps the run from opening: its book is the venue's nevertheless.
  let equalLooks = 0
  const look = async (): Promise<number> => {
    const held = idsOf(await heldByVenue(label))
    equalLooks = held.join() === idsOf(live.view().positions).join() ? equalLooks + 1 : 0
    return equalLooks
  }
  await expect.poll(look, { timeout: 30_000, interval: 300 }).toBeGreaterThan(4)
  expect(new Set(orders).size).toBe(orders.length)
  expect(new Set(trades.map(({ exit }) => exit.dealId)).size).toBe(trades.length)
  const open = new Set(idsOf(live.view().positions))
  expect(trades.filter(({ positionId }) => open.has(positionId))).toEqual([])
  await live.stop()
  await broker.close()
  await proxy.close()
}

const CUTS: readonly Cut[] = [
  ...Array.from({ length: 4 }, (_, i) => ({ way: 'sent', after: i + 1 }) as const),
  ...Array.from({ length: 12 }, (_, i) => ({ way: 'received', after: i + 1 }) as const),
]

it('ends with the book of the venue and no order sent twice, wherever the network of a live run is cut', async () => {
  await Promise.all(CUTS.map(ride))
}, 60_000)
