import type { Instrument } from '@openclaw-trading/trading-model'
import type { ExchangeAccount, ExchangeEvent, ExchangeState } from './exchange-types.ts'
import type { VenueModel } from './venue-model.ts'

/** What {@link createExchange} needs. */
export interface ExchangeOptions<Tag = unknown> {
  /** The symbols traded; quoted in the currency of the account. */
  readonly instruments: readonly Instrument[]
  /** Its `balanceMinor` counts only without `state`. */
  readonly account: ExchangeAccount
  readonly venue: VenueModel
  /** Receives every event at once, in the venue's sequence; may submit further requests. */
  readonly onEvent: (event: ExchangeEvent<Tag>) => void
  /** Continues from here, as {@link Exchange.state} gave it. */
  /** For tests of the parity check: trailing stops move one quote too late. Default false. */
  readonly trailsLate?: boolean
  readonly state?: ExchangeState<Tag>
}
