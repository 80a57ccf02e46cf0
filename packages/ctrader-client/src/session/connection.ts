import type { EventEmitter } from 'eventemitter3'
import type { Clock } from '../clock.ts'
import type { CallOptions, Logger, RateBudget, RateClass } from '../options.ts'
import { encodeEnvelope } from '../protocol/envelope.ts'
import { encodeFrame, FrameDecoder } from '../protocol/frame.ts'
import { encodeMessage } from '../protocol/message.ts'
import {
  type CommandName,
  type MethodName,
  methods,
  type Params,
  type QueryName,
  type Result,
} from '../protocol/methods.ts'
import { randomId } from '../random-id.ts'
import type { Transport, TransportConnection } from '../transport/transport.ts'
import { Awake } from './awake.ts'
import { Correlator } from './correlator.ts'
import { Heartbeat } from './heartbeat.ts'
import { Inbound } from './inbound.ts'
import { giveUp, type Launch, prepareNext } from './launch.ts'
import { lost, lostRequest, notSent, withdrawn } from './loss.ts'
import { openTransport } from './open-transport.ts'
import { type Replay, type ReplayGate, ReplayMarks } from './replay.ts'
import {
  type CommandCall,
  type CommandSink,
  commandRequest,
  type QueryCall,
  queryRequest,
} from './requests.ts'
import type { ServerEvents } from './server-events.ts'

