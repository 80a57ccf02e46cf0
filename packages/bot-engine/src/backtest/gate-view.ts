import type { Kernel } from '../kernel/kernel.ts'
import type { GateView } from '../risk/gate.ts'

/** What the gate sees of a kernel, computed when it looks: most limits are not set. */
export class KernelGateView implements GateView {
  readonly #kernel: Kernel
  readonly #leavesAt: () => number

  /** Creates a view that moves with the kernel; an order that is decided now leaves at `leavesAt`. */
  constructor(kernel: Kernel, leavesAt: () => number) {
    this.#kernel = kernel
    this.#leavesAt = leavesAt
  }

  get now(): number {
    return this.#leavesAt()
  }

  get decidedAt(): number {
    return this.#kernel.state.now
  }

  get quoteAt(): number {
    return this.#kernel.state.quoteAt
  }

  get openPositions(): number {
    return this.#kernel.state.book.size
  }

  get pendingEntries(): number {
    return this.#kernel.state.book.pendingEntries
  }

  get entriesInFlight(): number {
    return this.#kernel.state.book.entriesInFlight
  }

  get dayLossMinor(): number {
    const { day, state } = this.#kernel
    return day.lossMinor(state.equityMinor)
  }

  get equityMinor(): number {
    return this.#kernel.state.equityMinor
  }
}
