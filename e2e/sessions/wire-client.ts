import { connect, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import {
  type Codec,
  decodeEnvelope,
  decodeJson,
  decodeMessage,
  encodeJson,
  encodeMessage,
  FrameDecoder,
  isPayloadType,
  JsonSplitter,
  type MessageByPayloadType,
  type PayloadType,
} from '@openclaw-trading/ctrader-client/protocol'
import type { Coverage } from './coverage.ts'

/** A message as it came in. */
export interface Received {
  readonly payloadType: number
  readonly clientMsgId: string | undefined
  readonly message: Readonly<Record<string, unknown>>
}

const SPOT = 2131
const DEPTH = 2155
const HEARTBEAT = 51
const PREFIX_BYTES = 4

/** Where a venue takes clients; JSON has a port of its own. */
export interface WirePlace {
  readonly host: string
  readonly port: number
  readonly jsonPort?: number
  readonly ca?: string
}

/** Clients so far. */
let clients = 0

/** A socket that speaks the protocol and nothing else. */
export class WireClient {
  /** Resolves when the venue or we have ended it. */
  readonly closed: Promise<void>
  readonly #socket: Socket
  readonly #coverage: Coverage | undefined
  readonly #codec: Codec
  readonly #name = `connection ${clients++}`
  readonly #rest: Received[] = []
  readonly #spots: Received[] = []
  readonly #depths: Received[] = []
  readonly #waiting: (() => void)[] = []
  #isClosed = false

  private constructor(socket: Socket, coverage: Coverage | undefined, codec: Codec) {
    this.#socket = socket
    this.#coverage = coverage
    this.#codec = codec
    const decoder = new FrameDecoder()
    const splitter = new JsonSplitter()
    const takeFrames = (bytes: Uint8Array): void => decoder.push(bytes, body => this.#take(body))
    socket.on('error', () => {})
    socket.on('data', chunk => {
      if (codec === 'protobuf') takeFrames(chunk)
      else splitter.push(chunk, text => takeFrames(decodeJson(text)))
      this.#wake()
    })
    this.closed = new Promise(resolve =>
      socket.on('close', () => {
        this.#isClosed = true
        this.#wake()
        resolve()
      }),
    )
  }

  /** Connects, over TLS when there is a certificate to trust. */
  static async open(
    { host, ca, ...ports }: WirePlace,
    coverage?: Coverage,
    codec: Codec = 'protobuf',
  ): Promise<WireClient> {
    const port = codec === 'json' ? (ports.jsonPort ?? 0) : ports.port
    const isPlain = ca === undefined
    const socket = isPlain ? connect({ host, port }) : connectTls({ host, port, ca, servername: 'localhost' })
    await new Promise((resolve, reject) => {
      socket.once(isPlain ? 'connect' : 'secureConnect', resolve)
      socket.once('error', reject)
    })
    socket.setNoDelay(true)
    return new WireClient(socket, coverage, codec)
  }

  /** Sends a message. */
  send<P extends PayloadType>(payloadType: P, message: MessageByPayloadType[P], clientMsgId?: string): void {
    this.#coverage?.sent(payloadType, message, clientMsgId, this.#name)
    const frame = encodeMessage(payloadType, message, clientMsgId)
    this.#socket.write(this.#codec === 'json' ? encodeJson(frame.subarray(PREFIX_BYTES)) : frame)
  }

  /** Sends bytes as they are. */
  sendBytes(bytes: Uint8Array): void {
    this.#socket.write(bytes)
  }

  /** The next message that is no spot, no depth and no heartbeat; `undefined` when the connection has ended before one. */
  next(): Promise<Received | undefined> {
    return this.#from(this.#rest)
  }

  /** The next spot; `undefined` when the connection has ended before one. */
  nextSpot(): Promise<Received | undefined> {
    return this.#from(this.#spots)
  }

  /** The next depth event; `undefined` when the connection has ended before one. */
  nextDepth(): Promise<Received | undefined> {
    return this.#from(this.#depths)
  }

  /** Ends the connection. */
  close(): void {
    this.#socket.destroy()
  }

  async #from(queue: Received[]): Promise<Received | undefined> {
    while (queue.length === 0 && !this.#isClosed)
      await new Promise<void>(resolve => this.#waiting.push(resolve))
    return queue.shift()
  }

  #wake(): void {
    for (const wake of this.#waiting.splice(0)) wake()
  }

  #take(body: Uint8Array): void {
    const { payloadType, payload, clientMsgId } = decodeEnvelope(body)
    if (!isPayloadType(payloadType)) throw new Error(`The venue sent the unknown payload type ${payloadType}`)
    const message = decodeMessage(payloadType, payload)
    this.#coverage?.received(payloadType, message, clientMsgId, this.#name)
    if (payloadType === HEARTBEAT) return
    const received = { payloadType, clientMsgId, message: message as unknown as Received['message'] }
    if (payloadType === SPOT) this.#spots.push(received)
    else if (payloadType === DEPTH) this.#depths.push(received)
    else this.#rest.push(received)
  }
}
