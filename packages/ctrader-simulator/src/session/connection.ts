import { randomUUID } from 'node:crypto'
import {
  type CTraderError,
  decodeEnvelope,
  type Envelope,
  encodeMessage,
  FrameDecoder,
  isCTraderError,
  type MessageByPayloadType,
  type PayloadType,
  type SpotFields,
} from '@openclaw-trading/ctrader-client/protocol'
import { AccountSession } from './account-session.ts'
import type { Logger } from '../options.ts'
import { Outbox } from './outbox.ts'
import type { RequestLimits } from './request-limits.ts'
import type { Wire } from '../wire/wire.ts'

/** What a connection reports. */
export interface ConnectionListener {
  /** An envelope arrived. */
  onEnvelope(connection: Connection, envelope: Envelope & { readonly payload: Uint8Array }): void
  /** It is gone; nothing more will come. Called once. */
  onClosed(connection: Connection): void
}

/** Largest frame taken from a client; its largest request (symbols by id) stays below 64 KiB. */
export const MAX_REQUEST_BYTES = 1_048_576
/** A client that lets this much pile up does not read: it is cut off, as the broker's gateway does. */
export const MAX_WAITING_BYTES = 16 * 1_048_576

/** One client: what it has proved, what it watches, and the bytes to and from it. */
export class Connection {
  /** Unique over restarts, so that a late answer never reaches a newcomer. */
  readonly id: string
  /** The application has authenticated. */
  applicationAuthorized = false
  /** Accounts that are authorised here, by ctidTraderAccountId. */
  readonly sessions = new Map<number, AccountSession>()
  /** Counts its requests, where the venue limits them. */
  limits: RequestLimits | undefined
  /** Wall time of the last input. */
  lastInputMs: number
  /** Wall time of the last output. */
  lastOutputMs: number
  /** Wall time at which it connected. */
  readonly connectedMs: number
  readonly #wire: Wire
  readonly #listener: ConnectionListener
  readonly #logger: Logger
  readonly #decoder = new FrameDecoder({ maxBytes: MAX_REQUEST_BYTES })
  readonly #outbox = new Outbox()
  #closed = false
  #ending = false

  /** Takes a wire over; it ends with the connection. */
  constructor(wire: Wire, listener: ConnectionListener, logger: Logger, nowMs: number) {
    this.id = wire.id ?? randomUUID()
    this.#wire = wire
    this.#listener = listener
    this.#logger = logger
    this.connectedMs = nowMs
    this.lastInputMs = nowMs
    this.lastOutputMs = nowMs
    wire.listen({ onBytes: bytes => this.#take(bytes), onClosed: () => this.#onClose() })
  }

  /** Whether it is told the id of a request that another connection made, this time. */
  hearsForeignIds(): boolean {
    return this.#wire.copiesRequestIds?.() === true
  }

  /** Authorises an account here; one that is keeps what it watches. */
  enter(ctidTraderAccountId: number, mayTrade: boolean): AccountSession {
    const session = this.sessions.get(ctidTraderAccountId) ?? new AccountSession(mayTrade)
    this.sessions.set(ctidTraderAccountId, session)
    return session
  }

  /** Nothing can be sent any more. */
  get closed(): boolean {
    return this.#closed
  }

  /** Puts a message on the way; it leaves with the next {@link flush}. */
  send<P extends PayloadType>(payloadType: P, message: MessageByPayloadType[P], clientMsgId?: string): void {
    this.sendFrame(encodeMessage(payloadType, message, clientMsgId))
  }

  /** Puts an encoded frame on the way. */
  sendFrame(frame: Uint8Array): void {
    if (!this.#closed) this.#outbox.append(frame)
  }

  /** Puts a spot event on the way, without a frame of its own: a replay sends millions. */
  sendSpot(fields: SpotFields): void {
    if (!this.#closed) this.#outbox.appendSpot(fields)
  }

  /** Bytes that wait for {@link flush}. */
  get waiting(): number {
    return this.#outbox.length
  }

  /** Bytes that the wire has not passed on yet. */
  get backlog(): number {
    return this.#wire.waitingBytes
  }

  /** Hands everything that waits to the wire in one write. */
  flush(): void {
    if (this.#outbox.length === 0 || this.#closed) return
    this.#wire.write(this.#outbox.take())
    this.lastOutputMs = performance.now()
    if (this.#wire.waitingBytes <= MAX_WAITING_BYTES) return
    this.#logger.warn(
      { connection: this.id, waitingBytes: this.#wire.waitingBytes },
      'client does not read: cut off',
    )
    this.destroy()
  }

  /** Sends what waits, then closes the connection; input from now on is ignored. */
  end(): void {
    this.flush()
    this.#ending = true
    this.#wire.end()
  }

  /** Closes at once; what waits is lost. */
  destroy(): void {
    this.#wire.destroy()
  }

  #take(bytes: Uint8Array): void {
    this.lastInputMs = performance.now()
    try {
      this.#decoder.push(bytes, body => this.#takeBody(body))
    } catch (error) {
      if (!isCTraderError(error)) throw error
      this.#refuseFrame('FRAME_TOO_LONG', error)
      this.end()
    }
    this.flush()
  }

  #takeBody(body: Uint8Array): void {
    if (this.#closed || this.#ending) return
    let envelope: Envelope & { readonly payload: Uint8Array }
    try {
      envelope = decodeEnvelope(body)
    } catch (error) {
      if (!isCTraderError(error)) throw error
      this.#refuseFrame('INVALID_REQUEST', error)
      return
    }
    this.#listener.onEnvelope(this, envelope)
  }

  #refuseFrame(errorCode: 'FRAME_TOO_LONG' | 'INVALID_REQUEST', error: CTraderError): void {
    this.#logger.warn({ connection: this.id, reason: error.message }, 'frame refused')
    this.send(50, { errorCode, description: error.message })
  }

  #onClose(): void {
    if (this.#closed) return
    this.#closed = true
    this.#listener.onClosed(this)
  }
}
