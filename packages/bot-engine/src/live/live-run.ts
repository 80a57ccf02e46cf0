import type {
  ClientOrderId,
  ExecutionEvent,
  Instrument,
  Lots,
  MarketEvent,
  Position,
  UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Kernel } from '../kernel/kernel.ts'
import type { WarmUp } from '../kernel/kernel-options.ts'
import { type CommandVerdict, type DecisionRecord, decisionRecord } from '../kernel/order-entry.ts'
import type { BrokerEnd, SubmitOutcome } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import { Gate } from '../risk/gate.ts'
import type { AnyStrategy, StopReason } from '../strategy/define.ts'
import { EntryPermit } from './entry-permit.ts'
import { failureOf } from './failure.ts'
import { Flattening } from './flattening.ts'
import { type LiveStatus, notedEvents, type RunEvent, type RunEventBody, RunEvents } from './run-event.ts'
import { Outcomes } from './outcomes.ts'
import { QuoteIntake } from './quote-intake.ts'
import { createRunKernel } from './run-kernel.ts'
import { Sender } from './sender.ts'
import type { LiveRunOptions } from './live-run-options.ts'
import type { LiveOptions, LiveSession, LiveView } from './session.ts'
import { startTimeOf } from './start-time.ts'
import { createSystemClock } from './system-clock.ts'
import { Uncertainty } from './uncertainty.ts'
import { gateViewOf, viewOf } from './view.ts'
import { within } from './within.ts'

/** How long a stop waits for answers to orders, and for the state to be saved. */
const STOP_WAIT_MS = 10_000