const HEARTBEAT = 51
const VERSION = 2104
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
  readonly #decoder = new FrameDecoder()
  readonly #correlator: Correlator
  readonly #closing = new AbortController()
  /** {@link Connection.close} has begun. Asked for by every request, and a signal takes its time to tell. */
  #leaving = false
  readonly #heartbeat: Heartbeat
  readonly #inbound: Inbound
  #connection: TransportConnection | undefined
  #replay: ReplayMarks | undefined
  #awake: Awake | undefined
  #closed = false
  #whenClosed: Promise<void> | undefined
  #closeCause: unknown

  private constructor(options: ConnectionOptions) {
    this.#options = options
    this.#correlator = new Correlator(options.clock)
    this.#inbound = new Inbound({
      events: options.events,
      correlator: this.#correlator,
      logger: options.logger,
      replay: () => this.#replay,
      onGoodbye: reason => {
        if (options.leavesAtGoodbye && this.#replay === undefined)
          this.#end(lost(reason || 'the server said goodbye', 'unknown'))
      },
    })
    const target = {
      send: () => this.#write(encodeMessage(HEARTBEAT, {})),
      // Outside the request limit: it is sent only while nothing is answered, and must not wait behind a full lane.
      probe: () => this.#write(encodeMessage(VERSION, {}, randomId())),
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
    const clientMsgId = randomId()
    const frame = encodeMessage(request, params, clientMsgId)
    options.signal?.throwIfAborted()
    this.#checkOpen(method)
    if (!this.#mayLeave(limit)) await this.#turn(method, limit, [options.signal])
    return new Promise<Result<M>>((resolve, reject) => {
      const take = (message: unknown): void => {
        options.onAnswer?.()
        resolve(message as Result<M>)
      }
      const pending = queryRequest(method, response, take, reject)
      this.#correlator.add(clientMsgId, pending)
      this.#write(frame)
      this.#limit(clientMsgId, options)
      prepareNext()
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
    const kind: RateClass = EXITS.has(method) ? 'exit' : 'entry'
    try {
      this.#checkMayLeave(method, options)
      const clientMsgId = options.clientMsgId ?? randomId()
      const frame = encodeMessage(methods[method].request, params, clientMsgId)
      if (this.#mayLeave(kind)) this.#launch({ method, params, options, sink, clientMsgId, frame })
      else void this.#launchInTurn(kind, { method, params, options, sink, clientMsgId, frame })
    } catch (error) {
      giveUp(sink, error)
    }
  }

  #launch<M extends CommandName>({ method, params, options, sink, clientMsgId, frame }: Launch<M>): void {
    this.#correlator.add(clientMsgId, commandRequest(method, params, sink))
    this.#write(frame)
    this.#limit(clientMsgId, options)
    sink.onSent?.()
    prepareNext()
  }

  async #launchInTurn<M extends CommandName>(kind: RateClass, launch: Launch<M>): Promise<void> {
    const { method, options, sink } = launch
    const { signal, withdrawal } = options
    try {
      await this.#turn(method, kind, [signal, withdrawal])
      this.#checkMayLeave(method, options)
      this.#launch(launch)
    } catch (error) {
      giveUp(sink, error === withdrawal?.reason ? withdrawn(method) : error)
    }
  }

  /** Waits up to 2 s for answers, then closes. Safe to call twice. */
  close(): Promise<void> {
    this.#whenClosed ??= this.#closeGently()
    return this.#whenClosed
  }

  async #closeGently(): Promise<void> {
    if (this.#closed) return
    this.#leaving = true
    this.#closing.abort(lost('we closed it', 'not-sent'))
    await this.#correlator.drained(CLOSE_GRACE_MS)
    this.#end(undefined)
    this.#connection?.close()
  }

  /** @throws what ended it */
  throwIfClosed(): void {
    if (this.#closed) throw this.#closeCause
  }

  /** A trading request is on its way: who ends the connection now puts it in doubt. */
  get awaitsCommand(): boolean {
    return this.#correlator.awaitsCommand
  }

  /** Ends it at once. */
  destroy(cause: unknown): void {
    this.#end(cause)
  }

  #checkMayLeave(method: CommandName, { signal, withdrawal }: CommandCall): void {
    signal?.throwIfAborted()
    if (withdrawal?.aborted === true) throw withdrawn(method)
    this.#checkOpen(method)
  }

  #checkOpen(method: MethodName): void {
    if (!this.#closed && !this.#leaving) return
    throw notSent(method, 'the connection is closed. Connect again', this.#closeCause)
  }

  /** Whether the request limit lets a request through at once; then it goes out in the same turn. */
  #mayLeave(kind: RateClass): boolean {
    return this.#replay !== undefined || this.#options.budget.tryTake?.(kind) === true
  }

  /** Waits for the request limit. */
  async #turn(
    method: MethodName,
    kind: RateClass,
    signals: readonly (AbortSignal | undefined)[],
  ): Promise<void> {
    const given = [...signals, this.#closing.signal].filter(signal => signal !== undefined)
    await this.#options.budget.take(kind, AbortSignal.any(given))
    this.#checkOpen(method)
  }

  /** How long a written request waits for its answer. */
  #limit(clientMsgId: string, { timeoutMs, signal }: CallOptions): void {
    const fallback = this.#replay === undefined ? this.#options.requestTimeoutMs : Number.POSITIVE_INFINITY
    this.#correlator.limit(clientMsgId, timeoutMs ?? fallback, signal)
  }

  #write(frame: Uint8Array): void {
    if (this.#closed) return
    this.#connection?.send(frame)
    this.#heartbeat.noteSent()
  }

  #takeChunk(chunk: Uint8Array): void {
    if (this.#closed) return
    try {
      this.#decoder.scan(chunk, this.#takeBody)
    } catch (error) {
      this.#end(error)
    }
    this.#heartbeat.noteHeard()
    this.#replay?.readDone()
    this.#awake?.extend()
  }

  readonly #takeBody = (bytes: Uint8Array, start: number, end: number): void => {
    if (!this.#closed) this.#inbound.take(bytes, start, end)
  }

  #sendBarrier(mark: string): void {
    const end = (error: unknown): void => this.#end(error)
    const answered = (): void => this.#replay?.barrierAnswered()
    const { request, response } = methods.version
    this.#correlator.add(mark, queryRequest('version', response, answered, end))
    this.#write(encodeMessage(request, {}, mark))
  }

  /** The link ended and it was not us. */
  #onClose(cause: unknown): void {
    const reason = cause instanceof Error ? cause.message : (this.#inbound.farewell ?? 'the server closed it')
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
