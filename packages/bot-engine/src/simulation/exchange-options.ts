import type { Instrument, SymbolId } from '@openclaw-trading/trading-model'
import type { ExchangeAccount, ExchangeEvent, ExchangeState } from './exchange-types.ts'
import type { ExecutionListener } from './execution-listener.ts'
import type { PathPolicy, VenueModel } from './venue-model.ts'

/** What {@link createExchange} needs. */
export interface ExchangeOptions<Tag = unknown> {
  /** The symbols of the venue. Up to two of them lead from the quote currency of each to that of the account. */
  readonly instruments: readonly Instrument[]
  /** Symbols that only price conversions: their own currencies need no way to that of the account. Default: none. */
  readonly untraded?: readonly SymbolId[]
  /** Its `balanceMinor` counts only without `state`. */
  readonly account: ExchangeAccount
  readonly venue: VenueModel
  /** Receives every event at once, in the venue's sequence; may submit further requests. */
  readonly onEvent: (event: ExchangeEvent<Tag>) => void
  /** Takes fills and changes of protection in place of {@link ExchangeOptions.onEvent}. Default: nobody. */
  readonly executions?: ExecutionListener
  /** What is assumed of prices within a bar; see {@link Exchange.bar}. Default `worst`. */
  readonly intrabar?: PathPolicy
  /** For tests of the parity check: trailing stops move one quote too late. Default false. */
  readonly trailsLate?: boolean
  /** Continues from here, as {@link Exchange.state} gave it. */
  readonly state?: ExchangeState<Tag>
}
