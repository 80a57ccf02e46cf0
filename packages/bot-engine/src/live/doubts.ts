import type { ClientOrderId, UnixMs } from '@openclaw-trading/trading-model'
import type { Broker } from '../ports/broker.ts'
import type { IntentLedger } from '../ports/intent-ledger.ts'
import type { Logger } from '../ports/logger.ts'

/** What {@link Doubts} need. */
export interface DoubtsOptions {
  readonly broker: Broker
  readonly ledger: IntentLedger
  readonly logger?: Logger | undefined
}

/** What a run does not know of its own orders; while there is anything, it opens nothing. */
export class Doubts {
  readonly #options: DoubtsOptions
  /** Entries of which nobody knows whether they arrived. */
  readonly #unheard = new Set<ClientOrderId>()
  #lasting: string | undefined

  /** Creates them without any. */
  constructor(options: DoubtsOptions) {
    this.#options = options
  }

  /** The first of them. */
  get reason(): string | undefined {
    const [id] = this.#unheard
    return this.#lasting ?? (id === undefined ? undefined : `the outcome of ${id} is not known`)
  }

  /** Something that only a person can clear up. */
  add(reason: string): void {
    this.#lasting ??= reason
  }

  /** An entry whose answer was lost. */
  addEntry(id: ClientOrderId): void {
    this.#unheard.add(id)
  }

  /** Looks for evidence of entries. Without it the doubt stays: they may still come. @returns those that have arrived */
  async lookForEntries(since: UnixMs, signal: AbortSignal): Promise<readonly ClientOrderId[]> {
    const { broker, ledger, logger } = this.#options
    const arrived: ClientOrderId[] = []
    for (const id of [...this.#unheard]) {
      if ((await broker.hasOrder?.(id, since, { signal })) !== true) continue
      this.#unheard.delete(id)
      arrived.push(id)
      await ledger
        .resolve(id, { type: 'accepted' })
        .catch(err => logger?.error({ id, err }, 'intent not written'))
    }
    return arrived
  }
}
