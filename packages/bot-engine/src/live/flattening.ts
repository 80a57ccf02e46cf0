import type { Order, OrderId, Position, PositionId } from '@openclaw-trading/trading-model'
import type { Kernel } from '../kernel/kernel.ts'
import type { Command, SubmitOutcome } from '../ports/broker.ts'
import type { Clock } from '../ports/clock.ts'
import type { Logger } from '../ports/logger.ts'
import { RefusedCloses } from './refused-closes.ts'
import type { RunEventBody } from './run-event.ts'

/** How long a run that stops tries to close its positions. */
export const FLATTEN_MS = 10_000
const TICK_MS = 500
/** After a refusal, or a loss of what was sent. */
const AGAIN_AFTER_REFUSAL_MS = 1000
/** Without any answer: asked for twice, a close of the whole still closes no more than is there, and a cancel no more. */
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
 * A close or a cancel that was refused, lost or not answered is asked for again until the position or the order is gone,
 * or the time is over.
 */
export class Flattening {
  /** By position. */
  readonly refused = new RefusedCloses()
  readonly #options: FlatteningOptions
  readonly #closes = new Map<PositionId, Asked>()
  readonly #cancels = new Map<OrderId, Asked>()
  /** Since it began. */
  #elapsedMs = 0
  #onFlat: (() => void) | undefined
  #hasTold = false

  /** Creates it; nothing is closed yet. */
  constructor(options: FlatteningOptions) {
    this.#options = options
  }

  /** Closes everything; resolves when nothing is open any more, after {@link FLATTEN_MS}, or with `ended`. */
  async run(ended: Promise<unknown>): Promise<void> {
    const { clock } = this.#options
    let isOver = false
    const flat = new Promise<void>(resolve => {
      this.#onFlat = () => {
        isOver = true
        resolve()
      }
    })
    void ended.then(() => this.#onFlat?.())
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
    this.#tellLeft(this.#options.kernel.state.book.positions)
  }

  /** The run is over: tells which orders it could not cancel, unless what is left was told before. */
  tellOrders(): void {
    const { ended } = this.#options.kernel
    // Other ends cancel nothing, or hear nothing more.
    if (!this.#hasTold && (ended === 'requested' || ended === 'failed')) this.#tellLeft([])
  }

  /** What became of a request to close a position or to cancel an order. */
  onOutcome(command: Command, outcome: SubmitOutcome): void {
    if (command.type === 'cancel') return noteFailure(this.#cancels.get(command.orderId), outcome)
    if (command.type !== 'close') return
    noteFailure(this.#closes.get(command.positionId), outcome)
    if (outcome.type !== 'rejected') return
    const { kernel, logger, note } = this.#options
    const refused = this.refused.add(kernel.state.book.position(command.positionId), outcome.reason)
    if (refused === undefined) return
    logger?.warn(refused, 'close refused')
    note({ type: 'close-refused', ...refused })
  }

  /** An entry that was on its way when the stop began is closed as soon as it is filled. */
  positionsChanged(): void {
    if (this.#onFlat !== undefined) this.#ask()
  }

  /** Looks whether everything is closed, and asks for what is not: an order may have been accepted only now. */
  check(): void {
    if (this.#onFlat === undefined) return
    const { book } = this.#options.kernel.state
    if (book.size === 0 && book.pendingEntries === 0 && this.#orders.length === 0) this.#onFlat()
    else this.#ask()
  }

  /** That may still open something. */
  get #orders(): readonly Order[] {
    return this.#options.kernel.state.book.orders.filter(({ closing }) => !closing)
  }

  #tellLeft(positions: readonly Position[]): void {
    const { kernel, logger, note } = this.#options
    const { pendingEntries } = kernel.state.book
    const orderIds = this.#orders.map(({ id }) => id)
    if (positions.length === 0 && pendingEntries === 0 && orderIds.length === 0) return
    const positionIds = positions.map(({ id }) => id)
    const left = { positionIds, orderIds, pendingEntries, refused: this.refused.of(positions) }
    this.#hasTold = true
    logger?.error(left, 'positions or orders stay open')
    note({ type: 'left-open', ...left })
  }

  #ask(): void {
    const { kernel } = this.#options
    for (const { id } of this.#orders) if (this.#isDue(this.#cancels, id)) kernel.cancel(id)
    for (const { id } of kernel.state.book.positions) if (this.#isDue(this.#closes, id)) kernel.close(id)
  }

  /** It was not asked for yet, or long enough ago; then it counts as asked for now. */
  #isDue<T>(requests: Map<T, Asked>, id: T): boolean {
    const asked = requests.get(id)
    const waitMs = asked?.failed === true ? AGAIN_AFTER_REFUSAL_MS : AGAIN_AFTER_SILENCE_MS
    if (asked !== undefined && this.#elapsedMs - asked.atMs < waitMs) return false
    requests.set(id, { atMs: this.#elapsedMs, failed: false })
    return true
  }
}

function noteFailure(asked: Asked | undefined, { type }: SubmitOutcome): void {
  if (asked !== undefined && type !== 'accepted') asked.failed = true
}
