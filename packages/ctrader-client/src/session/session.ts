import { EventEmitter } from 'eventemitter3'
import { type Clock, sleep, within } from '../clock.ts'
import { type CTraderError, isCTraderError } from '../errors.ts'
import type { CommandName, MethodName, Params, QueryName, Result } from '../protocol/methods.ts'
import { AccountKeeper, type KeptAccount, lossOf, needsLogin } from './account-keeper.ts'
import { Backoff } from './backoff.ts'
import { Connection } from './connection.ts'
import type { ConnectionState } from './connection-state.ts'
import { loginApplication } from './login.ts'
import { asLoss, isFinal, lost, notSent } from './loss.ts'
import { ReadyGate } from './ready-gate.ts'
import type { Replay, ReplayGate } from './replay.ts'
import { RequestBlocks } from './request-blocks.ts'
import type { CommandCall, CommandSink, QueryCall, Requester } from './requests.ts'
import type { ServerEvents } from './server-events.ts'
import type { SessionOptions } from './session-options.ts'

/** How a server that replays marks its version, by its gate. */
const REPLAY_MARKS: readonly (readonly [mark: string, gate: ReplayGate])[] = [
  ['+replay', 'lookahead'],
  ['+replay-rewind', 'rewind'],
]
/** A connection that lived so long was a good one: the next loss starts with short waits again. */
const STABLE_AFTER_MS = 30_000

/**
 * A connection that comes back: after a loss it connects again, authorises application and accounts, and lets each
 * account say what became of it.
 *
 * Requests that were on their way end with the connection; nothing is ever sent a second time for a command.
 */
export class Session implements Requester {
  /** What the server tells, whichever connection it is. */
  readonly events = new EventEmitter<ServerEvents>()
  readonly #options: SessionOptions
  readonly #keepers = new Set<AccountKeeper>()
  readonly #blocks: RequestBlocks
  readonly #backoff: Backoff
  readonly #gate = new ReadyGate()
  readonly #closing = new AbortController()
  #state: ConnectionState = { type: 'connecting', attempt: 1 }
  #connection: Connection | undefined
  #version = ''
  #readySinceMs = 0
  #whenClosed: Promise<void> | undefined

