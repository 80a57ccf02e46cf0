import type { Kernel } from '../kernel/kernel.ts'
import type { RunState } from '../kernel/run-state.ts'
import type { TradingDay } from '../kernel/trading-day.ts'
import type { GateView } from '../risk/gate.ts'

/** What the gate sees of a kernel, computed when it looks: most limits are not set. */
export class KernelGateView implements GateView {
  private readonly state: RunState
  private readonly day: TradingDay
  private readonly leavesAt: () => number

  /** Creates a view that moves with the kernel; an order that is decided now leaves at `leavesAt`. */
  constructor(kernel: Kernel, leavesAt: () => number) {
    this.state = kernel.state
    this.day = kernel.day
    this.leavesAt = leavesAt
  }

  get now(): number {
    return this.leavesAt()
  }

  get decidedAt(): number {
    return this.state.now
  }

  get quoteAt(): number {
    return this.state.quoteAt
  }

  get openPositions(): number {
    return this.state.book.size
  }

  get pendingEntries(): number {
    return this.state.book.pendingEntries
  }

  get entriesInFlight(): number {
    return this.state.book.entriesInFlight
  }

  get dayLossMinor(): number {
    return this.day.lossMinor(this.state.equityMinor)
  }

  get equityMinor(): number {
    return this.state.equityMinor
  }
}
