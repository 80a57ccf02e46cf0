import { randomUUID } from 'node:crypto'
import type { EventEmitter } from 'eventemitter3'
import { isCTraderError } from '../errors.ts'
import type { Clock } from '../clock.ts'
import type { CallOptions, Logger, RateBudget, RateClass } from '../options.ts'
import { encodeEnvelope } from '../protocol/envelope.ts'
import { createEnvelopeRange, type EnvelopeRange, readEnvelope } from '../protocol/envelope-range.ts'
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
import { Awake } from './awake.ts'
import { Correlator } from './correlator.ts'
import { Heartbeat } from './heartbeat.ts'
import { lost, lostRequest, notSent } from './loss.ts'
import { openTransport } from './open-transport.ts'
import { type Replay, type ReplayGate, ReplayMarks } from './replay.ts'
import {
  type CommandCall,
  type CommandSink,
  commandRequest,
  type QueryCall,
  queryRequest,
} from './requests.ts'
import { COUNTED_EVENTS, RARE_EVENTS, type ServerEvents } from './server-events.ts'
import { decodeRefusal, ERROR_RES, ORDER_ERROR, PROXY_ERROR } from './server-error.ts'

const HEARTBEAT = 51
const VERSION = 2104
const EXECUTION = 2126
const SUBSCRIBED = 2128
const SPOT = 2131
const DISCONNECTING = 2148
/** Requests that reduce risk; they never wait behind others. */
const EXITS: ReadonlySet<MethodName> = new Set(['closePosition', 'cancelOrder', 'amendPositionSLTP'])
/** How long {@link Connection.close} waits for answers. */
const CLOSE_GRACE_MS = 2000

/** What a connection needs. */
export interface ConnectionOptions {
  readonly transport: Transport
  readonly budget: RateBudget
  readonly connectTimeoutMs: number
  readonly requestTimeoutMs: number
  readonly logger: Logger
  readonly clock: Clock
  /** Where it tells what the server tells. */
  readonly events: EventEmitter<ServerEvents>
  /** It is over; `cause` is absent when we closed it. Everything that waited has been settled. Called once. */
  readonly onEnd: (connection: Connection, cause: unknown) => void
  /** Hangs up as soon as the server says goodbye, instead of waiting for it to do so. */
  readonly leavesAtGoodbye: boolean
  readonly signal?: AbortSignal | undefined
}

/**
 * One connection: frames in and out, answers matched to requests, heartbeats, events in wire order.
 *
 * It ends once, and everything that waits with it; its owner makes the next one.
 */
export class Connection {
  readonly #options: ConnectionOptions
  readonly #events: EventEmitter<ServerEvents>
  readonly #decoder = new FrameDecoder()
  readonly #envelope = createEnvelopeRange()
  readonly #correlator: Correlator
  readonly #closing = new AbortController()
  readonly #heartbeat: Heartbeat
  #connection: TransportConnection | undefined
  #replay: ReplayMarks | undefined
  #awake: Awake | undefined
  #closed = false
  #whenClosed: Promise<void> | undefined
  #farewell: string | undefined
  #closeCause: unknown

