import { type AccountId, accountId } from '@openclaw-trading/trading-model'
import { Account } from './account.ts'
import { required } from './decode/presence.ts'
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
      signal?.removeEventListener('abort', onAbort)
    })
    events.on('state', onState)
    signal?.addEventListener('abort', onAbort, { once: true })
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
   * Authorises an account, and keeps it authorised and subscribed: after a loss of the connection, of the account's
   * session alone, or of its token. The others are left in peace.
   *
   * @throws {@link CTraderError} `token-invalid`, `request-refused`
   */
  authorize(id: AccountId, token: AccessToken, options: CallOptions = {}): Promise<Account> {
    return Account.authorize(id, token, this.#session, this.#logger, options)
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

  /** Stops new requests, waits up to 2 s for answers, closes for good. */
  close(): Promise<void> {
    return this.#session.close()
  }

  /** Same as {@link CTraderClient.close}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }
}
