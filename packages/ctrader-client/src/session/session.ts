import { randomUUID } from 'node:crypto'
import { EventEmitter } from 'eventemitter3'
import { CTraderError, isCTraderError } from '../errors.ts'
import type { CallOptions, Logger, RateBudget, RateClass } from '../options.ts'
import { encodeEnvelope } from '../protocol/envelope.ts'
import { createEnvelopeRange, readEnvelope } from '../protocol/envelope-range.ts'
import { encodeFrame, FrameDecoder } from '../protocol/frame.ts'
import { decodeMessage, encodeMessage, isPayloadType } from '../protocol/message.ts'
import {
  type CommandName,
  type MethodName,
  methods,
  type Params,
  type QueryName,
  type Result,
} from '../protocol/methods.ts'
import { decodeSpotEvent } from '../protocol/spot-event.ts'
import type { Transport, TransportConnection } from '../transport/transport.ts'
import { lost, lostRequest } from './lost.ts'
import { type CommandSink, commandRequest, type ConnectionFacts, queryRequest } from './requests.ts'
import { Awake } from './awake.ts'
import { Correlator } from './correlator.ts'
import { Heartbeat } from './heartbeat.ts'
import { type Replay, ReplayMarks } from './replay.ts'
import { RARE_EVENTS, type ServerEvents } from './server-events.ts'
import { decodeRefusal, ERROR_RES, ORDER_ERROR, PROXY_ERROR } from './server-error.ts'

const HEARTBEAT = 51
const EXECUTION = 2126
const SUBSCRIBED = 2128
const SPOT = 2131
const DISCONNECTING = 2148
/** Requests that reduce risk; they never wait behind others. */
const EXITS: ReadonlySet<MethodName> = new Set(['closePosition', 'cancelOrder', 'amendPositionSLTP'])
/** How long {@link Session.close} waits for answers. */
const CLOSE_GRACE_MS = 2000

/** What a session needs. */
export interface SessionOptions {
  readonly transport: Transport
  readonly budget: RateBudget
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly logger: Logger
  readonly signal?: AbortSignal | undefined
}

/** Options of a trading request. */
export interface CommandCall extends CallOptions {
  /** Instead of a random one; it must be unique on the server. */
  readonly clientMsgId?: string
}

/**
 * One connection: frames in and out, answers matched to requests, heartbeats, events in wire order.
 *
 * A lost connection ends the session and everything that waits; reconnecting is left to its owner for now.
 */
export class Session {
  /** What the server tells. */
  readonly events = new EventEmitter<ServerEvents>()
  readonly #options: SessionOptions
  readonly #decoder = new FrameDecoder()
  /** The envelope being read; one for all messages. */
  readonly #envelope = createEnvelopeRange()
  readonly #correlator = new Correlator()
  readonly #closing = new AbortController()
  readonly #heartbeat: Heartbeat
  #connection: TransportConnection | undefined
  #replay: ReplayMarks | undefined
  #awake: Awake | undefined
  #closed = false
  #whenClosed: Promise<void> | undefined
  #farewell: string | undefined
  #closeCause: unknown

