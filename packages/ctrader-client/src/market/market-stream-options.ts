import type { ExecutionEvent, Quote } from '@openclaw-trading/trading-model'
import type { InstrumentCatalogue } from '../account/instruments.ts'
import type { AnyCTraderError } from '../errors.ts'
import type { Logger } from '../options.ts'
import type { Session } from '../session/session.ts'

/** Takes quotes and executions, synchronously and in wire order. */
export type MarketListener = (event: Quote | ExecutionEvent) => void

/** What a {@link MarketStream} needs. */
export interface MarketStreamOptions {
  readonly session: Session
  readonly accountId: number
  readonly currency: string
  readonly catalogue: InstrumentCatalogue
  readonly logger: Logger
  /** An execution could not be read: what it did is told by a snapshot. */
  readonly onUnreadable: (cause: AnyCTraderError) => void
}
