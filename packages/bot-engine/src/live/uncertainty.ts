import type { ClientOrderId } from '@openclaw-trading/trading-model'
import type { Clock } from '../ports/clock.ts'
import { Absence, type AbsenceOptions } from './absence.ts'
import { DayReading } from './day-reading.ts'
import { Doubts } from './doubts.ts'
import type { LiveRunOptions } from './live-run-options.ts'
import type { RunEventBody } from './run-event.ts'
import { type SilenceChange, Silences } from './silences.ts'

/** What an {@link Uncertainty} needs and tells. */
export interface UncertaintyOptions {
  readonly run: LiveRunOptions
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly now: () => number
  readonly onClosings: AbsenceOptions['onClosings']
  /** Commands without an outcome. */
  readonly unresolved: () => number
  readonly onSettled: (id: ClientOrderId, found: 'arrived' | 'absent') => void
  readonly note: (body: RunEventBody) => void
  /** {@link Uncertainty.reason} has changed. */
  readonly onChange: () => void
}

/** Everything that a run may not be sure of; while there is anything, it opens nothing. */
export class Uncertainty {
  readonly #options: UncertaintyOptions
  /** Its own orders. */
  readonly doubts: Doubts
  /** Its book, and its record of trades. */
  readonly absence: Absence
  /** What its limits must know of before it. */
  readonly day: DayReading
  /** Its price. */
  readonly silences: Silences

  /** Creates it; all is known. */
  constructor(options: UncertaintyOptions) {
    this.#options = options
    const { run, clock, signal, onChange } = options
    const { broker, ledger, logger, label } = run.options
    this.day = new DayReading(run, signal, onChange)
    this.doubts = new Doubts({
      broker,
      ledger,
      clock,
      signal,
      logger,
      now: options.now,
      isStale: () => this.absence.reason !== undefined,
      mayRenew: () => options.unresolved() === 0,
      onSettled: options.onSettled,
      onChange,
    })
    this.absence = new Absence({
      broker,
      clock,
      signal,
      logger,
      label,
      symbolId: run.instrument.id,
      now: options.now,
      onClosings: options.onClosings,
      onLoss: linkClosed => this.doubts.lost(linkClosed),
      onReturn: () => this.doubts.returned(),
      onChange,
    })
    this.silences = new Silences({
      broker,
      feeds: [run.instrument, ...run.watched],
      keptBackAfterMs: run.options.keptBackAfterMs,
      onChange: change => {
        if (!signal.aborted) this.#tell(change)
      },
    })
  }

  #tell({ symbolId, isSilent, silentMs, isKeptBack }: SilenceChange): void {
    const { run, note, onChange } = this.#options
    const change = { symbolId, silentMs, ...(isKeptBack && { isKeptBack }) }
    run.options.logger?.[isSilent ? 'warn' : 'info'](change, isSilent ? 'quotes stopped' : 'quotes go on')
    note({ type: isSilent ? 'quotes-stopped' : 'quotes-resumed', ...change })
    onChange()
  }

  /** Why the book may not be all there is, or the price not the market's. */
  get reason(): string | undefined {
    return this.doubts.reason ?? this.absence.reason ?? this.day.reason ?? this.silences.reason
  }
}