  private constructor(options: SessionOptions) {
    this.#options = options
    this.#heartbeat = new Heartbeat({
      send: () => this.#write(encodeMessage(HEARTBEAT, {})),
      onDead: silentMs =>
        this.#end(lost(`the server was silent for ${Math.round(silentMs / 1000)} s`, 'unknown')),
    })
  }

  /** Connects. @throws {@link CTraderError} `connection-lost`, or the reason of `signal` */
  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options)
    const { connectTimeoutMs: timeoutMs, signal } = options
    session.#connection = await options.transport.open(
      { onData: chunk => session.#takeChunk(chunk), onClose: cause => session.#onClose(cause) },
      signal === undefined ? { timeoutMs } : { timeoutMs, signal },
    )
    session.#heartbeat.start()
    return session
  }

  /** Nothing can be sent any more. */
  get closed(): boolean {
    return this.#closed
  }

  /** Present when the server replays. */
  get replay(): Replay | undefined {
    return this.#replay
  }

  /**
   * Turns to a replay: marks instead of heartbeats, no request limit, no timeouts.
   *
   * `polling` keeps the process awake for the time in which the next message normally comes.
   */
  enterReplay(options: { readonly polling: boolean }): void {
    this.#heartbeat.stop()
    this.#replay = new ReplayMarks(mark =>
      this.#write(encodeFrame(encodeEnvelope({ payloadType: HEARTBEAT, clientMsgId: mark }))),
    )
    if (options.polling) this.#awake = new Awake()
  }

  /** Sends a request and returns its one answer. @throws {@link CTraderError} any code but `order-rejected` */
  async query<M extends QueryName>(
    method: M,
    params: Params<M>,
    options: CallOptions = {},
  ): Promise<Result<M>> {
    const { request, response, limit } = methods[method]
    const clientMsgId = randomUUID()
    const frame = encodeMessage(request, params, clientMsgId)
    await this.#admit(method, limit, options.signal)
    return new Promise<Result<M>>((resolve, reject) => {
      const pending = queryRequest(method, response, message => resolve(message as Result<M>), reject)
      this.#correlator.add(clientMsgId, pending, this.#waiting(options))
      this.#write(frame)
    })
  }

  /**
   * Sends a trading request and reports what it leads to.
   *
   * Never throws: `sink.onEnd` is called exactly once. In a replay the request has been written when this returns.
   */
  command<M extends CommandName>(
    method: M,
    params: Params<M>,
    options: CommandCall,
    sink: CommandSink,
  ): void {
    const clientMsgId = options.clientMsgId ?? randomUUID()
    const launch = (): void => {
      this.#correlator.add(clientMsgId, commandRequest(method, params, sink), this.#waiting(options))
      this.#write(frame)
      sink.onSent?.()
    }
    const fail = (error: unknown): void => {
      sink.onSent?.()
      sink.onEnd(error)
    }
    let frame: Uint8Array
    try {
      options.signal?.throwIfAborted()
      this.#checkOpen(method)
      frame = encodeMessage(methods[method].request, params, clientMsgId)
      if (this.#replay !== undefined) {
        launch()
        return
      }
    } catch (error) {
      fail(error)
      return
    }
    this.#admit(method, EXITS.has(method) ? 'exit' : 'standard', options.signal)
      .then(launch)
      .catch(fail)
  }

  /** Waits up to 2 s for answers, then closes. Safe to call twice. */
  close(): Promise<void> {
    this.#whenClosed ??= this.#closeGently()
    return this.#whenClosed
  }

  async #closeGently(): Promise<void> {
    if (this.#closed) return
    this.#closing.abort(lost('we closed it', 'not-sent'))
    await this.#correlator.drained(CLOSE_GRACE_MS)
    this.#end(undefined)
    this.#connection?.close()
  }

  #checkOpen(method: MethodName): void {
    if (!this.#closed && !this.#closing.signal.aborted) return
    throw new CTraderError(
      'connection-lost',
      `${method} was not sent: the connection is closed. Connect again.`,
      { delivery: 'not-sent' },
      { cause: this.#closeCause },
    )
  }

  /** Waits for the request limit. */
  async #admit(method: MethodName, kind: RateClass, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    this.#checkOpen(method)
    if (this.#replay !== undefined) return
    const closing = this.#closing.signal
    await this.#options.budget.take(kind, signal === undefined ? closing : AbortSignal.any([signal, closing]))
    this.#checkOpen(method)
  }

  #waiting({ timeoutMs, signal }: CallOptions): {
    readonly timeoutMs: number
    readonly signal: AbortSignal | undefined
  } {
    const fallback = this.#replay === undefined ? this.#options.requestTimeoutMs : Number.POSITIVE_INFINITY
    return { timeoutMs: timeoutMs ?? fallback, signal }
  }

  #write(frame: Uint8Array): void {
    if (this.#closed) return
    this.#heartbeat.noteSent()
    this.#connection?.send(frame)
  }

  #takeChunk(chunk: Uint8Array): void {
    if (this.#closed) return
    this.#heartbeat.noteHeard()
    try {
      this.#decoder.scan(chunk, this.#takeBody)
    } catch (error) {
      // The stream cannot be followed any further.
      this.#end(error)
    }
    this.#replay?.readDone()
    this.#awake?.extend()
  }

  readonly #takeBody = (bytes: Uint8Array, start: number, end: number): void => {
    if (this.#closed) return
    try {
      const envelope = this.#envelope
      readEnvelope(bytes, start, end, envelope)
      const { payloadType, payloadStart, payloadEnd, clientMsgId } = envelope
      // Most messages are quotes that answer nothing: they need no view of their bytes.
      if (payloadType === SPOT && clientMsgId === undefined)
        this.#takeSpot(envelope.bytes, payloadStart, payloadEnd)
      else this.#takeMessage(payloadType, envelope.bytes.subarray(payloadStart, payloadEnd), clientMsgId)
    } catch (error) {
      this.#onMessageFailed(error)
    }
  }

  #onMessageFailed(error: unknown): void {
    if (isCTraderError(error, 'protocol-violation'))
      this.#options.logger.error(
        { payloadType: error.details.payloadType, reason: error.message },
        'message dropped',
      )
    // A listener failed: its owner must hear of it, and the messages behind this one must not be lost.
    else
      queueMicrotask(() => {
        throw error
      })
  }

  #takeSpot(bytes: Uint8Array, start: number, end: number): void {
    this.#replay?.begin()
    try {
      this.events.emit('spot', decodeSpotEvent(bytes, start, end))
    } finally {
      // Counted also when it could not be read: the venue has counted it.
      this.#replay?.end()
    }
  }

  #takeMessage(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): void {
    if (payloadType === SPOT) this.#takeSpot(payload, 0, payload.length)
    else if (payloadType === EXECUTION || payloadType === ORDER_ERROR) {
      this.#replay?.begin()
      try {
        if (payloadType === EXECUTION)
          this.events.emit('execution', decodeMessage(EXECUTION, payload), clientMsgId)
        else this.events.emit('order-error', decodeMessage(ORDER_ERROR, payload), clientMsgId)
      } finally {
        // Counted also when it could not be read, as a spot.
        this.#replay?.end()
      }
    } else if (payloadType === SUBSCRIBED) this.#replay?.startCounting()
    else this.#takeRare(payloadType, payload, clientMsgId)
    if (clientMsgId !== undefined) this.#correlator.answer(clientMsgId, payloadType, payload)
  }

  #takeRare(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): void {
    if (payloadType === ERROR_RES || payloadType === PROXY_ERROR)
      this.#takeRefusal(payloadType, payload, clientMsgId)
    else if (Object.hasOwn(RARE_EVENTS, payloadType)) {
      const type = payloadType as keyof typeof RARE_EVENTS
      if (type === DISCONNECTING) this.#farewell = decodeMessage(type, payload).reason
      const emit = this.events.emit.bind(this.events) as (name: string, event: unknown) => boolean
      emit(RARE_EVENTS[type], decodeMessage(type, payload))
    } else if (!isPayloadType(payloadType)) this.events.emit('unknown', payloadType, payload)
  }

  #takeRefusal(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): void {
    const refusal = decodeRefusal(payloadType, payload)
    if (refusal === undefined) return
    const pending = clientMsgId === undefined ? undefined : this.#correlator.find(clientMsgId)
    if (pending?.kind === 'command' && clientMsgId !== undefined)
      this.events.emit('command-refused', pending.method, refusal, clientMsgId)
    else if (pending === undefined)
      this.#options.logger.warn(
        { serverCode: refusal.serverCode, description: refusal.description },
        'refusal of no awaited request',
      )
  }

  /** The link ended and it was not us. */
  #onClose(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : (this.#farewell ?? 'the server closed it')
    this.#end(lost(reason, 'unknown', cause))
  }

  #end(cause: unknown): void {
    if (this.#closed) return
    this.#closed = true
    this.#awake?.stop()
    this.#closeCause = cause
    this.#heartbeat.stop()
    this.#replay?.stop()
    if (cause !== undefined) this.#connection?.destroy()
    this.#closing.abort(lost('the connection broke', 'not-sent', cause))
    const facts: ConnectionFacts = { cause }
    this.#correlator.failAll(pending => lostRequest(pending.method, pending.kind, facts))
    this.events.emit('closed', cause)
  }
}
