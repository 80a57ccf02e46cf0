import {
  type ClientOrderId,
  type ExecutionEvent,
  type Instrument,
  type Lots,
  type MarketEvent,
  type Position,
  type PositionId,
  priceToPoints,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError, isEngineError } from '../errors.ts'
import { Kernel, type WarmUp } from '../kernel/kernel.ts'
import type { CommandVerdict, DecisionRecord } from '../kernel/order-entry.ts'
import type { BrokerEnd, SubmitOutcome } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import { Gate, type GateView } from '../risk/gate.ts'
import { riskVolume } from '../risk/sizing.ts'
import type { AnyStrategy, StopReason } from '../strategy/define.ts'
import { type LiveStatus, type RunEvent, type RunEventBody, RunEvents } from './run-event.ts'
import { Sender } from './sender.ts'
import type { LiveOptions, LiveSession, LiveView } from './session.ts'
import type { StartingPoint } from './start-up.ts'
import { createSystemClock } from './system-clock.ts'

/** How long a stop waits for positions to close and for answers to orders. */
const STOP_WAIT_MS = 10_000

/** What a {@link LiveRun} is made from. */
export interface LiveRunOptions extends StartingPoint {
  readonly strategy: AnyStrategy
  /** Checked. */
  readonly params: unknown
  readonly options: LiveOptions<AnyStrategy>
}

/** A live run: feeds a kernel from a broker and carries its commands back. */
export class LiveRun implements LiveSession {
  readonly instrument: Instrument
  readonly finished: Promise<StopReason>
  readonly #options: LiveOptions<AnyStrategy>
  readonly #watched: readonly Instrument[]
  readonly #clock: Clock
  readonly #kernel: Kernel
  readonly #sender: Sender
  readonly #events = new RunEvents()
  readonly #abort = new AbortController()
  readonly #closeAsked = new Set<PositionId>()
  #resolveFinished: (reason: StopReason) => void = () => undefined
  #status: LiveStatus = 'recovering'
  #failure: EngineError | undefined
  #lastQuoteWallAt: number | undefined
  #paused = false
  #uncertain: string | undefined
  #ending = false
  #stopped = false
  #onFlat: (() => void) | undefined

