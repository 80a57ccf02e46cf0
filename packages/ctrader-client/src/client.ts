import { type AccountId, accountId } from '@openclaw-trading/trading-model'
import { Account } from './account/account.ts'
import { required } from './decode/presence.ts'
import { invalid } from './encode/invalid.ts'
import { CTraderError, isCTraderError } from './errors.ts'
import {
  type AccessToken,
  type CallOptions,
  DEFAULT_BUFFER_SIZE,
  type Logger,
  type StreamOptions,
} from './options.ts'
import type { TokenScope } from './oauth/authorize-url.ts'
import { ProtoOAClientPermissionScope, type ProtoOAExecutionEvent } from './protocol/generated/messages.js'
import type { CommandName, Params, QueryName, Result } from './protocol/methods.ts'
import type { ConnectionState } from './session/connection-state.ts'
import { isolated } from './session/isolated.ts'
import { resolveToken } from './session/login.ts'
import type { Replay } from './session/replay.ts'
import type { ServerEvents } from './session/server-events.ts'
import type { CommandCall } from './session/requests.ts'
import type { Session } from './session/session.ts'
import { EventBuffer } from './stream/event-buffer.ts'
import { whenAborted } from './when-aborted.ts'

/** An account that a token gives access to. */
export interface AccountListing {
  readonly id: AccountId
  /** On the live servers; otherwise on the demo servers. */
  readonly live: boolean
  /** The number that people see; 0 when the server does not say. */
  readonly login: number
  /** What the token allows; absent when the server does not say. With `accounts` every trading request is refused. */
  readonly scope?: TokenScope
}

const SCOPES: Readonly<Record<number, TokenScope>> = {
  [ProtoOAClientPermissionScope.SCOPE_VIEW]: 'accounts',
  [ProtoOAClientPermissionScope.SCOPE_TRADE]: 'trading',
}

/** Where an account lives: {@link ConnectOptions.environment} of the connection that can authorise it. */
export function environmentOf({ live }: Pick<AccountListing, 'live'>): 'demo' | 'live' {
  return live ? 'live' : 'demo'
}

/** Refusals of a login whose reason the list of accounts may tell. */
const EXPLAINABLE: ReadonlySet<string> = new Set([
  'CH_CTID_TRADER_ACCOUNT_NOT_FOUND',
  'RET_NO_SUCH_LOGIN',
  'CANT_ROUTE_REQUEST',
])

type Guarded = (...event: never[]) => void

/** Events that a command may hold for its reader: partial fills of one order. */
const COMMAND_BUFFER = 1000

/**
 * A connection to the broker that comes back after a loss, with its application authorised.
 *
 * A loss ends what was on its way: nothing is sent again. While there is no connection, queries wait for it within
 * their timeout, and trading requests are refused at once (`connection-lost`, `not-sent`): an order of before the loss
 * was decided on prices of before the loss. Then accounts are authorised again, told by `resynced` what became of
 * them, and their symbols subscribed; only after that the client is `ready`.
 */
export class CTraderClient implements AsyncDisposable {
  readonly #session: Session
  readonly #logger: Logger
  readonly #guarded = new WeakMap<object, Guarded>()

  /** For {@link connect}. */
  constructor(session: Session, logger: Logger) {
    this.#session = session
    this.#logger = logger
  }

  /** What the server calls its version. */
  get serverVersion(): string {
    return this.#session.serverVersion
  }

  /** Whether requests can be sent. */
  get state(): ConnectionState {
    return this.#session.state
  }

  /** The state now and every later one; ends after `closed`. */
  states({ signal, bufferSize }: StreamOptions = {}): AsyncIterableIterator<ConnectionState> {
    const { events } = this.#session
    const onState = (state: ConnectionState): void => {
      buffer.push(state)
      if (state.type === 'closed') buffer.end()
    }
    const onAbort = (): void => buffer.end()
    const buffer = new EventBuffer<ConnectionState>('states', bufferSize ?? DEFAULT_BUFFER_SIZE, () => {
      events.off('state', onState)
      endAbort()
    })
    events.on('state', onState)
    const endAbort = whenAborted(signal, onAbort)
    if (signal?.aborted === true) buffer.end()
    else onState(this.state)
    return buffer
  }

  /** Marks of a replay; `undefined` when the server does not replay. */
  get replay(): Replay | undefined {
    return this.#session.replay
  }

  /** Accounts that a token gives access to, demo and live. */
  async accounts(token: AccessToken, options: CallOptions = {}): Promise<readonly AccountListing[]> {
    const answer = await this.request('getAccounts', { accessToken: await resolveToken(token) }, options)
    const scope = SCOPES[answer.permissionScope ?? -1]
    return (answer.ctidTraderAccount ?? []).map(account => ({
      id: accountId(required(account.ctidTraderAccountId, 'ctidTraderAccountId')),
      live: account.isLive ?? false,
      login: account.traderLogin ?? 0,
      ...(scope === undefined ? {} : { scope }),
    }))
  }

