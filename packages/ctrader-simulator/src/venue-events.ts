import type { ExchangeEvent, ExchangeRequest } from '@openclaw-trading/bot-engine/simulation'

/** Who asked for an order; JSON-safe, because it may wait through a restart. */
export interface OrderTag {
  readonly connectionId: string
  readonly clientMsgId?: string
}

/** An event of the venue's exchange. */
export type VenueEvent = ExchangeEvent<OrderTag>

/** A request to the venue's exchange, before it carries a tag. */
export type VenueRequest = ExchangeRequest<OrderTag>

/** The newest quote of a symbol; prices × 100000. */
export interface VenueQuote {
  readonly at: number
  readonly bid: number
  readonly ask: number
}
