import {
  type Account,
  connect,
  type CTraderClient,
  type Delivery,
  isCTraderError,
  tlsTransport,
  type Transport,
} from '@openclaw-trading/ctrader-client'
import {
  decodeEnvelope,
  decodeMessage,
  encodeMessage,
  FrameDecoder,
} from '@openclaw-trading/ctrader-client/protocol'
import type { Simulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, clientOrderId, type Position } from '@openclaw-trading/trading-model'
import type { TcpProxy } from './tcp-proxy.ts'

/**
 * Where the network fails.
 *
 * - `sent`: once the client has written so many messages; the last may or may not arrive
 * - `received`: once it has read so many
 * - `swallowed`: instead of the one it would read next, so that its cause took effect and nobody knows
 */
export interface Cut {
  readonly when: 'sent' | 'received' | 'swallowed'
  readonly after: number
}

/** A client that does something wrong, for tests of the test. */
export type PlantedClient = 'resends-orders' | 'forgets-to-resubscribe'

/** What a session with a cut came to. */
export interface FaultyOutcome {
  /** The cut came to pass. */
  readonly wasCut: boolean
  /** Client order ids that went out more than once. */
  readonly sentTwice: readonly string[]
  /** Labels under which the venue holds more than one position. */
  readonly filledTwice: readonly string[]
  /** The book as told by executions and resynced alone. */
  readonly book: readonly string[]
  /** The book of the venue, as a newcomer sees it. */
  readonly venue: readonly string[]
  /** A quote came after everything. */
  readonly quotesGoOn: boolean
}

const NEW_ORDER = 2106
const SUBSCRIBE = 2127
const SUBSCRIBED = 2128
const ACCOUNT_AUTHORIZED = 2103

interface Wire {
  readonly transport: Transport
  readonly orders: readonly string[]
  readonly wasCut: () => boolean
}

/** Watches the messages of a client, cuts its network once, and, for a planted client, makes it do wrong. */
function wireOf(proxy: TcpProxy, ca: string, cut: Cut | undefined, plant: PlantedClient | undefined): Wire {
  const inner = tlsTransport({ host: proxy.host, port: proxy.port, ca })
  const orders: string[] = []
  const frames: Uint8Array[] = []
  const counts = { sent: 0, received: 0, swallowed: 0 }
  let done = false
  let connections = 0
  const due = (when: Cut['when']): boolean => {
    counts[when] += 1
    if (done || cut?.when !== when || counts[when] < cut.after) return false
    done = true
    // A turn later, so that what was written has a chance to leave.
    setImmediate(() => proxy.cut())
    return true
  }
  const transport: Transport = {
    async open(listener, options) {
      connections += 1
      const isFirst = connections === 1
      let deaf = false
      const sent = new FrameDecoder()
      const read = new FrameDecoder()
      const note = (frame: Uint8Array): void =>
        sent.push(frame, body => {
          const { payloadType, payload } = decodeEnvelope(body)
          if (payloadType !== NEW_ORDER) return
          orders.push(decodeMessage(NEW_ORDER, payload).clientOrderId ?? '')
          frames.push(frame.slice())
        })
      const connection = await inner.open(
        {
          ...listener,
          onClose: cause => listener.onClose(cause),
          onData(chunk) {
            if (deaf) return
            const types: number[] = []
            read.push(chunk, body => types.push(decodeEnvelope(body).payloadType))
            deaf = types.map(() => due('swallowed')).includes(true)
            if (deaf) return
            listener.onData(chunk)
            for (const _ of types) due('received')
            if (plant === 'resends-orders' && !isFirst && types.includes(ACCOUNT_AUTHORIZED))
              for (const frame of frames.slice(-1)) {
                note(frame)
                connection.send(frame)
              }
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
        send(frame) {
          const { payloadType, clientMsgId } = decodeEnvelope(frame.subarray(4))
          if (plant === 'forgets-to-resubscribe' && !isFirst && payloadType === SUBSCRIBE) {
            setImmediate(() =>
              listener.onData(encodeMessage(SUBSCRIBED, { ctidTraderAccountId: 0 }, clientMsgId)),
            )
            return
          }
          note(frame)
          connection.send(frame)
          due('sent')
        },
      }
    },
  }
  return { transport, orders, wasCut: () => done }
}

function described({ id, side, volume, entryPrice, stopLoss }: Position): string {
  return `${id} ${side} ${volume} at ${entryPrice} stop ${stopLoss ?? '-'}`
}

/** The book of an account by what its stream tells, and by nothing else. */
class FollowedBook {
  readonly #positions = new Map<number, Position>()

  constructor(account: Account) {
    account.onMarket(event => {
      if (event.type === 'resynced') this.reset(event.snapshot.positions)
      else if (event.type === 'order-filled' || event.type === 'position-updated') this.#keep(event.position)
    })
  }

  reset(positions: readonly Position[]): void {
    this.#positions.clear()
    for (const position of positions) this.#keep(position)
  }

  get lines(): readonly string[] {
    return [...this.#positions.values()].map(described).sort()
  }

  #keep(position: Position): void {
    if (position.volume > 0) this.#positions.set(position.id, position)
    else this.#positions.delete(position.id)
  }
}

/** Asks again what was certainly not sent, and goes on when it is not known what became of it. */
async function carefully(client: CTraderClient, act: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await act()
      return
    } catch (error) {
      const lost = isCTraderError(error, 'connection-lost') || isCTraderError(error, 'request-timeout')
      if (!lost) throw error
      await readyAgain(client)
      const delivery: Delivery = error.details.delivery
      if (delivery !== 'not-sent') return
    }
  }
}

