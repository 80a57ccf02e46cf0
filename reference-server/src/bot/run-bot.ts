import { join } from 'node:path'
import {
  type Broker,
  createMemoryLedger,
  type LiveSession,
  runLive,
  type StopReason,
} from '@openclaw-trading/bot-engine'
import {
  type ControlClient,
  type ControlResponse,
  createControlClient,
  type InstanceRef,
  isControlPlaneError,
  type ParamsResponse,
  type SessionEndRequest,
} from '@openclaw-trading/control-plane/client'
import { type Instrument, isTimeframe, lots } from '@openclaw-trading/trading-model'
import { type BrokerConnection, connectToBroker } from '../brokers/connect.ts'
import type { Logger } from '../observability/logger.ts'
import { checkParams } from '../strategies/check-params.ts'
import type { StrategyEntry } from '../strategies/strategy-entry.ts'
import type { WorkerChannel } from './channel.ts'
import { mainFeed } from './chart-bars.ts'
import { watchControl } from './control-watch.ts'
import { createEntryFence, type EntryFence } from './entry-fence.ts'
import { type BotFailure, connectionLost, describeFailure } from './failure.ts'
import { ledgerOf } from './intent-file.ts'
import { LastSeenFile } from './last-seen.ts'
import { leftOpen } from './left-open.ts'
import { limitsOf } from './limits.ts'
import { startPulse } from './pulse.ts'
import { Recorder } from './recorder.ts'
import { Repairs } from './repairs.ts'
import { retried } from './retry.ts'
import { sessionRecording } from './session-recording.ts'
import { startSession } from './session-start.ts'
import { stateFileOf } from './state-file.ts'

/** Bars of the past that the chart begins with. */
const CHART_HISTORY = 500
/** An orderly stop delivers for this long; what is left goes out with the next session. */
const FLUSH_MS = { stop: 2500, orphaned: 1500, dataEnded: 120_000 } as const

/** What a bot process runs with. */
export interface BotOptions {
  readonly ref: InstanceRef
  readonly entry: StrategyEntry
  readonly channel: WorkerChannel
  /** In a replay: spins instead of sleeping while it waits for the venue. */
  readonly replayPolling: boolean
  readonly logger: Logger
}

/** How a bot ended. */
export interface BotEnd {
  readonly exitCode: number
  readonly failure?: BotFailure
}

/**
 * Runs one instance from its start message to its end: parameters, broker, session, run, delivery, session end.
 *
 * Never rejects: a failure becomes the end of the session, a message to the worker and an exit code.
 */
export async function runBot(options: BotOptions): Promise<BotEnd> {
  const bot = new Bot(options)
  try {
    return await bot.run()
  } catch (error) {
    options.logger.debug({ error }, 'bot failed')
    return await bot.fail(error)
  } finally {
    await bot.close()
  }
}

class Bot {
  readonly #options: BotOptions
  readonly #client: ControlClient
  /** Ends the start-up when the worker asks to stop or is gone. */
  readonly #starting: AbortSignal
  #fence: EntryFence = createEntryFence(createMemoryLedger())
  readonly #leaseLost = new AbortController()
  readonly #closers: (() => Promise<unknown> | unknown)[] = []
  #sessionId: string | undefined
  #live: LiveSession | undefined
  #recorder: Recorder | undefined
  #recordFailed = false

  constructor(options: BotOptions) {
    this.#options = options
    const { stopAsked, workerGone, start } = options.channel
    this.#client = createControlClient({ baseUrl: start.apiUrl })
    this.#starting = AbortSignal.any([stopAsked, workerGone])
  }

