import { CTraderError } from '../errors.ts'
import type { RefreshClaim, RefreshLock, TokenGrant, TokenRecord, TokenStore } from './grant.ts'
import type { Secret } from './secret.ts'
import { refreshOutcome } from './token.ts'

/** What a token source tells its owner; it never carries a secret. */
export type TokenEvent =
  | { readonly type: 'refreshed'; readonly generation: number; readonly expiresAt: number }
  /** It will be tried again, unless `needsLogin`: then a person must log in. */
  | { readonly type: 'refresh-failed'; readonly error: unknown; readonly needsLogin: boolean }

/** What a {@link TokenSource} is made of. */
export interface TokenSourceOptions {
  /** Where the pair is kept; shared by all processes of the grant. */
  readonly store: TokenStore
  /** Lets one of all processes refresh; shared like the store. */
  readonly lock: RefreshLock
  /** Trades a refresh token for a new pair: over HTTP with `refreshGrant`, or over a connection. */
  readonly refresh: (refreshToken: Secret) => Promise<TokenGrant>
  /** How long before its end an access token is renewed. Default: a tenth of its life, at most three days. */
  readonly refreshAheadMs?: number
  /** How long to wait for a refresh by another process. Default 30,000. */
  readonly waitMs?: number
  /** Called synchronously; it must not throw. */
  readonly onEvent?: (event: TokenEvent) => void
  /** Milliseconds since 1970. Default: the machine's clock. */
  readonly now?: () => number
}

/** Gives valid access tokens, and sees to it that no refresh token is used twice or lost. */
export interface TokenSource {
  /**
   * A valid access token; pass this function to `accounts` and `authorize`.
   *
   * @throws {@link CTraderError} `token-invalid` when a person must log in; the errors of refresh and store
   */
  readonly token: () => Promise<string>
  /** A token that the server did not refuse: a newer one if there is one already, else after a refresh. */
  renew(refused: string): Promise<string>
  /** Refreshes now, whatever the expiry. */
  refresh(): Promise<TokenRecord>
  /** Stores the pair of a login; it replaces whatever there was. */
  adopt(grant: TokenGrant): Promise<TokenRecord>
  /** Refreshes ahead of expiry until the returned function is called. Does not keep the process alive. */
  keepFresh(): () => void
}

const THREE_DAYS_MS = 259_200_000
const HOUR_MS = 3_600_000
const DEFAULT_WAIT_MS = 30_000
const POLL_MS = 50
const SAVE_ATTEMPTS = 3
const RETRY_AFTER_MS = 60_000

/** Makes a source of valid access tokens over a store that other processes may share. */
export function createTokenSource(options: TokenSourceOptions): TokenSource {
  const source = new Rotation(options)
  return {
    token: async () => (await source.current()).accessToken.reveal(),
    renew: async refused => (await source.renew(refused)).accessToken.reveal(),
    refresh: async () => source.refreshOf((await source.newest()).generation),
    adopt: grant => source.adopt(grant),
    keepFresh: () => source.keepFresh(),
  }
}

class Rotation {
  readonly #options: TokenSourceOptions
  readonly #now: () => number
  #flight: Promise<TokenRecord> | undefined
  /** A pair that the server gave and the store did not take. */
  #unsaved: { readonly record: TokenRecord; readonly claim: RefreshClaim } | undefined
  #failure: { readonly error: unknown; readonly retryAt: number } | undefined

  constructor(options: TokenSourceOptions) {
    this.#options = options
    this.#now = options.now ?? Date.now
  }

  async current(): Promise<TokenRecord> {
    const record = await this.newest()
    if (!this.#isDue(record)) return record
    try {
      return await this.#refreshGently(record)
    } catch (error) {
      // What has not ended yet still serves; the failure has been told.
      if (record.expiresAt > this.#now() && this.#unsaved === undefined) return record
      throw error
    }
  }

  async renew(refused: string): Promise<TokenRecord> {
    const record = await this.newest()
    // Others refresh too: their refresh is why the server refuses the old token.
    if (record.accessToken.reveal() !== refused) return record
    const next = await this.#refreshGently(record)
    return next.accessToken.reveal() === refused ? this.#refreshGently(next) : next
  }

  /** The stored pair, after any refresh that is under way: its access token is about to end. */
  async newest(): Promise<TokenRecord> {
    if (this.#flight !== undefined) await this.#flight.catch(() => {})
    if (this.#unsaved !== undefined) await this.#saveAndRelease(this.#unsaved.record, this.#unsaved.claim)
    return this.#settled((await this.#load()).generation)
  }

  refreshOf(generation: number): Promise<TokenRecord> {
    this.#flight ??= this.#renewal(generation).finally(() => {
      this.#flight = undefined
    })
    return this.#flight
  }

  async adopt(grant: TokenGrant): Promise<TokenRecord> {
    const stored = await this.#options.store.load()
    const before = stored === undefined ? undefined : await this.#settled(stored.generation)
    const record = { ...grant, generation: (before?.generation ?? 0) + 1 }
    await this.#options.store.save(record)
    this.#unsaved = undefined
    this.#failure = undefined
    if (before !== undefined) await this.#options.lock.forget(before.generation)
    return record
  }

  keepFresh(): () => void {
    let timer: ReturnType<typeof setTimeout> | undefined
    let stopped = false
    const round = async (): Promise<void> => {
      const dueInMs = await this.current().then(
        record => record.expiresAt - this.#aheadMs(record) - this.#now(),
        () => RETRY_AFTER_MS,
      )
      if (stopped) return
      // Still due: the refresh has failed, or is not to be tried yet.
      timer = setTimeout(() => void round(), Math.min(dueInMs > 0 ? dueInMs : RETRY_AFTER_MS, HOUR_MS))
      // In a browser a timer is a number and keeps nothing alive.
      if (typeof timer === 'object') timer.unref()
    }
    void round()
    return () => {
      stopped = true
      clearTimeout(timer)
    }
  }

  /** Like {@link refreshOf}, but not again within a minute of a failure: callers may ask in a loop. */
  #refreshGently(record: TokenRecord): Promise<TokenRecord> {
    const failure = this.#failure
    if (failure !== undefined && this.#now() < failure.retryAt) return Promise.reject(failure.error)
    return this.refreshOf(record.generation)
  }

  #aheadMs({ issuedAt, expiresAt }: TokenRecord): number {
    return this.#options.refreshAheadMs ?? Math.min(THREE_DAYS_MS, (expiresAt - issuedAt) / 10)
  }

  #isDue(record: TokenRecord): boolean {
    return record.expiresAt - this.#now() <= this.#aheadMs(record)
  }