  private constructor(options: SessionOptions) {
    this.#options = options
    this.#blocks = new RequestBlocks(options.clock)
    this.#backoff = new Backoff(options.reconnect === false ? {} : options.reconnect, options)
    this.events.on('command-refused', (method, refusal) => this.#blocks.note(method, refusal))
    this.events.on('account-disconnected', ({ ctidTraderAccountId }) =>
      this.#eachKeeper([ctidTraderAccountId], (keeper, connection) => void keeper.verify(connection)),
    )
    this.events.on('execution-undecodable', (id, cause) => this.#resync(id, cause))
    this.events.on('tokens-invalidated', ({ ctidTraderAccountIds = [] }) =>
      this.#eachKeeper(ctidTraderAccountIds, (keeper, connection) => void keeper.restore(connection)),
    )
  }

  /** Connects and authorises the application. The first connection is not tried again: its options may be wrong. */
  static async open(options: SessionOptions): Promise<Session> {
    const session = new Session(options)
    try {
      await session.#establish(options.signal)
    } catch (error) {
      session.#finish(error)
      throw error
    }
    return session
  }

  /** Whether requests can be sent. */
  get state(): ConnectionState {
    return this.#state
  }

  /** It is over for good. */
  get closed(): boolean {
    return this.#state.type === 'closed'
  }

  /** What the server called its version last. */
  get serverVersion(): string {
    return this.#version
  }

  /** Present when the server replays. */
  get replay(): Replay | undefined {
    return this.#connection?.replay
  }

  /** The servers are the broker's own, whose time is that of the world. */
  get isBroker(): boolean {
    return this.#options.isBroker === true
  }

  /** Accounts are restored after a loss; else the first loss ends everything. */
  get restores(): boolean {
    return this.#options.reconnect !== false
  }

  /** Keeps an account authorised from now on; returns what ends that. */
  keep(account: KeptAccount): () => void {
    const { logger, clock, random, requestTimeoutMs: tokenTimeoutMs } = this.#options
    const closing = this.#closing.signal
    const kept: KeptAccount = {
      ...account,
      suspend: () => {
        account.suspend()
        this.events.emit('account-suspended', account.id)
      },
    }
    const keeper = new AccountKeeper(kept, { logger, clock, random, tokenTimeoutMs, closing })
    if (this.#options.reconnect !== false) this.#keepers.add(keeper)
    return () => {
      keeper.stop()
      this.#keepers.delete(keeper)
    }
  }

  /**
   * Sends a request and returns its one answer.
   *
   * Waits for a connection, for the end of a block by the server, and for a lost login, all within its timeout.
   *
   * @throws {@link CTraderError} any code but `order-rejected`
   */
  async query<M extends QueryName>(
    method: M,
    params: Params<M>,
    options: QueryCall = {},
  ): Promise<Result<M>> {
    const { clock, requestTimeoutMs } = this.#options
    const timeoutMs =
      options.timeoutMs ?? (this.replay === undefined ? requestTimeoutMs : Number.POSITIVE_INFINITY)
    const endsMs = clock.elapsedMs() + timeoutMs
    const ask = async (): Promise<Result<M>> => {
      await this.#blocks.waitOut(method, endsMs, [options.signal, this.#closing.signal])
      const connection = await this.#usable(method, endsMs, options.signal)
      const leftMs = Math.max(1, Math.ceil(endsMs - clock.elapsedMs()))
      return connection.query(method, params, { ...options, timeoutMs: leftMs })
    }
    try {
      return await ask()
    } catch (error) {
      if (await this.#remedied(error, method, params, endsMs, options.signal)) return ask()
      throw (needsLogin(error) ? lossOf(this.#keepers, params) : undefined) ?? error
    }
  }

  /**
   * Sends a trading request and reports what it leads to; at once or not at all, and never twice.
   *
   * Never throws: `sink.onEnd` is called exactly once. In a replay the request has been written when this returns.
   */
  command<M extends CommandName>(
    method: M,
    params: Params<M>,
    options: CommandCall,
    sink: CommandSink,
  ): void {
    const connection = this.#connection
    const refusal = this.#blocks.refusal(method)
    if (this.#state.type !== 'ready' || connection === undefined || refusal !== undefined) {
      sink.onSent?.()
      sink.onEnd(refusal ?? this.#noConnection(method))
      return
    }
    const onEnd = (error?: unknown): void => {
      if (needsLogin(error)) void this.#loginAgain(connection, params)
      sink.onEnd(error)
    }
    const onSent = (): void => sink.onSent?.()
    connection.command(method, params, options, { onSent, onEvent: event => sink.onEvent(event), onEnd })
  }

  /** Gives the connection up for a new one, unless an order of anybody is on its way: that would be in doubt then. */
  renew(reason: string): void {
    if (this.#state.type !== 'ready' || !this.restores || this.replay !== undefined) return
    if (this.#connection?.awaitsCommand === true) return
    this.#connection?.destroy(lost(`it was given up: ${reason}`, 'unknown'))
  }

  /** Brings an account up to date on the connection that stands, as after a loss. */
  restore(id: number): void {
    if (this.replay === undefined)
      this.#eachKeeper([id], (keeper, connection) => void keeper.restore(connection))
  }

  /** Waits up to 2 s for answers, then closes for good. Safe to call twice. */
  close(): Promise<void> {
    this.#whenClosed ??= this.#closeGently()
    return this.#whenClosed
  }

  async #closeGently(): Promise<void> {
    if (this.closed) return
    this.#closing.abort(lost('we closed it', 'not-sent'))
    this.#gate.fail(method => this.#noConnection(method))
    await this.#connection?.close()
    this.#finish(undefined)
  }

  // Connecting

  /** Makes a connection on which everything is as it was. */
  async #establish(signal: AbortSignal | undefined): Promise<void> {
    const { application, reconnect, replayPolling, ...options } = this.#options
    const connection = await Connection.open({
      ...options,
      signal,
      events: this.events,
      leavesAtGoodbye: reconnect !== false,
      onEnd: (ended, cause) => this.#onEnd(ended, cause),
    })
    this.#connection = connection
    try {
      // As long as a connection may take: a network that still swallows everything must not cost the longer wait of a request.
      const call = { timeoutMs: options.connectTimeoutMs, ...(signal === undefined ? {} : { signal }) }
      this.#version = await loginApplication(connection, application, call)
      const [, gate] = REPLAY_MARKS.find(([mark]) => this.#version.endsWith(mark)) ?? []
      if (gate !== undefined) connection.enterReplay({ gate, polling: replayPolling })
      await Promise.all([...this.#keepers].map(keeper => keeper.restore(connection)))
      signal?.throwIfAborted()
      connection.throwIfClosed()
    } catch (error) {
      connection.destroy(error)
      throw error
    }
    options.logger.info({ serverVersion: this.#version }, 'connected')
    this.#readySinceMs = options.clock.elapsedMs()
    this.#become({ type: 'ready', since: options.clock.now() })
    this.#gate.open()
  }

  #onEnd(connection: Connection, cause: unknown): void {
    // An attempt notices by its own requests.
    if (connection !== this.#connection || this.#state.type !== 'ready') return
    if (cause === undefined || this.#closing.signal.aborted) this.#finish(undefined)
    else if (this.#options.reconnect === false || connection.replay !== undefined) this.#finish(cause)
    else void this.#reconnect(cause)
  }

  async #reconnect(loss: unknown): Promise<void> {
    const { clock, logger } = this.#options
    if (clock.elapsedMs() - this.#readySinceMs >= STABLE_AFTER_MS) this.#backoff.reset()
    for (let cause = loss; ; ) {
      const error = asLoss(cause)
      if (isFinal(error) || this.#backoff.exhausted) return this.#finish(error)
      const waitMs = this.#backoff.next(error)
      logger.warn({ reason: error.message, waitMs }, 'connection lost')
      this.#become({
        type: 'waiting',
        retryAt: (clock.now() + waitMs) as ReturnType<Clock['now']>,
        cause: error,
      })
      try {
        await sleep(clock, waitMs, this.#closing.signal)
        this.#become({ type: 'connecting', attempt: this.#backoff.attempts })
        return await this.#establish(this.#closing.signal)
      } catch (next) {
        if (this.#closing.signal.aborted) return
        cause = next
      }
    }
  }

  #become(state: ConnectionState): void {
    if (this.closed) return
    this.#state = state
    this.events.emit('state', state)
  }

  #finish(cause: unknown): void {
    if (this.closed) return
    const error = cause === undefined ? undefined : asLoss(cause)
    this.#closing.abort(lost('the session is over', 'not-sent', cause))
    this.#become(error === undefined ? { type: 'closed' } : { type: 'closed', cause: error })
    this.#gate.fail(method => this.#noConnection(method))
    for (const keeper of this.#keepers) keeper.stop()
    this.events.emit('closed', cause)
  }

  // What a request may wait for

  async #usable(method: MethodName, endsMs: number, signal: AbortSignal | undefined): Promise<Connection> {
    signal?.throwIfAborted()
    if (this.closed || this.#closing.signal.aborted) throw this.#noConnection(method)
    if (this.#state.type !== 'ready') {
      const leftMs = endsMs - this.#options.clock.elapsedMs()
      const late = (): unknown => this.#noConnection(method)
      await within(this.#options.clock, this.#gate.wait(method), leftMs, late, signal)
    }
    if (this.#connection === undefined) throw this.#noConnection(method)
    return this.#connection
  }

  #noConnection(method: MethodName): CTraderError<'connection-lost'> {
    const state = this.#state
    const cause = 'cause' in state ? state.cause : undefined
    if (this.closed || this.#closing.signal.aborted)
      return notSent(method, 'the connection is closed. Connect again', cause)
    return notSent(method, `the connection is ${state.type}. Wait for "ready" in states()`, cause)
  }

  /** Whether the reason of a refusal is, or will in time be, gone. */
  async #remedied<M extends QueryName>(
    error: unknown,
    method: M,
    params: Params<M>,
    endsMs: number,
    signal: AbortSignal | undefined,
  ): Promise<boolean> {
    const { clock } = this.#options
    if (isCTraderError(error, 'rate-limited') && error.details.serverCode !== undefined) {
      this.#blocks.block(method, error.details.retryAfterMs)
      return clock.elapsedMs() + error.details.retryAfterMs < endsMs
    }
    const connection = this.#connection
    if (connection === undefined || method === 'accountAuth' || !needsLogin(error)) return false
    const login = this.#loginAgain(connection, params)
    return within(clock, login, endsMs - clock.elapsedMs(), () => error, signal)
  }

  #loginAgain(connection: Connection, params: object): Promise<boolean> {
    const id = 'ctidTraderAccountId' in params ? Number(params.ctidTraderAccountId) : undefined
    let login = Promise.resolve(false)
    this.#eachKeeper(id === undefined ? [] : [id], keeper => {
      login = keeper.restore(connection)
    })
    return login
  }

  #eachKeeper(ids: readonly number[], act: (keeper: AccountKeeper, connection: Connection) => void): void {
    const connection = this.#connection
    // While everything is being restored, each account is at it already.
    if (connection === undefined || this.#state.type !== 'ready') return
    for (const keeper of this.#keepers) if (ids.includes(keeper.account.id)) act(keeper, connection)
  }

  /** A book may be wrong: a login that stands already, and then the snapshot and the subscriptions as after a loss. */
  #resync(id: number | undefined, { message }: CTraderError): void {
    const ids = id === undefined ? [...this.#keepers].map(({ account }) => account.id) : [id]
    // A replay is exact or over; its server takes no second look.
    if (this.replay !== undefined) return
    this.#options.logger.warn({ accountIds: ids, reason: message }, 'snapshot taken anew')
    const connection = this.#connection
    if (connection === undefined) return
    for (const keeper of this.#keepers)
      if (ids.includes(keeper.account.id) && !keeper.miss(connection) && this.#state.type === 'ready')
        void keeper.restore(connection)
  }
}
