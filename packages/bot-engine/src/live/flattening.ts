import type { PositionId } from '@openclaw-trading/trading-model'
import type { Kernel } from '../kernel/kernel.ts'

/** Closes everything of a run before it stops: what is open, what waits for a price, and what is still filled meanwhile. */
export class Flattening {
  readonly #kernel: Kernel
  readonly #asked = new Set<PositionId>()
  #onFlat: (() => void) | undefined

  /** Creates it; nothing is closed yet. */
  constructor(kernel: Kernel) {
    this.#kernel = kernel
  }

  /** Begins; resolves when nothing is open any more. */
  begin(): Promise<void> {
    const flat = new Promise<void>(resolve => {
      this.#onFlat = resolve
    })
    this.#kernel.cancelOrders()
    this.positionsChanged()
    this.check()
    return flat
  }

  /** Gives up. */
  end(): void {
    this.#onFlat = undefined
  }

  /** An entry that was on its way when the stop began is closed as soon as it is filled. */
  positionsChanged(): void {
    if (this.#onFlat === undefined) return
    for (const { id } of this.#kernel.state.book.positions) {
      if (this.#asked.has(id)) continue
      this.#asked.add(id)
      this.#kernel.close(id)
    }
  }

  /** Looks whether everything is closed. */
  check(): void {
    if (this.#onFlat === undefined) return
    const { book } = this.#kernel.state
    if (book.size === 0 && book.pendingEntries === 0) this.#onFlat()
  }
}
