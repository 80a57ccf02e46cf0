import { EngineError } from '../errors.ts'

/** What an {@link EntryPermit} asks and tells. */
export interface EntryPermitOptions {
  readonly isStopping: () => boolean
  /** What the run is not sure of. */
  readonly doubt: () => string | undefined
  /** Why nothing may be opened from now on; `undefined`: it may. */
  readonly onChange: (reason: string | undefined) => void
}

/** Whether a run may open anything now. */
export class EntryPermit {
  readonly #options: EntryPermitOptions
  #paused = false
  #withdrawal = new AbortController()

  /** Creates it; nothing is paused. */
  constructor(options: EntryPermitOptions) {
    this.#options = options
  }

  /** Why nothing may be opened. */
  get reason(): string | undefined {
    if (this.#options.isStopping()) return 'the run is stopping'
    return this.#options.doubt() ?? (this.#paused ? 'entries are paused' : undefined)
  }

  /** Takes back entries that have not left yet, once nothing may be opened any more. */
  get withdrawal(): AbortSignal {
    return this.#withdrawal.signal
  }

  /** A person blocks entries, or allows them again. @returns whether that is new */
  pause(paused: boolean): boolean {
    const isNew = paused !== this.#paused
    this.#paused = paused
    this.update()
    return isNew
  }

  /** Looks anew, after anything that counts has changed. */
  update(): void {
    const { reason } = this
    this.#options.onChange(reason)
    if (reason === undefined) return
    // What still waits for the broker's request limit must not leave any more.
    this.#withdrawal.abort(new EngineError('broker-unavailable', `The entry was taken back: ${reason}.`))
    this.#withdrawal = new AbortController()
  }
}
