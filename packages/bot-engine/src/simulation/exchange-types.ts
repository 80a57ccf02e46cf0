import type { OrderId, PositionId, DealId, Side, SymbolId } from '@openclaw-trading/trading-model'

// Inside the matching core prices are whole steps of 1/100000 ("points"), volumes whole hundredths of a unit
// ("cents"), money whole minor units of the account, times whole milliseconds of market time.

/** What the venue accepts. `tag` is the caller's own mark; every event that answers the request carries it. */
export type ExchangeRequest<Tag = unknown> = { readonly tag?: Tag } & (
  | {
      readonly type: 'market'
      readonly symbolId: SymbolId
      readonly side: Side
      readonly volumeCents: number
      /** Distance from the fill price, above 0. */
      readonly stopDistancePoints?: number
      /** Distance from the fill price, above 0. */
      readonly targetDistancePoints?: number
      readonly clientOrderId?: string
      readonly label?: string
      readonly comment?: string
    }
  | { readonly type: 'close'; readonly positionId: PositionId; readonly volumeCents: number }
  /** States the full set: a level left out is removed. */
  | {
      readonly type: 'amend-protection'
      readonly positionId: PositionId
      readonly stopPoints?: number
      readonly targetPoints?: number
    }
)

/** An order inside the venue. */
export interface ExchangeOrder {
  readonly id: OrderId
  readonly positionId: PositionId
  readonly symbolId: SymbolId
  /** `protection` is the venue's own order that carries the stop and the target of a position. */
  readonly type: 'market' | 'protection'
  readonly side: Side
  readonly volumeCents: number
  /** It reduces or closes a position. */
  readonly closing: boolean
  readonly status: 'accepted' | 'filled' | 'cancelled'
  readonly filledCents: number
  /** Present once filled. */
  readonly fillPoints?: number
  /** Distances as requested; market orders only. */
  readonly stopDistancePoints?: number
  readonly targetDistancePoints?: number
  /** Levels; protection orders only. */
  readonly stopPoints?: number
  readonly targetPoints?: number
  readonly clientOrderId?: string
  readonly label?: string
  readonly comment?: string
  readonly createdAt: number
  readonly updatedAt: number
}

/** A position inside the venue. */
export interface ExchangePosition {
  readonly id: PositionId
  readonly symbolId: SymbolId
  /** `created`: an order refers to it, nothing is open (also right after a full close with protection still to be cancelled). */
  readonly status: 'created' | 'open' | 'closed'
  readonly side: Side
  readonly volumeCents: number
  readonly entryPoints: number
  readonly openedAt: number
  readonly updatedAt: number
  readonly stopPoints?: number
  readonly targetPoints?: number
  readonly protectionOrderId?: OrderId
  /** Commission of the open volume's opening side, not yet realised; 0 or negative. */
  readonly commissionMinor: number
  /** Accrued and not yet realised. */
  readonly swapMinor: number
  readonly label?: string
  readonly comment?: string
}

/** One execution inside the venue. */
export interface ExchangeDeal {
  readonly id: DealId
  readonly orderId: OrderId
  readonly positionId: PositionId
  readonly symbolId: SymbolId
  readonly side: Side
  readonly volumeCents: number
  readonly pricePoints: number
  /** Acceptance of the order. */
  readonly createdAt: number
  /** Fill. */
  readonly executedAt: number
  /** This side alone; 0 or negative. */
  readonly commissionMinor: number
  readonly closing?: {
    readonly entryPoints: number
    readonly grossMinor: number
    /** Opening share plus this side; 0 or negative. */
    readonly commissionMinor: number
    readonly swapMinor: number
    readonly conversionFeeMinor: number
    readonly balanceMinor: number
    readonly closedCents: number
  }
}

/** Refusals of the venue, named as on the wire. */
export type RejectCode =
  | 'MARKET_CLOSED'
  | 'NO_QUOTES'
  | 'POSITION_NOT_FOUND'
  | 'TRADING_BAD_VOLUME'
  | 'TRADING_BAD_STOPS'
  | 'NOT_ENOUGH_MONEY'
  | 'SYMBOL_NOT_FOUND'

/**
 * What the venue tells, in its real sequence (ctrader execution sequences A–G).
 *
 * `server` marks events that the venue caused itself. Orders and positions are copies of that instant.
 */
export type ExchangeEvent<Tag = unknown> = {
  readonly at: number
  readonly server: boolean
  readonly tag?: Tag
} & (
  | {
      readonly type: 'order-accepted' | 'order-replaced' | 'order-cancelled'
      readonly order: ExchangeOrder
      readonly position: ExchangePosition
    }
  | {
      readonly type: 'order-filled'
      readonly order: ExchangeOrder
      readonly position: ExchangePosition
      readonly deal: ExchangeDeal
    }
  | {
      readonly type: 'order-rejected'
      readonly code: RejectCode
      readonly description: string
      readonly request: ExchangeRequest<Tag>
      readonly orderId?: OrderId
      readonly positionId?: PositionId
    }
)

/** The account of an exchange. Only accounts whose currency is the quote currency of its instruments, hedged. */
export interface ExchangeAccount {
  readonly currency: string
  /** Decimal digits of money, 0 to 8. */
  readonly digits: number
  readonly balanceMinor: number
  /** 100 = 1:100. */
  readonly leverage: number
}

/** Everything the matching core needs to go on after a restart; JSON-safe. */
export interface ExchangeState<Tag = unknown> {
  readonly balanceMinor: number
  readonly nextOrderId: number
  readonly nextPositionId: number
  readonly nextDealId: number
  readonly lastDueAt: number
  readonly positions: readonly ExchangePosition[]
  /** Protection orders that work, one for each protected position. */
  readonly protectionOrders: readonly ExchangeOrder[]
  /** Prevailing quotes. */
  readonly quotes: readonly {
    readonly symbolId: SymbolId
    readonly at: number
    readonly bidPoints: number
    readonly askPoints: number
  }[]
  readonly due: readonly { readonly dueAt: number; readonly request: ExchangeRequest<Tag> }[]
}

/** The matching core as its drivers (backtest, simulator) use it. */
export interface Exchange<Tag = unknown> {
  /** Takes a request decided at `decidedAt`; it acts at `decidedAt` + latency, never before one that came earlier. */
  submit(request: ExchangeRequest<Tag>, decidedAt: number): void
  /** The instant of the next waiting request; `Infinity` when none waits. */
  readonly nextDueAt: number
  /**
   * Executes the next waiting request at its instant, at the prevailing quote, and emits its events.
   *
   * The driver calls it for each request with `nextDueAt` < the time of the next quote (replay), or when a timer
   * reaches `nextDueAt` (running clock).
   */
  runDue(): void
  /**
   * Takes a quote: checks the protection of open positions in ascending id, emits what was hit, and keeps the quote
   * as the prevailing one. The driver then gives the quote to the strategy.
   */
  quote(symbolId: SymbolId, at: number, bidPoints: number, askPoints: number): void
  /**
   * Bars instead of quotes: checks protection within a bar whose open was offered as a quote before, under the policy
   * `worst` (stop first, at its own level), and emits what was hit at `at`.
   */
  bar(symbolId: SymbolId, at: number, highPoints: number, lowPoints: number, spreadPoints: number): void
  readonly balanceMinor: number
  readonly positions: readonly ExchangePosition[]
  /** Protection orders that work now. */
  readonly protectionOrders: readonly ExchangeOrder[]
  /** A copy for a restart. */
  state(): ExchangeState<Tag>
}