  async run(): Promise<BotEnd> {
    const { ref, channel, entry, replayPolling } = this.#options
    const signal = this.#starting
    try {
      const [params, control] = await retried(
        () =>
          Promise.all([this.#client.getParams(ref, { signal }), this.#client.getControl(ref, { signal })]),
        signal,
      )
      if (control.status === 'stopped') return await this.#ended('requested')
      const connection = await connectToBroker(channel.start, { replayPolling, signal })
      this.#closers.push(() => connection.broker.close())
      const repairs = await this.#repairs()
      const { ledger, close } = ledgerOf(channel.start, connection.broker, repairs.seenOrders)
      this.#closers.push(close)
      this.#fence = createEntryFence(ledger)
      const { live, stopFollowing } = await this.#begin(entry, params, connection, repairs)
      const reason = await this.#until(live)
      stopFollowing()
      return await this.#finish(live, reason)
    } catch (error) {
      // Asked to stop while it was starting: there is nothing to undo but what close() does.
      if (signal.aborted && this.#live === undefined) return await this.#ended('requested')
      throw error
    }
  }

  async #begin(entry: StrategyEntry, params: ParamsResponse, connection: BrokerConnection, repairs: Repairs) {
    const { ref, channel, logger } = this.#options
    const signal = this.#starting
    const { broker } = connection
    const instrument = await broker.instrument(entry.symbol, { signal })
    const { effective } = checkParams(entry, params.params)
    // Reconciled before the session opens: from here on the account is known.
    const snapshot = await broker.snapshot({ signal })
    const start = { client: this.#client, ref, entry, paramsVersion: params.version, start: channel.start }
    const session = await startSession({ ...start, connection, snapshot, signal })
    this.#sessionId = session
    const stateStore = stateFileOf(channel.start, entry)
    const label = `claw:${ref.botId}:${ref.accountType}`
    await repairs.run({ ledger: this.#fence.ledger, stateFile: stateStore, snapshot, label })
    const recorder = await this.#openRecorder(entry, effective, {
      session,
      paramsVersion: params.version,
      instrument,
    })
    await this.#seedChart(broker, recorder, instrument.id, mainFeed(entry, effective)[1])
    const lastSeen = new LastSeenFile({
      file: join(channel.start.stateDir, 'last-seen.json'),
      environment: channel.start.environmentName,
      account: channel.start.broker.ctidTraderAccountId,
      recorded: () => recorder.written(),
      onError: error => logger.warn({ error }, 'last seen time not kept'),
    })
    this.#closers.push(() => lastSeen.close())
    // What was closed while no process watched is a trade too.
    const closedSince = await lastSeen.read()
    const recording = await sessionRecording(channel.start, { sessionId: session, entry, logger })
    if (recording !== undefined) this.#closers.push(() => recording.close())
    // Connecting took its time: what the operator has said meanwhile counts from the first quote.
    const control = await retried(() => this.#client.getControl(ref, { signal }), signal)
    const live = await runLive(entry.strategy, {
      params: effective,
      broker,
      instrument: entry.symbol,
      label,
      sessionId: session,
      ledger: this.#fence.ledger,
      ...limitsOf(control, channel.start),
      stateStore,
      ...(control.lotSize === null ? {} : { entryVolume: lots(control.lotSize) }),
      ...(closedSince === undefined ? {} : { closedSince }),
      observer: recorder.observer,
      ...(recording === undefined ? {} : { recorder: recording }),
      logger,
      signal: this.#leaseLost.signal,
    })
    this.#live = live
    this.#obey(live, control)
    await channel.send({ type: 'ready', sessionId: session })
    recorder.follow(live)
    lastSeen.follow(live)
    return { live, stopFollowing: this.#follow(live, params.version) }
  }

  async #openRecorder(
    entry: StrategyEntry,
    effective: Parameters<typeof mainFeed>[1],
    run: { readonly session: string; readonly paramsVersion: number; readonly instrument: Instrument },
  ): Promise<Recorder> {
    const { ref, channel } = this.#options
    const [feed, timeframe] = mainFeed(entry, effective)
    const recorder = await Recorder.open({
      ...{ client: this.#client, ref, sessionId: run.session, paramsVersion: run.paramsVersion, feed },
      symbol: run.instrument.name,
      digits: run.instrument.digits,
      timeframe,
      outboxFile: join(channel.start.stateDir, 'outbox.jsonl'),
      onError: error => this.#apiFailed(error),
      onRecordFailed: error => this.#stopRecording(error),
    })
    this.#recorder = recorder
    this.#closers.push(() => recorder.close())
    return recorder
  }

  /** What people asked for while it was stopped. */
  async #repairs(): Promise<Repairs> {
    const { ref, channel } = this.#options
    const signal = this.#starting
    const waiting = await retried(() => this.#client.getRepairs(ref, { signal }), signal)
    return new Repairs(
      waiting,
      ({ repairId }, told) => {
        const result = { ...told, epoch: channel.start.epoch, sessionId: this.#sessionId ?? '' }
        return retried(() => this.#client.postRepairResult(ref, repairId, result, { signal }), signal)
      },
      error => this.#apiFailed(error),
    )
  }

  /** Signs of life and the operator's word, until it is called. */
  #follow(live: LiveSession, paramsVersion: number): () => void {
    const { ref, channel, logger } = this.#options
    const stopPulse = startPulse({
      ...{ ref, live, paramsVersion, sessionId: this.#sessionId ?? '', epoch: channel.start.epoch },
      onPulse: heartbeat => void channel.send({ type: 'heartbeat', heartbeat }),
      post: heartbeat => this.#client.heartbeat(heartbeat),
      onError: error => this.#apiFailed(error),
    })
    const control = watchControl({
      read: () => this.#client.getControl(ref),
      onControl: answer => this.#obey(live, answer),
      onStale: () => {
        logger.warn({}, 'control is stale, entries off')
        this.#fence.set(false, 'the control plane has not answered for 30 s')
        live.pause()
      },
      onError: error => this.#apiFailed(error),
    })
    channel.onControlChanged(() => control.look())
    // A hint that came before somebody listened is lost.
    control.look()
    return () => {
      stopPulse()
      control.close()
    }
  }

  /** The operator's word, in force at once. A stop comes over IPC from the worker, which watches over it. */
  #obey(live: LiveSession, control: ControlResponse): void {
    const allowed = control.entriesAllowed && !this.#recordFailed
    this.#fence.set(
      allowed,
      this.#recordFailed ? 'trades cannot be recorded' : `the operator has it ${control.status}`,
    )
    if (allowed) live.resume()
    else live.pause()
    live.setEntryVolume(control.lotSize === null ? undefined : lots(control.lotSize))
  }

  /** Waits for the end of the run, whoever brings it about. */
  async #until(live: LiveSession): Promise<StopReason> {
    const { channel } = this.#options
    const { stopAsked, workerGone } = channel
    const stop = () => void live.stop({ positions: channel.stopPositions })
    // Without its worker nobody would end the bot later; its positions keep their stops at the broker.
    const orphaned = () => void live.stop({ positions: 'keep' })
    if (stopAsked.aborted) stop()
    if (workerGone.aborted) orphaned()
    stopAsked.addEventListener('abort', stop, { once: true })
    workerGone.addEventListener('abort', orphaned, { once: true })
    return live.finished
  }

  async #finish(live: LiveSession, reason: StopReason): Promise<BotEnd> {
    const { workerGone } = this.#options.channel
    const waitMs = workerGone.aborted
      ? FLUSH_MS.orphaned
      : reason === 'data-ended'
        ? FLUSH_MS.dataEnded
        : FLUSH_MS.stop
    await this.#recorder?.flush(AbortSignal.timeout(waitMs))
    if (this.#leaseLost.signal.aborted || reason === 'lease-lost')
      return this.fail(this.#leaseLost.signal.reason)
    if (reason === 'failed' || reason === 'connection-lost')
      return this.fail(live.failure ?? connectionLost(this.#options.channel.start.environmentName), reason)
    await this.#endSession({ status: 'COMPLETED', reason, ...leftOpen(live, this.#options.channel, reason) })
    return this.#ended(reason)
  }

  /** Ends the session as crashed and tells the worker why. */
  async fail(error: unknown, reason: 'failed' | 'connection-lost' = 'failed'): Promise<BotEnd> {
    const failure = describeFailure(error)
    const { channel } = this.#options
    // A fenced bot has no session any more; its successor's must not be touched.
    if (failure.code !== 'fenced')
      await this.#endSession({ status: 'CRASHED', reason, detail: failure.message.slice(0, 2000) })
    await channel.send({ type: 'failed', code: failure.code, message: failure.message })
    return { exitCode: failure.exitCode, failure }
  }

  async close(): Promise<void> {
    await this.#live?.stop({ positions: 'keep' })
    for (const close of this.#closers.reverse())
      await Promise.resolve(close()).catch((error: unknown) => this.#apiFailed(error))
  }

  async #ended(reason: string): Promise<BotEnd> {
    await this.#options.channel.send({ type: 'ended', reason })
    return { exitCode: 0 }
  }

  async #endSession(end: Omit<SessionEndRequest, 'sessionId'>): Promise<void> {
    if (this.#sessionId === undefined) return
    const signal = AbortSignal.timeout(this.#options.channel.workerGone.aborted ? 1000 : 10_000)
    // The worker closes a session that its bot could not.
    await retried(
      () => this.#client.endSession({ sessionId: this.#sessionId ?? '', ...end }, { signal }),
      signal,
    ).catch((error: unknown) => this.#apiFailed(error))
  }

  async #seedChart(
    broker: Broker,
    recorder: Recorder,
    symbol: Parameters<Broker['history']>[0],
    timeframe: string,
  ) {
    if (!isTimeframe(timeframe)) return
    // The chart is no reason not to trade.
    await broker.history(symbol, timeframe, CHART_HISTORY, { signal: this.#starting }).then(
      ({ closed }) => recorder.seed(closed),
      (error: unknown) => this.#options.logger.warn({ error }, 'no history for the chart'),
    )
  }

  #apiFailed(error: unknown): void {
    if (isControlPlaneError(error, 'fenced') && !this.#leaseLost.signal.aborted) {
      // A newer owner of this instance exists: nothing more from here.
      this.#leaseLost.abort(error)
      void this.#live?.stop({ positions: 'keep' })
    }
    this.#options.logger.warn({ error }, 'API call failed')
  }

  #stopRecording(error: unknown): void {
    this.#recordFailed = true
    this.#fence.set(false, 'trades cannot be recorded')
    this.#live?.pause()
    this.#options.logger.error({ error }, 'trade not recorded, entries off')
  }
}
