import { CTraderError } from '../errors.ts'
import { decodeEnvelope, type Envelope } from '../protocol/envelope.ts'
import { FrameDecoder } from '../protocol/frame.ts'
import type { MessageByPayloadType, PayloadType } from '../protocol/generated/registry.js'
import { decodeMessage, encodeMessage } from '../protocol/message.ts'
import type { Transport, TransportConnection, TransportListener } from '../transport/transport.ts'

/** What a {@link MemoryServer} has received. */
export type ReceivedEnvelope = Envelope & { readonly payload: Uint8Array }

/** A server of a test, on the other end of a transport that needs no network. */
export class MemoryServer {
  /** Give it to a session or a client. */
  readonly transport: Transport
  /** Everything received, in order. */
  readonly received: ReceivedEnvelope[] = []
  /** Whether connections are taken. */
  reachable = true
  /** Half open: what comes is lost and nothing is said, but the link stands. */
  frozen = false
  /** Connections taken so far. */
  connections = 0
  readonly #onRequest: (request: ReceivedEnvelope, server: MemoryServer) => void
  #listener: TransportListener | undefined
  #open = false

  /** Creates it; `onRequest` may answer with {@link MemoryServer.send}. */
  constructor(onRequest: (request: ReceivedEnvelope, server: MemoryServer) => void) {
    this.#onRequest = onRequest
    this.transport = { open: (listener, { signal }) => this.#accept(listener, signal) }
  }

  /** The client still has its end open. */
  get open(): boolean {
    return this.#open
  }

  /** Payload types received, in order. */
  get types(): readonly number[] {
    return this.received.map(({ payloadType }) => payloadType)
  }

  /** The last message of a type that was received. */
  last<P extends PayloadType>(payloadType: P): MessageByPayloadType[P] & { readonly clientMsgId?: string } {
    const found = this.received.findLast(message => message.payloadType === payloadType)
    const message = decodeMessage(payloadType, found?.payload ?? new Uint8Array(0))
    return Object.assign(message, found?.clientMsgId === undefined ? {} : { clientMsgId: found.clientMsgId })
  }

  /** Sends a message, in a chunk of its own. */
  send<P extends PayloadType>(payloadType: P, message: MessageByPayloadType[P], clientMsgId?: string): void {
    this.sendBytes(encodeMessage(payloadType, message, clientMsgId))
  }

  /** Sends bytes as one chunk. */
  sendBytes(bytes: Uint8Array): void {
    if (!this.frozen) this.#listener?.onData(bytes)
  }

  /** Closes from the server's side. */
  drop(cause?: unknown): void {
    if (!this.#open) return
    this.#open = false
    const listener = this.#listener
    this.#listener = undefined
    listener?.onClose(cause)
  }

  #accept(listener: TransportListener, signal: AbortSignal | undefined): Promise<TransportConnection> {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    if (!this.reachable)
      return Promise.reject(
        new CTraderError('connection-lost', 'Nothing listens there.', { delivery: 'not-sent' }),
      )
    this.#listener = listener
    this.#open = true
    this.connections += 1
    const decoder = new FrameDecoder()
    const own = (): boolean => this.#listener === listener
    return Promise.resolve({
      waitingBytes: 0,
      send: bytes => {
        if (own() && !this.frozen) decoder.push(bytes.slice(), body => this.#take(body, listener))
      },
      close: () => own() && this.drop(),
      destroy: () => own() && this.drop(),
    })
  }

  #take(body: Uint8Array, listener: TransportListener): void {
    const request = decodeEnvelope(body)
    this.received.push(request)
    // A network never answers inside the write, and never on another connection.
    queueMicrotask(() => {
      if (this.#listener === listener) this.#onRequest(request, this)
    })
  }
}