  /**
   * The account of a login, the number that people see: it is not the id that requests need.
   *
   * @throws {@link CTraderError} `invalid-argument` when the token gives access to no such account
   */
  async accountByLogin(
    login: number,
    token: AccessToken,
    options: CallOptions = {},
  ): Promise<AccountListing> {
    const accounts = await this.accounts(token, options)
    const found = accounts.find(account => account.login === login)
    if (found !== undefined) return found
    const logins = accounts.map(account => account.login).join(', ') || 'none'
    throw invalid('login', login, `the login of an account of this token: ${logins}`)
  }

  /**
   * Authorises an account, and keeps it authorised and subscribed: after a loss of the connection, of the account's
   * session alone, or of its token. The others are left in peace.
   *
   * @throws {@link CTraderError} `token-invalid`, `request-refused`
   */
  async authorize(id: AccountId, token: AccessToken, options: CallOptions = {}): Promise<Account> {
    try {
      return await Account.authorize(id, token, this.#session, this.#logger, options)
    } catch (error) {
      throw await this.#explained(error, id, token)
    }
  }

  /** A login refused for the wrong number or on the wrong servers: the list of accounts knows better. */
  async #explained(error: unknown, id: AccountId, token: AccessToken): Promise<unknown> {
    if (!isCTraderError(error, 'request-refused') || !EXPLAINABLE.has(error.details.serverCode)) return error
    const accounts = await this.accounts(token).catch(() => [])
    const meant = accounts.find(account => account.id === id)
    const byLogin = accounts.find(account => account.login === id)
    const hint =
      meant !== undefined
        ? `Account ${id} is on the ${environmentOf(meant)} servers: connect with environment '${environmentOf(meant)}'.`
        : byLogin !== undefined
          ? `${id} is a login; its account id is ${byLogin.id}.`
          : undefined
    if (hint === undefined) return error
    const { serverCode } = error.details
    return new CTraderError(
      'request-refused',
      `The server refused accountAuth: ${serverCode}. ${hint}`,
      error.details,
      {
        cause: error,
      },
    )
  }

  /** One request in protocol units. @throws {@link CTraderError} any code but `order-rejected` */
  request<M extends QueryName>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    return this.#session.query(method, params, options)
  }

  /**
   * Sends a trading request in protocol units, at once, and yields the execution events that answer it, up to the
   * one that ends it.
   *
   * @throws {@link CTraderError} `order-rejected`, `rate-limited`, or `connection-lost` / `request-timeout`, whose
   *   `delivery` tells whether the server may have acted
   */
  command<M extends CommandName>(
    method: M,
    params: Params<M>,
    options: CommandCall = {},
  ): AsyncIterableIterator<ProtoOAExecutionEvent> {
    const buffer = new EventBuffer<ProtoOAExecutionEvent>(method, COMMAND_BUFFER)
    this.#session.command(method, params, options, {
      onEvent: event => buffer.push(event),
      onEnd: error => buffer.end(error),
    })
    return buffer
  }

  /**
   * What the server tells by itself, in protocol units, as a stream; it ends with the client.
   *
   * Lossless: a reader that is too slow gets `buffer-overflow`. `unknown` has the messages that this version does not know.
   */
  events<E extends keyof ServerEvents>(
    name: E,
    { signal, bufferSize }: StreamOptions = {},
  ): AsyncIterableIterator<ServerEvents[E]> {
    const { events } = this.#session
    // Bytes are a view of what the next read overwrites.
    const kept = (part: unknown): unknown => (part instanceof Uint8Array ? Uint8Array.from(part) : part)
    const onEvent = (...event: ServerEvents[E]): void => buffer.push(event.map(kept) as ServerEvents[E])
    const onClosed = (cause: unknown): void => buffer.end(cause)
    const onAbort = (): void => buffer.end()
    const buffer = new EventBuffer<ServerEvents[E]>(name, bufferSize ?? DEFAULT_BUFFER_SIZE, () => {
      events.off(name, onEvent as never)
      events.off('closed', onClosed)
      endAbort()
    })
    events.on(name, onEvent as never)
    events.on('closed', onClosed)
    const endAbort = whenAborted(signal, onAbort)
    if (signal?.aborted === true || this.#session.closed) buffer.end()
    return buffer
  }

  /** Adds a listener; called synchronously, in wire order. What it throws is logged, and reaches nobody else. */
  on<E extends keyof ServerEvents>(name: E, listener: (...event: ServerEvents[E]) => void): this {
    const guarded = this.#guarded.get(listener) ?? isolated(listener as unknown as Guarded, this.#logger)
    this.#guarded.set(listener, guarded)
    this.#session.events.on(name, guarded as never)
    return this
  }

  /** Removes a listener. */
  off<E extends keyof ServerEvents>(name: E, listener: (...event: ServerEvents[E]) => void): this {
    this.#session.events.off(name, (this.#guarded.get(listener) ?? listener) as never)
    return this
  }

  /**
   * Gives the connection up for a new one: everything is restored on it as after a loss. A request that has had no answer
   * cannot arrive by the old connection any more; that is what it is for.
   *
   * Does nothing while there is no connection or a trading request still awaits its answer, of whoever uses the client: it
   * would be in doubt too. Nor without `reconnect`, and in a replay.
   */
  renew(reason: string): void {
    this.#session.renew(reason)
  }

  /** Stops new requests, waits up to 2 s for answers, closes for good. */
  close(): Promise<void> {
    return this.#session.close()
  }

  /** Same as {@link CTraderClient.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