/** Resolves once requests can be sent. */
export async function readyAgain(client: CTraderClient): Promise<void> {
  for await (const state of client.states()) {
    if (state.type === 'ready') return
    if (state.type === 'closed') throw state.cause
  }
}

/** A login whose first connection may be cut: that one is not tried again by the client. */
async function login(
  venue: Simulator,
  transport: Transport,
): Promise<{ client: CTraderClient; account: Account }> {
  const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
  for (let attempt = 0; ; attempt++) {
    let client: CTraderClient | undefined
    try {
      client = await connect({
        environment: 'demo',
        application: { clientId, clientSecret },
        transport,
        reconnect: { initialMs: 20, maxMs: 200 },
      })
      return { client, account: await client.authorize(accountId(ctidTraderAccountId), accessToken) }
    } catch (error) {
      await client?.close()
      if (!isCTraderError(error, 'connection-lost') || attempt === 3) throw error
    }
  }
}

/** Runs so far: a part of each label. */
let runs = 0

/** Trades a little over a network that fails once, and compares what the client believes with what the venue has. */
export async function runFaultySession(
  venue: Simulator,
  proxy: TcpProxy,
  { cut, plant }: { readonly cut?: Cut; readonly plant?: PlantedClient },
): Promise<FaultyOutcome> {
  const run = ++runs
  const wire = wireOf(proxy, venue.ca ?? '', cut, plant)
  const { client, account } = await login(venue, wire.transport)
  try {
    const book = new FollowedBook(account)
    const gold = await whole(client, () => account.instrument('XAUUSD'))
    await whole(client, () => account.subscribe([gold.id]))
    await whole(client, async () => book.reset((await account.snapshot()).positions))
    for (const part of ['a', 'b'])
      await carefully(client, () =>
        account.placeOrder({
          type: 'market',
          symbolId: gold.id,
          side: 'buy',
          volume: gold.minVolume,
          clientOrderId: clientOrderId(`${run}.${part}`),
          label: `${run}.${part}`,
        }),
      )
    const [first] = (await whole(client, () => account.snapshot())).positions
    if (first !== undefined) await carefully(client, () => account.closePosition(first.id))
    await readyAgain(client)
    const quotesGoOn = await nextQuote(account)
    const fresh = await login(venue, tlsTransport({ host: venue.host, port: venue.port, ca: venue.ca ?? '' }))
    const positions = (await fresh.account.snapshot()).positions
    await fresh.client.close()
    // Its answer comes behind everything that the stream still owes.
    await whole(client, () => client.request('version', {}))
    return {
      wasCut: wire.wasCut(),
      sentTwice: repeated(wire.orders),
      filledTwice: repeated(
        positions.flatMap(({ label }) => label ?? []).filter(label => label.startsWith(`${run}.`)),
      ),
      book: book.lines,
      venue: positions.map(described).sort(),
      quotesGoOn,
    }
  } finally {
    await client.close()
  }
}

/** A read that is repeated until it comes through. */
async function whole<T>(client: CTraderClient, read: () => Promise<T>): Promise<T> {
  for (let attempt = 0; ; attempt++)
    try {
      return await read()
    } catch (error) {
      if (!isCTraderError(error) || !error.retryable || attempt === 3) throw error
      await readyAgain(client)
    }
}

async function nextQuote(account: Account): Promise<boolean> {
  const signal = AbortSignal.timeout(5000)
  return new Promise(resolve => {
    const stop = account.onMarket(event => {
      if (event.type === 'quote') settle(true)
    })
    const onAbort = (): void => settle(false)
    const settle = (came: boolean): void => {
      stop()
      signal.removeEventListener('abort', onAbort)
      resolve(came)
    }
    signal.addEventListener('abort', onAbort)
  })
}

function repeated(ids: readonly string[]): readonly string[] {
  return [...new Set(ids.filter((id, i) => ids.indexOf(id) !== i))]
}
