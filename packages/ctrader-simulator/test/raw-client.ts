import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  decodeEnvelope,
  decodeMessage,
  encodeMessage,
  FrameDecoder,
  isPayloadType,
  type MessageByPayloadType,
  type PayloadType,
} from '@openclaw-trading/ctrader-client/protocol'
import type { Simulator } from '../src/index.ts'

/** A message as it came in. */
export interface Received<P extends PayloadType = PayloadType> {
  readonly payloadType: P
  readonly clientMsgId: string | undefined
  readonly message: MessageByPayloadType[P]
}

export type Endpoint = Pick<Simulator, 'host' | 'port' | 'credentials'> & { readonly ca?: string }

/** A client that knows the protocol and nothing else. */
export class RawClient {
  readonly received: Received[] = []
  /** Payload types that the schema does not have; taken only once this is set. */
  unknown: number[] | undefined
  /** The bytes of each envelope, as they came. */
  readonly bodies: Uint8Array[] = []
  readonly closed: Promise<void>
  readonly #socket: Socket
  readonly #waiting = new Set<() => void>()
  #read = 0
  /** Bytes that no message was made of. */
  unread = 0
  onMessage: ((received: Received) => void) | undefined

  private constructor(socket: Socket) {
    this.#socket = socket
    const decoder = new FrameDecoder()
    this.closed = new Promise(resolve => socket.on('close', () => resolve()))
    socket.on('error', () => {})
    socket.on('data', chunk => {
      this.unread += chunk.length
      this.#push(decoder, chunk)
      for (const wake of this.#waiting) wake()
    })
  }

  static async open({ host, port, ca }: Endpoint): Promise<RawClient> {
    const socket =
      ca === undefined ? connectTcp({ host, port }) : connectTls({ host, port, ca, servername: 'localhost' })
    await new Promise((resolve, reject) => {
      socket.once(ca === undefined ? 'connect' : 'secureConnect', resolve)
      socket.once('error', reject)
    })
    socket.setNoDelay(true)
    return new RawClient(socket)
  }

  /** Connects and authorises the account. */
  static async login(endpoint: Endpoint): Promise<RawClient> {
    const client = await RawClient.open(endpoint)
    const { clientId, clientSecret, accessToken, ctidTraderAccountId } = endpoint.credentials
    await client.request(2100, { clientId, clientSecret }, 2101)
    await client.request(2102, { ctidTraderAccountId, accessToken }, 2103)
    return client
  }

  /** Notes what cannot be read as payload type 0, where such is expected. */
  #push(decoder: FrameDecoder, chunk: Uint8Array): void {
    try {
      decoder.push(chunk, body => {
        this.unread -= body.length + 4
        this.#take(body)
      })
    } catch (error) {
      if (this.unknown === undefined) throw error
      this.unknown.push(0)
    }
  }

  #take(body: Uint8Array): void {
    const { payloadType, payload, clientMsgId } = decodeEnvelope(body)
    this.bodies.push(body.slice())
    if (!isPayloadType(payloadType)) {
      if (this.unknown === undefined) throw new Error(`unknown payload type ${payloadType}`)
      this.unknown.push(payloadType)
      return
    }
    const received = { payloadType, clientMsgId, message: decodeMessage(payloadType, payload) }
    this.received.push(received)
    this.onMessage?.(received)
  }

  send<P extends PayloadType>(payloadType: P, message: MessageByPayloadType[P], clientMsgId?: string): void {
    this.#socket.write(encodeMessage(payloadType, message, clientMsgId))
  }

  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** The next message of a type from here on; others before it are passed over. */
  async next<P extends PayloadType>(
    payloadType: P,
    where: (received: Received<P>) => boolean = () => true,
  ): Promise<Received<P>> {
    for (;;) {
      while (this.#read < this.received.length) {
        const received = this.received[this.#read++]
        if (received?.payloadType === payloadType && where(received as Received<P>))
          return received as Received<P>
      }
      await this.#more()
    }
  }

  /** The next message that is neither a spot nor a heartbeat. */
  async nextAny(): Promise<Received> {
    for (;;) {
      while (this.#read < this.received.length) {
        const received = this.received[this.#read++]
        if (received !== undefined && received.payloadType !== 2131 && received.payloadType !== 51)
          return received
      }
      await this.#more()
    }
  }

  /** Sends a request and returns the message that carries its id. */
  async request<P extends PayloadType, R extends PayloadType>(
    payloadType: P,
    message: MessageByPayloadType[P],
    answer: R,
  ): Promise<MessageByPayloadType[R]> {
    const id = `raw-${payloadType}-${Math.round(performance.now() * 1000)}`
    this.send(payloadType, message, id)
    for (;;) {
      const received = await this.nextAny()
      if (received.clientMsgId !== id) continue
      if (received.payloadType !== answer)
        throw new Error(
          `expected ${answer}, got ${received.payloadType}: ${JSON.stringify(received.message)}`,
        )
      return received.message as MessageByPayloadType[R]
    }
  }

  close(): void {
    this.#socket.destroy()
  }

  async #more(): Promise<void> {
    let wake = () => {}
    const more = new Promise<void>(resolve => {
      wake = resolve
    })
    this.#waiting.add(wake)
    await Promise.race([
      more,
      this.closed.then(() => Promise.reject(new Error('the venue closed the connection'))),
    ])
    this.#waiting.delete(wake)
  }
}