  private constructor(options: ConnectionOptions) {
    this.#options = options
    this.#events = options.events
    this.#correlator = new Correlator(options.clock)
    const target = {
      send: () => this.#write(encodeMessage(HEARTBEAT, {})),
      // Outside the request limit: it is sent only while nothing is answered, and must not wait behind a full lane.
      probe: () => this.#write(encodeMessage(VERSION, {}, randomUUID())),
      onDead: (silentMs: number) =>
        this.#end(
          lost(`the server was silent for ${Math.round(silentMs / 1000)} s and did not answer`, 'unknown'),
        ),
    }
    this.#heartbeat = new Heartbeat(target, options.clock)
  }

  /** Connects. @throws {@link CTraderError} `connection-lost`, or the reason of `signal` */
  static async open(options: ConnectionOptions): Promise<Connection> {
    const made = new Connection(options)
    const { transport, clock, connectTimeoutMs: timeoutMs, signal } = options
    made.#connection = await openTransport(
      transport,
      { onData: chunk => made.#takeChunk(chunk), onClose: cause => made.#onClose(cause) },
      { clock, timeoutMs, signal },
    )
    if (made.#closed) {
      made.#connection.destroy()
      throw made.#closeCause
    }
    made.#heartbeat.start()
    return made
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
  enterReplay(options: { readonly gate: ReplayGate; readonly polling: boolean }): void {
    this.#heartbeat.stop()
    this.#replay = new ReplayMarks({
      gate: options.gate,
      sendMark: mark =>
        this.#write(encodeFrame(encodeEnvelope({ payloadType: HEARTBEAT, clientMsgId: mark }))),
      sendBarrier: mark => this.#sendBarrier(mark),
    })
    if (options.polling) this.#awake = new Awake()
  }

  /** Sends a request and returns its one answer. @throws {@link CTraderError} any code but `order-rejected` */
  async query<M extends QueryName>(
    method: M,
    params: Params<M>,
    options: QueryCall = {},
  ): Promise<Result<M>> {
    const { request, response, limit } = methods[method]
    const clientMsgId = randomUUID()
    const frame = encodeMessage(request, params, clientMsgId)
    await this.#admit(method, limit, options.signal)
    return new Promise<Result<M>>((resolve, reject) => {
      const take = (message: unknown): void => {
        options.onAnswer?.()
        resolve(message as Result<M>)
      }
      const pending = queryRequest(method, response, take, reject)
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

  /** @throws what ended it */
  throwIfClosed(): void {
    if (this.#closed) throw this.#closeCause
  }

  /** Ends it at once. */
  destroy(cause: unknown): void {
    this.#end(cause)
  }

  #checkOpen(method: MethodName): void {
    if (!this.#closed && !this.#closing.signal.aborted) return
    throw notSent(method, 'the connection is closed. Connect again', this.#closeCause)
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
      this.#end(error)
    }
    this.#replay?.readDone()
    this.#awake?.extend()
  }

  readonly #takeBody = (bytes: Uint8Array, start: number, end: number): void => {
    if (this.#closed) return
    try {
      readEnvelope(bytes, start, end, this.#envelope)
      this.#takeMessage(this.#envelope)
    } catch (error) {
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
  }

  #sendBarrier(mark: string): void {
    const end = (error: unknown): void => this.#end(error)
    const answered = (): void => this.#replay?.barrierAnswered()
    const { request, response } = methods.version
    this.#correlator.add(mark, queryRequest('version', response, answered, end), this.#waiting({}))
    this.#write(encodeMessage(request, {}, mark))
  }

  #takeMessage({ payloadType, bytes, payloadStart, payloadEnd, clientMsgId }: EnvelopeRange): void {
    const isQuote = payloadType === SPOT && clientMsgId === undefined
    // Most messages are quotes that answer nothing: they need no view of their bytes.
    const payload = isQuote ? bytes : bytes.subarray(payloadStart, payloadEnd)
    if (isQuote || COUNTED_EVENTS.has(payloadType)) {
      if (this.#replay?.dropping === true) return
      this.#replay?.begin()
      try {
        if (payloadType === SPOT) this.#events.emit('spot', decodeSpotEvent(bytes, payloadStart, payloadEnd))
        else if (payloadType === EXECUTION)
          this.#events.emit('execution', decodeMessage(EXECUTION, payload), clientMsgId)
        else this.#takeRare(payloadType, payload, clientMsgId)
      } finally {
        this.#replay?.end()
      }
    } else if (payloadType === SUBSCRIBED) this.#replay?.startCounting()
    else this.#takeRare(payloadType, payload, clientMsgId)
    if (clientMsgId !== undefined) this.#correlator.answer(clientMsgId, payloadType, payload)
  }

  #takeRare(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): void {
    if (payloadType === ERROR_RES || payloadType === PROXY_ERROR)
      this.#takeRefusal(payloadType, payload, clientMsgId)
    else if (payloadType === ORDER_ERROR)
      this.#events.emit('order-error', decodeMessage(ORDER_ERROR, payload), clientMsgId)
    else if (Object.hasOwn(RARE_EVENTS, payloadType)) {
      const type = payloadType as keyof typeof RARE_EVENTS
      if (type === DISCONNECTING) this.#farewell = decodeMessage(type, payload).reason
      const emit = this.#events.emit.bind(this.#events) as (name: string, event: unknown) => boolean
      emit(RARE_EVENTS[type], decodeMessage(type, payload))
      if (type === DISCONNECTING && this.#options.leavesAtGoodbye && this.#replay === undefined)
        this.#end(lost(this.#farewell || 'the server said goodbye', 'unknown'))
    } else if (!isPayloadType(payloadType)) this.#events.emit('unknown', payloadType, payload)
  }

  #takeRefusal(payloadType: number, payload: Uint8Array, clientMsgId: string | undefined): void {
    const refusal = decodeRefusal(payloadType, payload)
    if (refusal === undefined) return
    const pending = clientMsgId === undefined ? undefined : this.#correlator.find(clientMsgId)
    if (pending?.kind === 'command' && clientMsgId !== undefined)
      this.#events.emit('command-refused', pending.method, refusal, clientMsgId)
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
    this.#correlator.failAll(pending => lostRequest(pending.method, pending.kind, cause))
    this.#options.onEnd(this, cause)
  }
}
