import type { ClientOrderId, Instrument } from '@openclaw-trading/trading-model'
import type { QuoteSilence } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { Absence, type AbsenceOptions } from './absence.ts'
import { Doubts } from './doubts.ts'
import type { LiveOptions } from './session.ts'
import { Silences } from './silences.ts'

/** What an {@link Uncertainty} needs and tells. */
export interface UncertaintyOptions {
  readonly run: LiveOptions<AnyStrategy>
  /** The one traded first. */
  readonly instruments: readonly [Instrument, ...Instrument[]]
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly now: () => number
  readonly onClosing: AbsenceOptions['onClosing']
  /** Commands without an outcome. */
  readonly unresolved: () => number
  readonly onSettled: (id: ClientOrderId, found: 'arrived' | 'absent') => void
  readonly onSilence: (change: QuoteSilence) => void
  /** {@link Uncertainty.reason} has changed. */
  readonly onChange: () => void
}

/** Everything that a run may not be sure of; while there is anything, it opens nothing. */
export class Uncertainty {
  /** Its own orders. */
  readonly doubts: Doubts
  /** Its book, and its record of trades. */
  readonly absence: Absence
  readonly #silences: Silences

  /** Creates it; all is known. */
  constructor(options: UncertaintyOptions) {
    const { run, instruments, clock, signal, onChange } = options
    const { broker, ledger, logger, label } = run
    this.doubts = new Doubts({
      broker,
      ledger,
      clock,
      signal,
      logger,
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
      symbolId: instruments[0].id,
      now: options.now,
      onClosing: options.onClosing,
      onLoss: linkClosed => this.doubts.lost(linkClosed),
      onReturn: () => this.doubts.returned(),
      onChange,
    })
    this.#silences = new Silences(broker, instruments, options.onSilence)
  }

  /** Why the book may not be all there is, or the price not the market's. */
  get reason(): string | undefined {
    return this.doubts.reason ?? this.absence.reason ?? this.#silences.reason
  }
}
