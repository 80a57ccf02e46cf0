import type { UnixMs } from '@openclaw-trading/trading-model'
import type { Kernel } from '../kernel/kernel.ts'
import type { GateView } from '../risk/gate.ts'
import type { RefusedCloses } from './refused-closes.ts'
import type { Protections } from '../risk/protection.ts'
import type { LiveView } from './session.ts'
import type { UnansweredCloses } from './unanswered-closes.ts'
import type { Uncertainty } from './uncertainty.ts'

/** Facts of a run beside its kernel's. */
export interface ViewFacts extends Pick<LiveView, 'status' | 'entriesEnabled' | 'unresolved'> {
  /** Wall time of the last quote. */
  readonly quoteWallAt: number | undefined
  readonly wallNow: number
  /** Stands for the time of the market before the first message. */
  readonly startedAt: number
  readonly closes: RefusedCloses
  readonly uncertainty: Uncertainty
  readonly protections: Protections | undefined
  readonly unanswered: UnansweredCloses
}

/** How a run stands. */
export function viewOf(kernel: Kernel, facts: ViewFacts): LiveView {
  const { status, entriesEnabled, unresolved, closes, unanswered, uncertainty, protections } = facts
  const { quoteWallAt, wallNow, startedAt } = facts
  const { state } = kernel
  const doubt = uncertainty.reason
  return {
    status,
    entriesEnabled,
    ...(doubt === undefined ? {} : { doubt }),
    balance: state.accountView.balance,
    equity: state.accountView.equity,
    positions: state.book.positions,
    orders: state.book.orders,
    pendingEntries: state.book.pendingEntries,
    unresolved,
    unsettled: uncertainty.doubts.unsettled,
    locks: protections?.locks({ now: state.now || startedAt, equityMinor: state.equityMinor }) ?? [],
    refusedCloses: closes.of(state.book.positions),
    unansweredCloses: unanswered.of(state.book.positions),
    marketAt: state.now === 0 ? undefined : (state.now as UnixMs),
    quote: state.quote,
    lastQuoteAgeMs: quoteWallAt === undefined ? undefined : Math.max(0, wallNow - quoteWallAt),
    formingBar: kernel.builders[0]?.forming,
    lateQuotes: kernel.lateQuotes,
    ...(kernel.guard === undefined ? {} : { quarantine: kernel.guard.report }),
  }
}

/** What a view of the risk gate is made of. */
export function gateViewOf(kernel: Kernel): GateView {
  const { now, quoteAt, book, equityMinor } = kernel.state
  return {
    now,
    decidedAt: now,
    quoteAt,
    openPositions: book.size,
    pendingEntries: book.pendingEntries,
    entriesInFlight: book.entriesInFlight,
    dayLossMinor: kernel.day.lossMinor(equityMinor),
    equityMinor,
  }
}
