import { priceToPoints, type Quote } from '@openclaw-trading/trading-model'
import type { Kernel } from '../kernel/kernel.ts'
import type { Clock } from '../ports/clock.ts'
import type { LiveRunOptions } from './live-run-options.ts'
import type { Silences } from './silences.ts'

/** Hands quotes to a kernel, and tells who watches them. */
export class QuoteIntake {
  readonly #run: LiveRunOptions
  readonly #kernel: Kernel
  readonly #clock: Clock
  /** Wall time of the last quote of the instrument traded that counted. */
  lastWallAt: number | undefined

  /** Creates an intake that has seen no quote. */
  constructor(run: LiveRunOptions, kernel: Kernel, clock: Clock) {
    this.#run = run
    this.#kernel = kernel
    this.#clock = clock
  }

  /** Takes a quote, as the broker has told it. @throws {@link EngineError} `handler-failed` */
  take(quote: Quote, silences: Silences): void {
    const { symbolId, at, bid, ask } = quote
    const isOwn = symbolId === this.#run.instrument.id
    const counted = isOwn
      ? this.#kernel.quote(at, priceToPoints(bid), priceToPoints(ask))
      : this.#kernel.watchedQuote(quote)
    this.#run.recording?.quote(quote, counted)
    if (!isOwn) return
    const wallAt = this.#clock.now()
    // A run whose quotes are all kept back sees nothing, however many come.
    if (counted) this.lastWallAt = wallAt
    silences.heard(counted, wallAt)
  }
}
