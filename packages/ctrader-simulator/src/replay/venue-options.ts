import type { MergedTicks } from '@openclaw-trading/bot-engine/data'
import type { VenueModel } from '@openclaw-trading/bot-engine/simulation'
import type { Logger, ReplayMode } from '../options.ts'
import type { VenueFacts } from '../venue.ts'

/** What a {@link ReplayVenue} is made of. */
export interface ReplayVenueOptions {
  readonly facts: VenueFacts
  readonly model: VenueModel
  /** One symbol's quotes, or those of several in their one order. */
  readonly ticks: MergedTicks
  readonly mode: ReplayMode
  readonly logger: Logger
}