/** A live run: feeds a kernel from a broker and carries its commands back. */
export class LiveRun implements LiveSession {
  readonly instrument: Instrument
  readonly finished: Promise<StopReason>
  readonly #options: LiveOptions<AnyStrategy>
  readonly #run: LiveRunOptions
  readonly #clock: Clock
  readonly #kernel: Kernel
  readonly #quotes: QuoteIntake
  readonly #sender: Sender
  readonly #events = new RunEvents()
  readonly #abort = new AbortController()
  readonly #flattening: Flattening
  readonly #permit = new EntryPermit({
    isStopping: () => this.#status === 'stopping' || this.#ending || this.#kernel.ended !== undefined,
    doubt: () => this.#uncertainty.reason,
    onChange: reason => this.#kernel.blockEntries(reason),
  })
  #resolveFinished: (reason: StopReason) => void = () => undefined
  #status: LiveStatus = 'recovering'
  #failure: EngineError | undefined
  readonly #uncertainty: Uncertainty
  readonly #outcomes: Outcomes
  #ending = false
  #stopped = false

  /** Wires a run; nothing is sent or received yet. @throws {@link EngineError} `invalid-options`, `handler-failed` */
  constructor(run: LiveRunOptions) {
    const { options, instrument } = run
    this.instrument = instrument
    this.#run = run
    this.#options = options
    this.#clock = options.clock ?? createSystemClock()
    this.finished = new Promise(resolve => {
      this.#resolveFinished = resolve
    })
    this.#sender = new Sender({
      broker: options.broker,
      ledger: options.ledger,
      gate: new Gate(options.risk, run.protections),
      signal: this.#abort.signal,
      view: () => gateViewOf(this.#kernel),
      entriesBlocked: () => this.#permit.reason,
      onDenied: (id, reason) => this.#onDenied(id, reason),
      onOutcome: (record, outcome) => this.#outcomes.take(record, outcome),
      withdrawal: () => this.#permit.withdrawal,
      onLedgerError: (id, cause) => this.#options.logger?.error({ id, err: cause }, 'intent not written'),
    })
    const note = (body: RunEventBody): void => this.#note(body)
    this.#kernel = createRunKernel(run, {
      onCommand: (id, command, explained) =>
        this.#onCommand(decisionRecord(this.#kernel.state, id, command, explained)),
      onTrade: trade => options.observer?.onTrade?.(trade),
      onPositions: positions => this.#onPositions(positions),
      onBar: series => options.observer?.onBar?.(series.newest()),
      ...notedEvents(note),
    })
    this.#quotes = new QuoteIntake(run, this.#kernel, this.#clock)
    const { logger } = options
    this.#flattening = new Flattening({ kernel: this.#kernel, clock: this.#clock, logger, note })
    this.#outcomes = this.#watchOutcomes()
    this.#kernel.load(run.snapshot)
    this.#kernel.setEntryVolume(options.entryVolume)
    this.#uncertainty = this.#watchUncertainty()
    options.signal?.addEventListener('abort', this.#onLeaseLost, { once: true })
    if (options.signal?.aborted === true) this.#onLeaseLost()
  }

  #watchOutcomes(): Outcomes {
    return new Outcomes({
      broker: this.#options.broker,
      logger: this.#options.logger,
      note: body => this.#note(body),
      onOutcome: (command, outcome) => this.#flattening.onOutcome(command, outcome),
      onLostEntry: (id, at, outcome) => this.#uncertainty.doubts.addEntry(id, at, outcome),
      onLostExit: reason => this.#distrust(reason),
      onUnanswered: exit => this.#handle(() => this.#kernel.unanswered(exit)),
      volumeOf: id => this.#kernel.state.book.position(id)?.volume,
      resolve: (id, outcome) => this.#sender.resolve(id, outcome),
      hasEnded: () => this.#ending,
    })
  }

  #watchUncertainty(): Uncertainty {
    return new Uncertainty({
      run: this.#run,
      clock: this.#clock,
      signal: this.#abort.signal,
      now: () => this.#kernel.state.now,
      onClosings: closings => {
        this.#run.risk?.memory.comingNext(closings)
        for (const { fill, position } of closings) this.#kernel.executions.closedUnseen(fill, position)
      },
      unresolved: () => this.#sender.unresolved,
      onSettled: (id, found) => this.#onSettled(id, found),
      note: body => this.#note(body),
      onChange: () => this.#onDoubt(),
    })
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
    const { broker } = this.#options
    const { absence, day, doubts } = this.#uncertainty
    // Each counts as an entry that may still be filled, and its strategy hears when it is not.
    for (const id of await doubts.readPast()) this.#kernel.state.book.expect(id)
    const { reason } = this.#uncertainty
    this.#setStatus(reason === undefined ? 'running' : 'exits-only', reason)
    this.#permit.update()
    if (this.#options.closedSince !== undefined) absence.readSince(this.#options.closedSince)
    void day.read()
    try {
      const feeds = [this.instrument, ...this.#run.watched].map(({ id }) => ({ symbolId: id }))
      await broker.start(feeds, this.#onEvent, { signal: this.#abort.signal })
    } catch (cause) {
      this.#release()
      throw cause
    }
    void broker.ended.then(end => this.#onBrokerEnd(end))
    if (this.#kernel.ended !== undefined) void this.#finish(this.#kernel.ended)
  }

  view(): LiveView {
    return viewOf(this.#kernel, {
      ...{ status: this.#status, entriesEnabled: this.#permit.reason === undefined },
      unresolved: this.#sender.unresolved,
      quoteWallAt: this.#quotes.lastWallAt,
      wallNow: this.#clock.now(),
      startedAt: startTimeOf(this.#run, this.#clock),
      closes: this.#flattening.refused,
      uncertainty: this.#uncertainty,
      protections: this.#run.protections,
      unanswered: this.#outcomes.unanswered,
    })
  }

  events(options?: { readonly signal?: AbortSignal }): AsyncIterable<RunEvent> {
    return this.#events.read(options?.signal)
  }

  pause(): void {
    if (this.#permit.pause(true)) this.#note({ type: 'entries-paused' })
  }

  resume(): void {
    if (this.#permit.pause(false)) this.#note({ type: 'entries-resumed' })
  }

  setEntryVolume(volume: Lots | undefined): void {
    if (this.#kernel.setEntryVolume(volume))
      this.#note({ type: 'entry-volume-changed', volume: volume ?? null })
  }

  async stop({ positions = 'keep' }: { readonly positions?: 'keep' | 'close' } = {}): Promise<void> {
    if (!this.#ending && this.#status !== 'stopping') {
      this.#setStatus('stopping')
      this.#permit.update()
      if (positions === 'close') await this.#flattening.run(this.finished)
      await this.#finish('requested')
    }
    await this.finished
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop()
  }

  readonly #onEvent = (event: MarketEvent | ExecutionEvent): void => {
    if (this.#stopped || event.type === 'bar') return
    if (event.type === 'resynced')
      this.#uncertainty.absence.resynced(this.#kernel.state.book.positions, event.snapshot.positions)
    this.#handle(() => {
      if (event.type !== 'quote') this.#onExecution(event)
      else this.#quotes.take(event, this.#uncertainty.silences)
    })
  }

  /** Has the kernel work: what a handler throws ends the run, and so does what it asks for. */
  #handle(work: () => void): void {
    try {
      work()
    } catch (cause) {
      return this.#fail(cause)
    }
    this.#flattening.check()
    if (this.#kernel.ended !== undefined) void this.#finish(this.#kernel.ended)
  }

  #onExecution(event: ExecutionEvent): void {
    this.#kernel.execution(event)
    // What it was told has to be in the book before entries are allowed again.
    this.#uncertainty.doubts.heard(event)
    this.#outcomes.heard(event)
  }

  readonly #onLeaseLost = (): void => {
    this.#distrust('the lease was lost')
  }

  #onCommand(record: DecisionRecord): CommandVerdict {
    const verdict = this.#run.risk?.memory.verdictOn(record.command) ?? this.#sender.send(record)
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

  /** What became of an entry without an answer is known by the broker's records. */
  #onSettled(id: ClientOrderId, found: 'arrived' | 'absent'): void {
    if (found === 'arrived') this.#kernel.entryArrived(id)
    const reason = 'absent: the broker has no trace of it'
    const outcome: SubmitOutcome = found === 'arrived' ? { type: 'accepted' } : { type: 'rejected', reason }
    this.#note({ type: 'command-resolved', id, outcome })
    if (found === 'absent') this.#onDenied(id, reason)
  }

  #onDoubt(): void {
    const { reason } = this.#uncertainty
    if (reason !== undefined && this.#status === 'running') this.#setStatus('exits-only', reason)
    else if (this.#status === 'exits-only' && reason === undefined) this.#setStatus('running')
    this.#permit.update()
  }

  #onPositions(positions: readonly Position[]): void {
    this.#options.observer?.onPositions?.(positions)
    this.#flattening.positionsChanged()
  }

  #onBrokerEnd(end: BrokerEnd): void {
    if (this.#ending) return
    if (end.type === 'connection-lost') this.#options.logger?.error({ err: end.cause }, 'connection lost')
    void this.#finish(end.type === 'closed' ? 'requested' : end.type)
  }

  /** From here on no entries: something is uncertain. */
  #distrust(reason: string): void {
    this.#uncertainty.doubts.add(reason)
    if (this.#status === 'running') this.#setStatus('exits-only', reason)
    this.#permit.update()
  }

  #fail(cause: unknown): void {
    this.#failure = failureOf(cause)
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
      this.#failure ??= failureOf(cause)
    }
    this.#ending = true
    // What has not left yet is taken back, whoever ends the run.
    this.#permit.update()
    const last: (Promise<unknown> | undefined)[] = [this.#run.saver?.saved()]
    // After the end of the stream no answer comes any more.
    if (reason === 'requested' || reason === 'failed') last.push(this.#sender.idle())
    await within(this.#clock, STOP_WAIT_MS, last)
    this.#flattening.tellOrders()
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
