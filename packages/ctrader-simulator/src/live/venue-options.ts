import type { VenueModel } from '@openclaw-trading/bot-engine/simulation'
import type { Connection } from '../session/connection.ts'
import type { Logger } from '../options.ts'
import type { VenueFacts } from '../venue.ts'
import type { VenueMarket } from './market.ts'
import type { RestoredVenue } from './record.ts'

/** What a {@link LiveVenue} is made of. */
export interface LiveVenueOptions {
  /** Of each account; all of one venue. */
  readonly accounts: readonly [VenueFacts, ...VenueFacts[]]
  readonly model: VenueModel
  readonly speed: number
  readonly startAt: number
  /** See `LiveClockMode.waitsForWatchers`. */
  readonly waitsForWatchers: boolean
  readonly markets: readonly VenueMarket[]
  readonly restored: RestoredVenue
  readonly connections: () => Iterable<Connection>
  /** The venue cannot go on; called once. */
  readonly onFailure: (error: unknown) => void
  readonly logger: Logger
}
