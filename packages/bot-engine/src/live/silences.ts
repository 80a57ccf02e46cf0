import type { Instrument, SymbolId } from '@openclaw-trading/trading-model'
import type { Broker, QuoteSilence } from '../ports/broker.ts'

/** Feeds whose quotes have stopped inside their hours although the connection lives. */
export class Silences {
  readonly #feeds: readonly Instrument[]
  readonly #silent = new Set<SymbolId>()

  /** Listens to the broker from now on; `onChange` is called after each change. */
  constructor(broker: Broker, feeds: readonly Instrument[], onChange: (change: QuoteSilence) => void) {
    this.#feeds = feeds
    broker.onQuoteSilence?.(change => {
      if (change.isSilent) this.#silent.add(change.symbolId)
      else this.#silent.delete(change.symbolId)
      onChange(change)
    })
  }

  /** Why the price may not be the market's. */
  get reason(): string | undefined {
    const silent = this.#feeds.find(({ id }) => this.#silent.has(id))
    return silent === undefined ? undefined : `the quotes of ${silent.name} have stopped`
  }
}
