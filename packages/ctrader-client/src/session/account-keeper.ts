import type { AccountId } from '@openclaw-trading/trading-model'
import { sleep, within } from '../clock.ts'
import { type AnyCTraderError, CTraderError, isCTraderError } from '../errors.ts'
import type { AccessToken, Logger } from '../options.ts'
import { Backoff, type BackoffSources } from './backoff.ts'
import type { Connection } from './connection.ts'
import { loginAccount, resolveToken } from './login.ts'
import type { Requester } from './requests.ts'
import { saysNotAuthorized } from './server-error.ts'

/** An account that a session keeps authorised. */
export interface KeptAccount {
  readonly id: AccountId
  /** Asked anew before each login. */
  readonly token: AccessToken
  /** Events may be missing from now on. */
  suspend(): void
  /** It is authorised again: tells what became of it and subscribes anew. */
  resume(on: Requester): Promise<void>
  /** It cannot be authorised any more. */
  lose(error: AnyCTraderError): void
}

/** What an {@link AccountKeeper} needs. */
export interface KeeperOptions extends BackoffSources {
  readonly logger: Logger
  /** Time for a token function to answer. */
  readonly tokenTimeoutMs: number
  /** The session closes. */
  readonly closing: AbortSignal
}

/** Logins in a row that a token function gets to come up with a good one: its refresher may be at work. */
const MAX_BAD_TOKENS = 3
/** Refusals that no waiting heals. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'CH_CTID_TRADER_ACCOUNT_NOT_FOUND',
  'RET_NO_SUCH_LOGIN',
  'RET_ACCOUNT_DISABLED',
])

interface Run {
  readonly connection: Connection
  /** The attempt in progress, or the last one: whether the account is authorised. */
  attempt: Promise<boolean>
}

/** Keeps one account authorised, whatever happens to the others. */
export class AccountKeeper {
  readonly account: KeptAccount
  readonly #options: KeeperOptions
  #run: Run | undefined
  #over = false
  /** Something was missed behind the snapshot that is being taken. */
  #missed = false
  #badTokens = 0
  #lostBy: AnyCTraderError | undefined
  #lastError: unknown

  /** Takes over an account that is, or is being, authorised. */
  constructor(account: KeptAccount, options: KeeperOptions) {
    this.account = account
    this.#options = options
  }

  /** What took the account away for good. */
  get lostBy(): AnyCTraderError | undefined {
    return this.#lostBy
  }

  /** Leaves the account as it is from now on. */
  stop(): void {
    this.#over = true
  }

  /**
   * Authorises the account on a connection, brings it up to date and subscribes again; one login at a time.
   *
   * Tries again by itself, with back-off, until it succeeds, the connection ends or the account is lost.
   *
   * @returns whether the attempt in progress succeeded; never throws
   */
  restore(connection: Connection): Promise<boolean> {
    if (this.#over) return Promise.resolve(false)
    if (this.#run?.connection !== connection) {
      this.#run = { connection, attempt: this.#attempt(connection) }
      void this.#persist(this.#run)
    }
    return this.#run.attempt
  }

  /**
   * Something was missed. While the account is being restored it may have come behind the snapshot, and another follows.
   *
   * @returns whether the account is being restored on this connection
   */
  miss(connection: Connection): boolean {
    const restores = this.#run?.connection === connection
    if (restores) this.#missed = true
    return restores
  }

  /** The server says that the account is gone. Such messages have been spurious: only a refused request proves it. */
  async verify(connection: Connection): Promise<void> {
    try {
      await connection.query('trader', { ctidTraderAccountId: this.account.id })
    } catch (error) {
      if (!connection.closed) {
        this.#options.logger.warn({ accountId: this.account.id, reason: said(error) }, 'account disconnected')
        await this.restore(connection)
      }
    }
  }

  async #persist(run: Run): Promise<void> {
    const { closing, clock } = this.#options
    const backoff = new Backoff({}, this.#options)
    let wasMissed = false
    for (;;) {
      const isDone = await run.attempt
      if ((isDone && !this.#missed) || !this.#goesOn(run)) break
      try {
        // Until the next snapshot the book may be wrong; only what is missed again and again has to wait.
        if (!isDone || wasMissed) await sleep(clock, backoff.next(this.#lastError), closing)
      } catch {
        break
      }
      if (!this.#goesOn(run)) break
      wasMissed = isDone
      run.attempt = this.#attempt(run.connection)
    }
    if (this.#run === run) this.#run = undefined
  }

  #goesOn(run: Run): boolean {
    return !this.#over && !run.connection.closed && this.#run === run && !this.#options.closing.aborted
  }

  async #attempt(connection: Connection): Promise<boolean> {
    const { id } = this.account
    const { logger } = this.#options
    this.#missed = false
    this.#lastError = undefined
    try {
      this.account.suspend()
      await loginAccount(connection, id, await this.#token(), {})
      this.#badTokens = 0
      await this.account.resume(connection)
      logger.info({ accountId: id }, 'account restored')
      return true
    } catch (error) {
      this.#lastError = error
      if (this.#over || connection.closed) return false
      logger.warn({ accountId: id, reason: said(error) }, 'account not restored')
      if (isCTraderError(error) && this.#isFinal(error)) {
        this.#over = true
        this.#lostBy = error
        this.account.lose(error)
      }
      return false
    }
  }

  async #token(): Promise<string> {
    const { clock, closing, tokenTimeoutMs: timeoutMs } = this.#options
    const late = (): unknown =>
      new CTraderError(
        'request-timeout',
        `The function for the access token returned nothing within ${timeoutMs} ms.`,
        { method: 'accountAuth', timeoutMs, delivery: 'not-sent' },
      )
    return within(clock, resolveToken(this.account.token), timeoutMs, late, closing)
  }

  #isFinal(error: AnyCTraderError): boolean {
    if (error.code === 'request-refused') return FINAL_CODES.has(error.details.serverCode)
    if (error.code !== 'token-invalid') return false
    this.#badTokens += 1
    return typeof this.account.token === 'string' || this.#badTokens >= MAX_BAD_TOKENS
  }
}

/** Whether logging in again may help a refused request. */
export function needsLogin(error: unknown): boolean {
  return isCTraderError(error, 'token-invalid') || saysNotAuthorized(error)
}

function said(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** What took the account of a request away, unless somebody still keeps it: more than its refusal says. */
export function lossOf(keepers: Iterable<AccountKeeper>, params: object): AnyCTraderError | undefined {
  const id = 'ctidTraderAccountId' in params ? params.ctidTraderAccountId : undefined
  const losses = [...keepers].flatMap(({ account, lostBy }) => (account.id === id ? [lostBy] : []))
  return losses.includes(undefined) ? undefined : losses[0]
}
