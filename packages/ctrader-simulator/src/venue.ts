import type { VenueAccount } from '@openclaw-trading/bot-engine/data'
import type { Exchange } from '@openclaw-trading/bot-engine/simulation'
import type { ProtoOAAsset } from '@openclaw-trading/ctrader-client/protocol'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { BarPage, BarQuery } from './past/bars.ts'
import type { Connection } from './session/connection.ts'
import type { DealHistory } from './past/deals.ts'
import type { DepthBook } from './live/depth.ts'
import type { AccountFrame } from './encode/execution.ts'
import type { LiveBars } from './live/live-bars.ts'
import type { GrantBook } from './oauth/grant-book.ts'
import type { ArchivedSymbol, Credentials } from './options.ts'
import type { OrderHistory } from './past/orders.ts'
import type { RateLimits } from './session/request-limits.ts'
import type { TickHistory } from './past/ticks.ts'
import type { OrderTag, VenueQuote, VenueRequest } from './venue-events.ts'

/** What never changes while a venue runs, as one of its accounts sees it. */
export interface VenueFacts {
  /** A new one for every venue with ids of its own. */
  readonly venueId: string
  /** Id of the one user, whose accounts these are. */
  readonly userId: number
  readonly ctidTraderAccountId: number
  /** Lives on the broker's live host: listed here, and not reached from here. */
  readonly isLive: boolean
  readonly credentials: Credentials
  /** Which tokens may be used. */
  readonly grants: GrantBook
  /** What VersionRes says; ends in `+replay` or `+replay-rewind` in a replay, by its gate. */
  readonly version: string
  readonly instruments: readonly Instrument[]
  readonly archivedSymbols: readonly ArchivedSymbol[]
  readonly account: VenueAccount
  readonly assets: readonly ProtoOAAsset[]
  /** Milliseconds of market time. */
  readonly registeredAt: number
  /** Absent: nobody counts. */
  readonly rateLimits?: RateLimits
}

/** What a market that runs on by itself has besides quotes and bars. */
export interface RunningMarket {
  readonly ticks: Pick<TickHistory, 'query'>
  readonly liveBars: Pick<LiveBars, 'current'>
  readonly depth: DepthBook
}

/** A refusal as ErrorRes carries it. */
export interface Refusal {
  readonly errorCode: string
  readonly description: string
}

/** What the request handlers need of a venue, as one of its accounts sees it, whichever drives its clock. */
export interface Venue {
  /** The views of every account of the venue's one user; the first is that of the credentials. */
  readonly accounts: readonly Venue[]
  readonly facts: VenueFacts
  readonly exchange: Exchange<OrderTag>
  readonly deals: DealHistory
  readonly orders: OrderHistory
  /** The newest quote, `undefined` before the first. */
  quoteOf(symbolId: number): VenueQuote | undefined
  /** The market of a symbol; `undefined` in a replay, which has no more than its quotes. */
  marketOf(symbolId: number): RunningMarket | undefined
  /** Bars of a symbol that exists. */
  bars(symbolId: number, query: BarQuery): BarPage
  /** Asks whether a connection may use the account. */
  admit(connection: Connection): Refusal | undefined
  /** The answer to its subscription is on the way; what follows may be sent. */
  subscribed(connection: Connection, symbolIds: readonly number[]): void
  /** Takes an order; what becomes of it is told as events. */
  submit(connection: Connection, request: VenueRequest, clientMsgId: string | undefined): Refusal | undefined
  /** Moves a margin call threshold of the account. A replay has none: its account is the one it was started with. */
  setMarginCall?(index: number, percent: number): Refusal | undefined
  /** The answer to the move is on the way; every connection of the account is told. */
  marginCallMoved?(index: number): void
  /** A heartbeat came; in a replay its id is a progress mark. */
  heartbeat(connection: Connection, clientMsgId: string | undefined): void
  /** The answer to its VersionReq is on the way; in a replay its id may be a barrier. */
  versionTold(connection: Connection, clientMsgId: string | undefined): void
  /** A connection is gone. */
  left(connection: Connection): void
}

/** What every message of the account needs. */
export function accountFrame(facts: VenueFacts): AccountFrame {
  return {
    ctidTraderAccountId: facts.ctidTraderAccountId,
    moneyDigits: facts.account.digits,
    leverage: facts.account.leverage,
  }
}

/** The venue as an account sees it, `undefined` when it has no such account. */
export function accountOf(venue: Venue, ctidTraderAccountId: number | undefined): Venue | undefined {
  return venue.accounts.find(({ facts }) => facts.ctidTraderAccountId === ctidTraderAccountId)
}

/** The instrument of an id, `undefined` when the venue has none. */
export function instrumentOf(facts: VenueFacts, symbolId: number): Instrument | undefined {
  return facts.instruments.find(instrument => instrument.id === symbolId)
}
