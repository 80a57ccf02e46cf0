import type { ExecutionEvent, Position, UnixMs } from '@openclaw-trading/trading-model'
import type { BarSeries } from '../strategy/series.ts'
import type { Explanation } from './explanation.ts'
import type { CommandPort } from './order-entry.ts'
import type { Trade } from './trade.ts'
import type { TradeFacts } from './trade-facts.ts'

/** A line that the strategy wrote. */
export interface LogLine {
  /** Market time; 0 before the first message. */
  readonly at: UnixMs
  readonly level: 'info' | 'warn'
  readonly message: string
  readonly fields: object
}

/** What a driver listens to. */
export interface KernelListener extends CommandPort {
  onTrade?(trade: Trade): void
  /** A trade of a fill that came as numbers: see {@link Executions.filled}. */
  onClosed?(trade: TradeFacts): void
  /** Every execution of this run, after the book has changed and before the strategy sees it. */
  onExecution?(event: ExecutionEvent): void
  /** A feed's bar closed, before the strategy sees it; not called during the warm-up. */
  readonly onBar?: ((series: BarSeries) => void) | undefined
  /** This run's positions changed. */
  onPositions?(positions: readonly Position[]): void
  onLog?(line: LogLine): void
  /** A handler returned that had stated a rule or asked for something; in a run that explains itself. */
  onExplanation?(explanation: Explanation): void
}
