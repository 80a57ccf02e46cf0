import type { Instrument, SymbolId } from '@openclaw-trading/trading-model'
import type { Broker, QuoteSilence } from '../ports/broker.ts'

/**
 * How long every quote may be kept back before the run says so, in wall time: as long as a feed may say nothing. An open
 * market of gold or a large currency pair quotes several times a second, and the filter takes up to ten quotes or 2 s to
 * believe a jump; a minute is far beyond both, and soon enough for a person to look.
 */
export const DEFAULT_KEPT_BACK_MS = 60_000

/** A change of {@link Silences}. */
export interface SilenceChange extends QuoteSilence {
  /** Quotes come, and the filter keeps back every one. */
  readonly isKeptBack: boolean
}

/** What {@link Silences} need and tell. */
export interface SilencesOptions {
  readonly broker: Broker
  /** The instrument traded first. */
  readonly feeds: readonly [Instrument, ...Instrument[]]
  /** Wall time. */
  readonly keptBackAfterMs?: number | undefined
  readonly onChange: (change: SilenceChange) => void
}

/** Feeds without a price inside their hours although the connection lives: no quotes come, or none counts. */
export class Silences {
  readonly #options: SilencesOptions
  readonly #silent = new Set<SymbolId>()
  /** Wall time of the first quote of the instrument traded since which none has counted; absent while they do. */
  #keptSince: number | undefined
  #isKeptBack = false
  /** Wall time of the last quote of the instrument traded. */
  #heardAt = 0

  /** Listens to the broker from now on; `onChange` is called after each change. */
  constructor(options: SilencesOptions) {
    this.#options = options
    options.broker.onQuoteSilence?.(change => {
      if (change.isSilent) this.#silent.add(change.symbolId)
      else this.#silent.delete(change.symbolId)
      options.onChange({ ...change, isKeptBack: false })
    })
  }

  /** Why the price may not be the market's. */
  get reason(): string | undefined {
    const { feeds } = this.#options
    const silent = feeds.find(({ id }) => this.#silent.has(id))
    if (silent !== undefined) return `the quotes of ${silent.name} have stopped`
    return this.#isKeptBack ? `every quote of ${feeds[0].name} is kept back` : undefined
  }

  /** A quote of the instrument traded has come, and counts or does not. On a venue that replays wall time says nothing. */
  heard(isCounted: boolean, wallAt: number): void {
    const { broker, keptBackAfterMs = DEFAULT_KEPT_BACK_MS } = this.#options
    if (broker.onQuoteSilence === undefined) return
    // Through a weekend, or the loss of a link, nothing was kept back; what was said of before stands.
    const isAfterPause = !this.#isKeptBack && wallAt - this.#heardAt > keptBackAfterMs
    this.#heardAt = wallAt
    const since = isAfterPause ? wallAt : (this.#keptSince ?? wallAt)
    this.#keptSince = isCounted ? undefined : since
    const isKeptBack = !isCounted && wallAt - since > keptBackAfterMs
    if (isKeptBack === this.#isKeptBack) return
    this.#isKeptBack = isKeptBack
    const { id: symbolId } = this.#options.feeds[0]
    this.#options.onChange({ symbolId, isSilent: isKeptBack, silentMs: wallAt - since, isKeptBack: true })
  }
}
