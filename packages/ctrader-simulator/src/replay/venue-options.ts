import type { VenueModel } from '@openclaw-trading/bot-engine/simulation'
import type { Logger, ReplayMode } from '../options.ts'
import type { VenueFacts } from '../venue.ts'
import type { VenueEvent } from '../venue-events.ts'
import type { ReplayTicks } from './bad-quotes.ts'
import type { ReplayBookOptions } from './book.ts'

/** What a {@link ReplayVenue} is made of. */
export interface ReplayVenueOptions {
  readonly facts: VenueFacts
  readonly model: VenueModel
  /** One symbol's quotes, or those of several in their one order. */
  readonly ticks: ReplayTicks
  readonly mode: ReplayMode
  readonly logger: Logger
}

/** The book of a venue, with the faults planted in it. */
export function bookOptionsOf(
  { facts, mode, model }: ReplayVenueOptions,
  onEvent: (event: VenueEvent) => void,
): ReplayBookOptions {
  return {
    exchange: {
      instruments: facts.instruments,
      account: facts.account,
      venue: mode.plant === 'due-off-by-one' ? { ...model, latencyMs: model.latencyMs + 1 } : model,
      onEvent,
      trailsLate: mode.plant === 'trailing-late',
    },
    canRewind: mode.gate === 'rewind',
    plant: mode.plant,
  }
}

/** Why a replay could not be completed. */
export type ReplayFailure =
  | 'lookahead-broken'
  | 'mark-violation'
  | 'connection-lost'
  | 'replay-stalled'
  | 'closed'
