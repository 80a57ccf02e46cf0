import assert from 'node:assert/strict'
import { isCTraderError } from '../errors.ts'
import { decodeEnvelope } from '../protocol/envelope.ts'
import { FrameDecoder } from '../protocol/frame.ts'
import type { MessageByPayloadType, PayloadType } from '../protocol/generated/registry.js'
import { decodeMessage, encodeMessage } from '../protocol/message.ts'
import type { Transport, TransportConnection, TransportListener } from '../transport/transport.ts'

/** A message as both ends of a conformance test see it. */
export interface ConformanceMessage<P extends PayloadType = PayloadType> {
  readonly payloadType: P
  readonly message: MessageByPayloadType[P]
  readonly clientMsgId?: string
}

/** The server's end of one connection. */
export interface ConformancePeer {
  /** Sends messages together: in one write, where there is such a thing. */
  send(...messages: readonly ConformanceMessage[]): void
  /** The next message of the client. */
  receive(): Promise<ConformanceMessage>
  /** Closes in order. */
  close(): void
  /** Breaks the link. */
  cut(): void
  /** Reads no more, so that what the client sends piles up; absent where nothing can. */
  stopReading?(): void
  /** Resolves when the client is gone. */
  readonly closed: Promise<void>
}

/** A server for a conformance test, and ways to reach it. */
export interface ConformanceServer {
  readonly transport: Transport
  /** The next connection of the client. */
  accept(): Promise<ConformancePeer>
  /** Leads to where nothing listens. */
  readonly nowhere: Transport
  /** Leads to a server that says nothing at all; absent where there is no such thing. */
  readonly mute?: Transport
  /** Ends the server and what is left of its connections. */
  close(): Promise<void>
}

/** One condition that a transport meets, or fails with an assertion. */
export interface TransportCondition {
  /** A sentence about the transport. */
  readonly title: string
  /** Rejects when the condition is not met. */
  run(): Promise<void>
}

const TIMEOUT_MS = 10_000

/** The client's end of a test. */
class Client implements TransportListener {
  readonly received: ConformanceMessage[] = []
  readonly closes: unknown[] = []
  readonly #decoder = new FrameDecoder()
  #wake: () => void = () => {}

  onData(chunk: Uint8Array): void {
    assert.equal(this.closes.length, 0, 'data came after the end')
    this.#decoder.push(chunk, body => {
      const { clientMsgId, payload, payloadType } = decodeEnvelope(body)
      const type = payloadType as PayloadType
      const message = decodeMessage(type, payload)
      this.received.push({
        payloadType: type,
        message,
        ...(clientMsgId === undefined ? {} : { clientMsgId }),
      })
    })
    this.#wake()
  }

  onClose(cause?: unknown): void {
    this.closes.push(cause)
    this.#wake()
  }

  async until(isDone: () => boolean): Promise<void> {
    while (!isDone())
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
  }
}

interface World {
  readonly server: ConformanceServer
  readonly client: Client
  readonly connection: TransportConnection
  readonly peer: ConformancePeer
}

function plain({ message, ...envelope }: ConformanceMessage): unknown {
  return { ...envelope, message: JSON.parse(JSON.stringify(message)) as unknown }
}

function spot(bid: number): ConformanceMessage<2131> {
  return { payloadType: 2131, message: { ctidTraderAccountId: 5, symbolId: 41, bid, trendbar: [] } }
}

function symbols(count: number): ConformanceMessage<2115> {
  const symbol = Array.from({ length: count }, (_, i) => ({
    symbolId: 9_007_199_254_000_000 + i,
    symbolName: `Größe „${i}“ {[\\"]} 😀`,
    enabled: i % 2 === 0,
  }))
  return {
    payloadType: 2115,
    clientMsgId: 'ids are "text" {',
    message: { ctidTraderAccountId: 5, symbol, archivedSymbol: [] },
  }
}

function send(
  connection: TransportConnection,
  { payloadType, message, clientMsgId }: ConformanceMessage,
): void {
  connection.send(encodeMessage(payloadType, message, clientMsgId))
}