  /** Wires a run; nothing is sent or received yet. @throws {@link EngineError} `invalid-options`, `handler-failed` */
  constructor({ strategy, params, options, instrument, watched, snapshot }: LiveRunOptions) {
    this.instrument = instrument
    this.#watched = watched
    this.#options = options
    this.#clock = options.clock ?? createSystemClock()
    this.finished = new Promise(resolve => {
      this.#resolveFinished = resolve
    })
    const { currency, digits, minor } = snapshot.balance
    this.#sender = new Sender({
      broker: options.broker,
      ledger: options.ledger,
      gate: new Gate(options.risk),
      signal: this.#abort.signal,
      view: () => this.#gateView(),
      entriesBlocked: () => this.#entriesReason(),
      onDenied: (id, reason) => this.#onDenied(id, reason),
      onOutcome: (id, outcome) => this.#onOutcome(id, outcome),
      onLedgerError: (id, cause) => this.#options.logger?.error({ id, err: cause }, 'intent not written'),
    })
    this.#kernel = new Kernel({
      strategy,
      params,
      instrument,
      watched,
      account: { currency, digits, balanceMinor: minor, leverage: snapshot.leverage },
      label: options.label,
      session: options.sessionId,
      seed: options.seed ?? 1,
      size: riskVolume,
      listener: {
        onCommand: record => this.#onCommand(record),
        onBlocked: blocked => this.#note({ type: 'entry-blocked', blocked }),
        onTrade: trade => options.observer?.onTrade?.(trade),
        onPositions: positions => this.#onPositions(positions),
        onBar: bar => options.observer?.onBar?.(bar),
        onExecution: event => this.#note({ type: 'execution', event }),
        onLog: line => this.#note({ type: 'logged', line }),
      },
    })
    this.#kernel.load(snapshot)
    this.#kernel.setEntryVolume(options.entryVolume)
    options.signal?.addEventListener('abort', this.#onLeaseLost, { once: true })
    if (options.signal?.aborted === true) this.#onLeaseLost()
  }

  get status(): LiveStatus {
    return this.#status
  }

  get failure(): EngineError | undefined {
    return this.#failure
  }

  /** Replays the bars from before the run. @throws {@link EngineError} `handler-failed` */
  warmUp(history: WarmUp): void {
    this.#setStatus('warming-up')
    this.#kernel.warmUp(history)
  }

  /** Subscribes; from here on the run lives by the broker's events. @throws {@link EngineError} `broker-unavailable` */
  async begin(): Promise<void> {
    const { broker, ledger } = this.#options
    const open = await ledger.unresolved()
    // Finding out what became of them needs evidence from the broker, which is later work: until then, exits only.
    if (open.length > 0) this.#uncertain = `${open.length} intent(s) of earlier sessions have no outcome`
    this.#setStatus(this.#uncertain === undefined ? 'running' : 'exits-only', this.#uncertain)
    this.#updateEntries()
    try {
      const feeds = [this.instrument, ...this.#watched].map(({ id }) => ({ symbolId: id }))
      await broker.start(feeds, this.#onEvent, { signal: this.#abort.signal })
    } catch (cause) {
      this.#release()
      throw cause
    }
    void broker.ended.then(end => this.#onBrokerEnd(end))
    if (this.#kernel.ended !== undefined) void this.#finish(this.#kernel.ended)
  }

  view(): LiveView {
    const { state } = this.#kernel
    const wallAt = this.#lastQuoteWallAt
    return {
      status: this.#status,
      entriesEnabled: this.#entriesReason() === undefined,
      balance: state.accountView.balance,
      equity: state.accountView.equity,
      positions: state.book.positions,
      pendingEntries: state.book.pendingEntries,
      unresolved: this.#sender.unresolved,
      marketAt: state.now === 0 ? undefined : (state.now as UnixMs),
      quote: state.quote,
      lastQuoteAgeMs: wallAt === undefined ? undefined : Math.max(0, this.#clock.now() - wallAt),
      formingBar: this.#kernel.builders[0]?.forming,
      lateQuotes: this.#kernel.lateQuotes,
    }
  }

  events(options?: { readonly signal?: AbortSignal }): AsyncIterable<RunEvent> {
    return this.#events.read(options?.signal)
  }

  pause(): void {
    this.#paused = true
    this.#updateEntries()
  }

  resume(): void {
    this.#paused = false
    this.#updateEntries()
  }

  setEntryVolume(volume: Lots | undefined): void {
    this.#kernel.setEntryVolume(volume)
  }

  async stop({ positions = 'keep' }: { readonly positions?: 'keep' | 'close' } = {}): Promise<void> {
    if (!this.#ending && this.#status !== 'stopping') {
      this.#setStatus('stopping')
      this.#updateEntries()
      if (positions === 'close') await this.#flatten()
      await this.#finish('requested')
    }
    await this.finished
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  readonly #onEvent = (event: MarketEvent | ExecutionEvent): void => {
    if (this.#stopped || event.type === 'bar') return
    try {
      if (event.type !== 'quote') this.#kernel.execution(event)
      else if (event.symbolId === this.instrument.id) {
        this.#lastQuoteWallAt = this.#clock.now()
        this.#kernel.quote(event.at, priceToPoints(event.bid), priceToPoints(event.ask))
      } else this.#kernel.watchedQuote(event)
    } catch (cause) {
      return this.#fail(cause)
    }
    if (this.#onFlat !== undefined) this.#checkFlat()
    if (this.#kernel.ended !== undefined) void this.#finish(this.#kernel.ended)
  }

  readonly #onLeaseLost = (): void => {
    this.#distrust('the lease was lost')
  }

  #onCommand(record: DecisionRecord): CommandVerdict {
    const verdict = this.#sender.send(record)
    if (verdict.type === 'sent') {
      this.#options.observer?.onDecision?.(record)
      this.#note({ type: 'command-sent', decision: record })
    }
    return verdict
  }

  #onDenied(id: ClientOrderId, reason: string): void {
    const at = this.#kernel.state.now as UnixMs
    this.#onEvent({ type: 'order-rejected', at, clientOrderId: id, reason })
  }

  #onOutcome(id: ClientOrderId, outcome: SubmitOutcome): void {
    this.#note({ type: 'command-resolved', id, outcome })
    if (outcome.type === 'unknown' && !this.#ending) this.#distrust(`the outcome of ${id} is not known`)
  }

  #onPositions(positions: readonly Position[]): void {
    this.#options.observer?.onPositions?.(positions)
    // An entry that was on its way when the stop began is closed as soon as it is filled.
    if (this.#onFlat !== undefined) this.#closeOpen()
  }

  #onBrokerEnd(end: BrokerEnd): void {
    if (this.#ending) return
    if (end.type === 'connection-lost') this.#options.logger?.error({ err: end.cause }, 'connection lost')
    void this.#finish(end.type === 'closed' ? 'requested' : end.type)
  }

  /** From here on no entries: something is uncertain. */
  #distrust(reason: string): void {
    this.#uncertain ??= reason
    if (this.#status === 'running') this.#setStatus('exits-only', reason)
    this.#updateEntries()
  }

  async #flatten(): Promise<void> {
    const timeout = new AbortController()
    const flat = new Promise<void>(resolve => {
      this.#onFlat = resolve
    })
    this.#kernel.cancelOrders()
    this.#closeOpen()
    this.#checkFlat()
    const waited = this.#clock.sleep(STOP_WAIT_MS, timeout.signal).catch(() => undefined)
    await Promise.race([flat, waited, this.finished])
    timeout.abort()
    this.#onFlat = undefined
  }

  #closeOpen(): void {
    for (const { id } of this.#kernel.state.book.positions) {
      if (this.#closeAsked.has(id)) continue
      this.#closeAsked.add(id)
      this.#kernel.close(id)
    }
  }

  #checkFlat(): void {
    const { book } = this.#kernel.state
    if (book.size === 0 && book.pendingEntries === 0) this.#onFlat?.()
  }

  #fail(cause: unknown): void {
    this.#failure = isEngineError(cause)
      ? cause
      : new EngineError(
          'handler-failed',
          `The run ended by an unexpected error: ${String(cause)}. Report it.`,
          { cause },
        )
    this.#options.logger?.error({ err: cause }, 'run failed')
    void this.#finish('failed')
  }

  async #finish(reason: StopReason): Promise<void> {
    if (this.#ending) return
    try {
      // A run that failed has ended already; any other cancels its orders itself.
      if (reason === 'failed') this.#kernel.cancelOrders()
      this.#kernel.stop(reason)
    } catch (cause) {
      this.#failure ??= isEngineError(cause)
        ? cause
        : new EngineError('handler-failed', String(cause), { cause })
    }
    this.#ending = true
    const timeout = new AbortController()
    const waited = this.#clock.sleep(STOP_WAIT_MS, timeout.signal).catch(() => undefined)
    // After the end of the stream no answer comes any more.
    if (reason === 'requested' || reason === 'failed') await Promise.race([this.#sender.idle(), waited])
    timeout.abort()
    this.#release()
    this.#setStatus('stopped', reason)
    this.#events.close()
    this.#resolveFinished(this.#failure === undefined ? reason : 'failed')
  }

  /** Ends the subscription and takes no more events. */
  #release(): void {
    this.#stopped = true
    this.#abort.abort(new EngineError('broker-unavailable', 'The run has ended. Start a new one.'))
    this.#options.signal?.removeEventListener('abort', this.#onLeaseLost)
  }

  #entriesReason(): string | undefined {
    if (this.#status === 'stopping' || this.#ending || this.#kernel.ended !== undefined)
      return 'the run is stopping'
    return this.#uncertain ?? (this.#paused ? 'entries are paused' : undefined)
  }

  #updateEntries(): void {
    this.#kernel.blockEntries(this.#entriesReason())
  }

  #gateView(): GateView {
    const { now, quoteAt, book } = this.#kernel.state
    return {
      now,
      quoteAt,
      openPositions: book.size,
      pendingEntries: book.pendingEntries,
      dayLossMinor: this.#kernel.dayLossMinor,
    }
  }

  #setStatus(status: LiveStatus, reason?: string): void {
    this.#status = status
    this.#options.logger?.info({ status, reason }, 'status changed')
    this.#note({ type: 'status-changed', status, ...(reason !== undefined && { reason }) })
  }

  #note(body: RunEventBody): void {
    // The constructor of a strategy may log before there is a kernel.
    const event = this.#events.push(body, this.#kernel?.state.now ?? 0)
    this.#options.observer?.onEvent?.(event)
  }
}
