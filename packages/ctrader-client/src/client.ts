import { type AccountId, accountId, type UnixMs } from '@openclaw-trading/trading-model'
import { Account } from './account.ts'
import { required } from './decode/presence.ts'
import { isCTraderError } from './errors.ts'
import type { AccessToken, CallOptions, Logger } from './options.ts'
import type { ProtoOAExecutionEvent } from './protocol/generated/messages.js'
import type { CommandName, Params, QueryName, Result } from './protocol/methods.ts'
import type { Replay } from './session/replay.ts'
import type { ServerEvents } from './session/server-events.ts'
import type { CommandCall, Session } from './session/session.ts'
import { EventBuffer } from './stream/event-buffer.ts'

/** Whether requests can be sent. */
export type ConnectionState =
  | { readonly type: 'ready'; readonly since: UnixMs }
  /** `cause` is absent when we closed it. */
  | { readonly type: 'closed'; readonly cause?: unknown }

/** An account that a token gives access to. */
export interface AccountListing {
  readonly id: AccountId
  /** On the live servers; otherwise on the demo servers. */
  readonly live: boolean
  /** The number that people see; 0 when the server does not say. */
  readonly login: number
}

/** Events that a command may hold for its reader: partial fills of one order. */
const COMMAND_BUFFER = 1000

/**
 * One connection to the broker, with its application authorised.
 *
 * A lost connection closes the client for good and settles everything that waits; sessions that reconnect and restore
 * their subscriptions are later work. Connect again with {@link connect}.
 */
export class CTraderClient implements AsyncDisposable {
  /** What the server calls its version. */
  readonly serverVersion: string
  readonly #session: Session
  readonly #logger: Logger
  #state: ConnectionState

  /** For {@link connect}. */
  constructor(session: Session, serverVersion: string, logger: Logger) {
    this.#session = session
    this.serverVersion = serverVersion
    this.#logger = logger
    this.#state = { type: 'ready', since: Date.now() as UnixMs }
    session.events.on('closed', cause => {
      this.#state = cause === undefined ? { type: 'closed' } : { type: 'closed', cause }
    })
  }

  /** Whether requests can be sent. */
  get state(): ConnectionState {
    return this.#state
  }

  /** Marks of a replay; `undefined` when the server does not replay. */
  get replay(): Replay | undefined {
    return this.#session.replay
  }

  /** Accounts that a token gives access to, demo and live. */
  async accounts(token: AccessToken, options: CallOptions = {}): Promise<readonly AccountListing[]> {
    const answer = await this.request('getAccounts', { accessToken: await resolveToken(token) }, options)
    return (answer.ctidTraderAccount ?? []).map(account => ({
      id: accountId(required(account.ctidTraderAccountId, 'ctidTraderAccountId')),
      live: account.isLive ?? false,
      login: account.traderLogin ?? 0,
    }))
  }

  /** Authorises an account on this connection. @throws {@link CTraderError} `token-invalid`, `request-refused` */
  async authorize(id: AccountId, token: AccessToken, options: CallOptions = {}): Promise<Account> {
    try {
      await this.request(
        'accountAuth',
        { ctidTraderAccountId: id, accessToken: await resolveToken(token) },
        options,
      )
    } catch (error) {
      if (!(isCTraderError(error, 'request-refused') && error.details.serverCode === 'ALREADY_LOGGED_IN'))
        throw error
    }
    return Account.load(id, this.#session, this.#logger, options)
  }

  /** One request in protocol units. @throws {@link CTraderError} any code but `order-rejected` */
  request<M extends QueryName>(method: M, params: Params<M>, options: CallOptions = {}): Promise<Result<M>> {
    return this.#session.query(method, params, options)
  }

  /**
   * Sends a trading request in protocol units, at once, and yields the execution events that answer it, up to the
   * one that ends it.
   *
   * @throws {@link CTraderError} `order-rejected`, or `connection-lost` / `request-timeout` with `delivery: 'unknown'`
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

  /** Adds a listener; called synchronously, in wire order. It must not throw. */
  on<E extends keyof ServerEvents>(name: E, listener: (...event: ServerEvents[E]) => void): this {
    this.#session.events.on(name, listener as never)
    return this
  }

  /** Removes a listener. */
  off<E extends keyof ServerEvents>(name: E, listener: (...event: ServerEvents[E]) => void): this {
    this.#session.events.off(name, listener as never)
    return this
  }

  /** Stops new requests, waits up to 2 s for answers, closes. */
  close(): Promise<void> {
    return this.#session.close()
  }

  /** Same as {@link CTraderClient.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}

function resolveToken(token: AccessToken): Promise<string> {
  return typeof token === 'string' ? Promise.resolve(token) : token()
}