const CONDITIONS: Readonly<Record<string, (world: World) => Promise<void>>> = {
  async 'carries messages both ways as they are'({ client, connection, peer }) {
    const [large, quote, beat] = [symbols(3), spot(4_500_000), { payloadType: 51, message: {} } as const]
    for (const message of [large, quote, beat]) send(connection, message)
    for (const message of [large, quote, beat]) assert.deepEqual(plain(await peer.receive()), plain(message))
    peer.send(large)
    peer.send(quote, beat)
    await client.until(() => client.received.length === 3)
    assert.deepEqual(client.received.map(plain), [large, quote, beat].map(plain))
  },

  async 'keeps the order of a thousand messages, however they are joined'({ client, peer }) {
    for (let i = 0; i < 1000; i += 10) peer.send(...Array.from({ length: 10 }, (_, n) => spot(i + n)))
    await client.until(() => client.received.length === 1000)
    const bids = client.received.map(({ message }) => (message as { bid?: number }).bid)
    assert.deepEqual(
      bids,
      Array.from({ length: 1000 }, (_, i) => i),
    )
  },

  async 'carries a message of many packets both ways'({ client, connection, peer }) {
    const large = symbols(2000)
    send(connection, large)
    assert.deepEqual(plain(await peer.receive()), plain(large))
    peer.send(large)
    await client.until(() => client.received.length === 1)
    assert.deepEqual(client.received.map(plain), [plain(large)])
  },

  async 'reports once that the server closed, after all it had sent'({ client, peer }) {
    peer.send(spot(1), spot(2))
    peer.close()
    await client.until(() => client.closes.length > 0)
    assert.equal(client.received.length, 2)
    await turn()
    assert.equal(client.closes.length, 1)
  },

  async 'reports once that the link broke, and takes messages without complaint then'({
    client,
    connection,
    peer,
  }) {
    peer.cut()
    await client.until(() => client.closes.length > 0)
    send(connection, spot(1))
    connection.close()
    connection.destroy()
    await turn()
    assert.equal(client.closes.length, 1)
  },

  async 'delivers what was sent before a close, and nothing sent after it'({ client, connection, peer }) {
    for (let i = 0; i < 20; i++) send(connection, spot(i))
    connection.close()
    send(connection, spot(99))
    for (let i = 0; i < 20; i++) assert.deepEqual(plain(await peer.receive()), plain(spot(i)))
    await peer.closed
    await client.until(() => client.closes.length > 0)
    assert.deepEqual(client.closes, [undefined])
  },

  async 'can be cut by the client'({ client, connection, peer }) {
    connection.destroy()
    await peer.closed
    await client.until(() => client.closes.length > 0)
    assert.equal(client.closes.length, 1)
  },

  async 'tells how much waits for a server that does not read, and closes all the same'({
    client,
    connection,
    peer,
  }) {
    if (peer.stopReading === undefined) return
    peer.stopReading()
    const { payloadType, message } = symbols(2000)
    const frame = encodeMessage(payloadType, message)
    // What a system takes over on both ends stays below 20 MB.
    for (let i = 0; i < 300 && connection.waitingBytes < 1_000_000; i++) {
      connection.send(frame)
      await turn()
    }
    assert.ok(connection.waitingBytes >= 1_000_000, `${connection.waitingBytes} bytes wait`)
    connection.close()
    await client.until(() => client.closes.length > 0)
  },
}

const OPENING: Readonly<Record<string, (server: ConformanceServer) => Promise<void>>> = {
  async 'says that nothing listens, and that nothing was sent'({ nowhere }) {
    await assert.rejects(
      nowhere.open(new Client(), { timeoutMs: TIMEOUT_MS }),
      error => isCTraderError(error, 'connection-lost') && error.details.delivery === 'not-sent',
    )
  },

  async 'gives up with the reason of the signal, before and while it opens'({ transport, mute }) {
    const reason = new TypeError('changed my mind')
    const opening = transport.open(new Client(), { timeoutMs: TIMEOUT_MS, signal: AbortSignal.abort(reason) })
    await assert.rejects(opening, error => error === reason)
    if (mute === undefined) return
    const abort = new AbortController()
    const silent = mute.open(new Client(), { timeoutMs: TIMEOUT_MS, signal: abort.signal })
    setTimeout(() => abort.abort(reason), 20)
    await assert.rejects(silent, error => error === reason)
  },

  async 'gives up on a server that says nothing'({ mute }) {
    if (mute === undefined) return
    await assert.rejects(
      mute.open(new Client(), { timeoutMs: 50 }),
      error => isCTraderError(error, 'connection-lost') && error.message.includes('no answer within 50 ms'),
    )
  },
}

function turn(): Promise<void> {
  return new Promise(resolve => setTimeout(resolve, 5))
}

/**
 * What every transport does, to be run by each against a real server; one test a condition.
 *
 * @param start starts a server of its own for each condition
 */
export function transportConformance(start: () => Promise<ConformanceServer>): readonly TransportCondition[] {
  async function withServer(work: (server: ConformanceServer) => Promise<void>): Promise<void> {
    const server = await start()
    try {
      await work(server)
    } finally {
      await server.close()
    }
  }
  const opening = Object.entries(OPENING).map(([title, work]) => ({ title, run: () => withServer(work) }))
  const open = Object.entries(CONDITIONS).map(([title, work]) => ({
    title,
    run: () =>
      withServer(async server => {
        const client = new Client()
        const accepting = server.accept()
        const connection = await server.transport.open(client, { timeoutMs: TIMEOUT_MS })
        await work({ server, client, connection, peer: await accepting })
        connection.destroy()
      }),
  }))
  return [...opening, ...open]
}
