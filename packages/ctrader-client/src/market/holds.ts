import { isCTraderError } from '../errors.ts'
import type { CallOptions, Logger } from '../options.ts'
import type { Requester } from '../session/requests.ts'

/** What {@link Holds} asks the server for. */
export interface HoldsOptions {
  /** What it is, for the log. */
  readonly name: string
  readonly session: Requester
  readonly logger: Logger
  /** Asks for keys that are not asked for yet. */
  subscribe(keys: readonly number[], on: Requester, options: CallOptions): Promise<void>
  /** Gives keys up that nobody holds any more. */
  unsubscribe(keys: readonly number[]): Promise<void>
}

/**
 * Counts who needs a subscription: the first holder asks for it, the last one gives it up.
 *
 * Changes go one after the other, so that a subscription and its end never cross on the wire.
 */
export class Holds {
  readonly #options: HoldsOptions
  readonly #holders = new Map<number, number>()
  readonly #asked = new Set<number>()
  #last: Promise<unknown> = Promise.resolve()

  /** Creates it, with nothing held. */
  constructor(options: HoldsOptions) {
    this.#options = options
  }

  /** Whether somebody holds a key. */
  has(key: number): boolean {
    return this.#holders.has(key)
  }

  /** Keys that the server has been asked for. */
  get asked(): readonly number[] {
    return [...this.#asked]
  }

  /** Holds keys; resolves when the server has queued them. @returns what lets them go, once */
  async take(keys: readonly number[], options: CallOptions = {}): Promise<() => void> {
    const wanted = [...new Set(keys)]
    for (const key of wanted) this.#holders.set(key, (this.#holders.get(key) ?? 0) + 1)
    let held = true
    const release = (): void => {
      if (!held) return
      held = false
      this.#release(wanted)
    }
    try {
      await this.#next(() => this.#ask(wanted, this.#options.session, options))
    } catch (error) {
      release()
      throw error
    }
    return release
  }

  /** Holds keys of which each is let go by itself. @returns what lets one go; call it once a key */
  async takeEach(keys: readonly number[], options: CallOptions = {}): Promise<(key: number) => void> {
    await this.take(keys, options)
    return key => this.#release([key])
  }

  /** Asks anew for everything that is held, on a connection that knows nothing of it. */
  async renew(on: Requester): Promise<void> {
    this.#asked.clear()
    await this.#ask([...this.#holders.keys()], on, {})
  }

  /** Gives keys up although they may be held: who takes one from now on asks for it anew. */
  drop(keys: readonly number[]): void {
    void this.#next(() => this.#giveUpAll(keys.filter(key => this.#asked.has(key))))
  }

  async #ask(keys: readonly number[], on: Requester, options: CallOptions): Promise<void> {
    const fresh = keys.filter(key => !this.#asked.has(key) && this.#holders.has(key))
    if (fresh.length === 0) return
    await this.#options.subscribe(fresh, on, options)
    for (const key of fresh) this.#asked.add(key)
  }

  #release(keys: readonly number[]): void {
    for (const key of keys) {
      const left = (this.#holders.get(key) ?? 1) - 1
      if (left > 0) this.#holders.set(key, left)
      else this.#holders.delete(key)
    }
    // A reader that takes the place of another in the same turn costs nothing.
    void this.#next(() => this.#giveUp(keys))
  }

  async #giveUp(keys: readonly number[]): Promise<void> {
    await this.#giveUpAll(keys.filter(key => this.#asked.has(key) && !this.#holders.has(key)))
  }

  async #giveUpAll(idle: readonly number[]): Promise<void> {
    if (idle.length === 0) return
    for (const key of idle) this.#asked.delete(key)
    try {
      await this.#options.unsubscribe(idle)
    } catch (error) {
      if (!isCTraderError(error)) throw error
      // Nobody listens to it any more: what still comes is dropped.
      this.#options.logger.info({ stream: this.#options.name, reason: error.message }, 'not unsubscribed')
    }
    // After a loss meanwhile they may have been asked for again, before this gave them up: who holds them asks anew.
    for (const key of idle) this.#asked.delete(key)
  }

  #next<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work)
    this.#last = done.catch(() => {})
    return done
  }
}
