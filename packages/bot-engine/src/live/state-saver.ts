import type { IntentLedger } from '../ports/intent-ledger.ts'
import type { Logger } from '../ports/logger.ts'
import type { StateStore } from '../ports/state-store.ts'

/** What is to be saved. */
export interface Savable {
  /** As JSON. @throws what says why it cannot be written */
  text(): string
}

/** Saves the state of a strategy, and what its limits remember, when it has changed, one write at a time, the newest last. */
export class StateSaver {
  readonly #memory: Savable
  readonly #store: StateStore
  readonly #logger: Logger | undefined
  #savedText: string | undefined
  #problem: string | undefined
  #working: Promise<void> | undefined
  #isQueued = false

  /** Creates a saver that has saved nothing. */
  constructor(memory: Savable, store: StateStore, logger: Logger | undefined) {
    this.#memory = memory
    this.#store = store
    this.#logger = logger
  }

  /** Something happened: saves once the message is handled. */
  touch(): void {
    if (this.#isQueued) return
    this.#isQueued = true
    void this.saved()
  }

  /** Resolves when the state of this instant is saved, or with the reason why it could not be. Never rejects. */
  async saved(): Promise<string | undefined> {
    // The handler that led here is still running; what it does to the state counts.
    await Promise.resolve()
    while (this.#working !== undefined) await this.#working
    this.#isQueued = false
    const working = this.#save()
    this.#working = working
    await working
    this.#working = undefined
    return this.#problem
  }

  async #save(): Promise<void> {
    try {
      const text = this.#memory.text()
      if (text !== this.#savedText) await this.#store.save(text)
      this.#savedText = text
      this.#problem = undefined
    } catch (cause) {
      this.#problem = cause instanceof Error ? cause.message : String(cause)
      this.#logger?.error({ err: cause }, 'state not saved')
    }
  }
}

/**
 * A ledger that grants an entry only once the state it was decided on is saved: after a crash the strategy must not
 * have forgotten an order that left. Exits do not wait.
 */
export function afterSaving(ledger: IntentLedger, saver: StateSaver): IntentLedger {
  return {
    async commit(id, command, at) {
      const problem = command.type === 'place' ? await saver.saved() : undefined
      if (problem !== undefined)
        return { type: 'denied', reason: `the state of the strategy could not be saved: ${problem}` }
      return ledger.commit(id, command, at)
    },
    resolve: (id, outcome) => ledger.resolve(id, outcome),
    unresolved: () => ledger.unresolved(),
  }
}