  async #load(): Promise<TokenRecord> {
    const record = await this.#options.store.load()
    if (record === undefined) throw loginNeeded('No tokens are stored.', 'NO_TOKENS')
    return record
  }

  /** Waits until nobody uses the refresh token of a generation. */
  async #settled(generation: number): Promise<TokenRecord> {
    const waitMs = this.#options.waitMs ?? DEFAULT_WAIT_MS
    for (let waitedMs = 0; ; waitedMs += POLL_MS) {
      const state = await this.#options.lock.inspect(generation)
      // Loaded after the look: who let go of it in between has stored first.
      const record = await this.#load()
      if (state.type !== 'held' || record.generation > generation) return record
      if (waitedMs >= waitMs) throw busy(state.owner, waitMs)
      await new Promise(resolve => setTimeout(resolve, POLL_MS))
    }
  }

  async #renewal(generation: number): Promise<TokenRecord> {
    const { lock } = this.#options
    for (;;) {
      const claim = await lock.claim(generation)
      if ('release' in claim) return this.#use(generation, claim)
      const record = await this.#settled(generation)
      if (record.generation > generation) return record
      const state = await lock.inspect(generation)
      if (state.type === 'spent') {
        const error = spent(state.outcome, state.owner)
        this.#fail(error, true)
        throw error
      }
    }
  }

  async #use(generation: number, claim: RefreshClaim): Promise<TokenRecord> {
    const { refresh } = this.#options
    const record = await this.#load()
    if (record.generation !== generation) {
      // Refreshed between our look and our claim.
      await claim.release()
      return record
    }
    let grant: TokenGrant
    try {
      grant = await refresh(record.refreshToken)
    } catch (error) {
      const outcome = refreshOutcome(error)
      if (outcome === 'not-used') await claim.release()
      else await claim.spend(outcome)
      this.#fail(error, outcome !== 'not-used')
      throw error
    }
    const newest = await this.#load()
    // A login came in between: it is what the owner wants.
    if (newest.generation !== generation) {
      await claim.release()
      return newest
    }
    return this.#saveAndRelease({ ...grant, generation: generation + 1 }, claim)
  }

  /** Nobody sees a new pair before it is durable. */
  async #saveAndRelease(record: TokenRecord, claim: RefreshClaim): Promise<TokenRecord> {
    this.#unsaved = { record, claim }
    for (let attempt = 1; ; attempt++)
      try {
        await this.#options.store.save(record)
        break
      } catch (error) {
        if (attempt < SAVE_ATTEMPTS) continue
        this.#fail(error, false)
        throw error
      }
    this.#unsaved = undefined
    this.#failure = undefined
    await claim.release()
    const { generation, expiresAt } = record
    this.#options.onEvent?.({ type: 'refreshed', generation, expiresAt })
    return record
  }

  #fail(error: unknown, needsLogin: boolean): void {
    this.#failure = { error, retryAt: this.#now() + RETRY_AFTER_MS }
    this.#options.onEvent?.({ type: 'refresh-failed', error, needsLogin })
  }
}

function loginNeeded(what: string, serverCode: string): CTraderError<'token-invalid'> {
  return new CTraderError('token-invalid', `${what} Log in: ctrader auth login.`, {
    accountIds: [],
    serverCode,
  })
}

function spent(outcome: 'refused' | 'unknown', owner: string): CTraderError<'token-invalid'> {
  return outcome === 'refused'
    ? loginNeeded('The broker refuses the stored refresh token.', 'CH_ACCESS_TOKEN_INVALID')
    : loginNeeded(
        `A refresh by ${owner} ended before its answer was stored, so the refresh token may be used up; it is not sent again.`,
        'REFRESH_UNKNOWN',
      )
}

function busy(owner: string, waitMs: number): CTraderError<'request-timeout'> {
  return new CTraderError(
    'request-timeout',
    `${owner} has been refreshing the tokens for more than ${waitMs} ms. Ask again, or look what it does.`,
    { method: 'refreshToken', timeoutMs: waitMs, delivery: 'not-sent' },
  )
}
