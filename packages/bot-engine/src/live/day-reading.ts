import type { PastClosing } from '../ports/broker.ts'
import { startTimeOf } from './start-time.ts'
import { createSystemClock } from './system-clock.ts'
import type { LiveRunOptions } from './live-run-options.ts'
import { pastSince } from './risk-memory.ts'

/** Waits between attempts. */
const FIRST_RETRY_MS = 1000
const LONGEST_RETRY_MS = 30_000
const READING = "the account's closings of the day are being read"

/** Has a run's limits told what was closed before it began; until then the run opens nothing. */
export class DayReading {
  readonly #run: LiveRunOptions
  readonly #signal: AbortSignal
  readonly #onChange: () => void
  #reason: string | undefined

  /** Creates it; nothing is read yet. */
  constructor(run: LiveRunOptions, signal: AbortSignal, onChange: () => void) {
    this.#run = run
    this.#signal = signal
    this.#onChange = onChange
    if (run.risk !== undefined && run.options.broker.pastClosings !== undefined) this.#reason = READING
  }

  /** Why nothing may be opened yet. */
  get reason(): string | undefined {
    return this.#reason
  }

  /** Reads it, as often as it takes. Never rejects. */
  async read(): Promise<void> {
    const { risk, options, snapshot } = this.#run
    if (risk === undefined) return
    const { broker, logger, clock = createSystemClock() } = options
    if (broker.pastClosings === undefined) return risk.memory.pastUntold(snapshot.positions.length === 0)
    const since = pastSince(risk.stored, risk.memory.isPartial, startTimeOf(this.#run, clock))
    for (let waitMs = FIRST_RETRY_MS; !this.#signal.aborted; waitMs = Math.min(waitMs * 2, LONGEST_RETRY_MS))
      try {
        return this.#done(await broker.pastClosings(since, snapshot.positions, { signal: this.#signal }))
      } catch (err) {
        if (this.#signal.aborted) return
        logger?.warn({ err, waitMs }, 'closings of the day not read')
        await clock.sleep(waitMs, this.#signal).catch(() => undefined)
      }
  }

  #done(closings: readonly PastClosing[]): void {
    if (this.#signal.aborted) return
    const { risk, options, instrument } = this.#run
    risk?.memory.pastKnown(
      closings,
      ({ position }) => position.label === options.label && position.symbolId === instrument.id,
    )
    this.#reason = undefined
    this.#onChange()
  }
}
