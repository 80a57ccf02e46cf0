import type { PositionId } from '@openclaw-trading/trading-model'
import type { Kernel } from '../kernel/kernel.ts'
import type { SubmitOutcome } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { RefusedCloses } from './refused-closes.ts'
import type { RunEventBody } from './run-event.ts'

/** How long a run that stops tries to close its positions. */
export const FLATTEN_MS = 10_000
const TICK_MS = 500
/** After a refusal, or a loss of what was sent. */
const AGAIN_AFTER_REFUSAL_MS = 1000
/** Without any answer: asked for twice, a close of the whole still closes no more than is there. */
const AGAIN_AFTER_SILENCE_MS = 4000

/** What a {@link Flattening} needs and tells. */
export interface FlatteningOptions {
  readonly kernel: Kernel
  readonly clock: Clock
  readonly logger: Logger | undefined
  readonly note: (body: RunEventBody) => void
}

interface Asked {
  readonly atMs: number
  /** It was refused or lost. */
  failed: boolean
}

/**
 * Notes which closes of a run were refused, and closes everything before it stops: what is open, what waits for a price,
 * and what is still filled meanwhile.
 *
 * A close that was refused, lost or not answered is asked for again until the position is gone or the time is over.
 */
export class Flattening {
  /** By position. */
  readonly refused = new RefusedCloses()
  readonly #options: FlatteningOptions
  readonly #asked = new Map<PositionId, Asked>()
  /** Since it began. */
  #elapsedMs = 0
  #onFlat: (() => void) | undefined

  /** Creates it; nothing is closed yet. */
  constructor(options: FlatteningOptions) {
    this.#options = options
  }

  /** Closes everything; resolves when nothing is open any more, after {@link FLATTEN_MS}, or with `ended`. */
  async run(ended: Promise<unknown>): Promise<void> {
    const { kernel, clock } = this.#options
    let isOver = false
    const flat = new Promise<void>(resolve => {
      this.#onFlat = () => {
        isOver = true
        resolve()
      }
    })
    void ended.then(() => this.#onFlat?.())
    kernel.cancelOrders()
    this.#ask()
    this.check()
    while (!isOver && this.#elapsedMs < FLATTEN_MS) {
      const timeout = new AbortController()
      const waited = clock.sleep(TICK_MS, timeout.signal).catch(() => undefined)
      await Promise.race([flat, waited])
      timeout.abort()
      this.#elapsedMs += TICK_MS
      if (!isOver && this.#elapsedMs < FLATTEN_MS) this.#ask()
    }
    this.#onFlat = undefined
    this.#tellLeft()
  }

  /** What became of a request to close. */
  onOutcome(id: PositionId, outcome: SubmitOutcome): void {
    const asked = this.#asked.get(id)
    if (asked !== undefined && outcome.type !== 'accepted') asked.failed = true
    if (outcome.type !== 'rejected') return
    const { kernel, logger, note } = this.#options
    const refused = this.refused.add(kernel.state.book.position(id), outcome.reason)
    if (refused === undefined) return
    logger?.warn(refused, 'close refused')
    note({ type: 'close-refused', ...refused })
  }

  /** An entry that was on its way when the stop began is closed as soon as it is filled. */
  positionsChanged(): void {
    if (this.#onFlat !== undefined) this.#ask()
  }

  /** Looks whether everything is closed. */
  check(): void {
    const { book } = this.#options.kernel.state
    if (book.size === 0 && book.pendingEntries === 0) this.#onFlat?.()
  }

  #tellLeft(): void {
    const { kernel, logger, note } = this.#options
    const { positions } = kernel.state.book
    if (positions.length === 0) return
    const left = { positionIds: positions.map(({ id }) => id), refused: this.refused.of(positions) }
    logger?.error(left, 'positions stay open')
    note({ type: 'left-open', ...left })
  }

  #ask(): void {
    const { kernel } = this.#options
    for (const { id } of kernel.state.book.positions) {
      const asked = this.#asked.get(id)
      const waitMs = asked?.failed === true ? AGAIN_AFTER_REFUSAL_MS : AGAIN_AFTER_SILENCE_MS
      if (asked !== undefined && this.#elapsedMs - asked.atMs < waitMs) continue
      this.#asked.set(id, { atMs: this.#elapsedMs, failed: false })
      kernel.close(id)
    }
  }
}
