import type { OrderId, PositionId, Side, StopTrigger, SymbolId } from '@openclaw-trading/trading-model'
import type { AccessRights, AccountRules } from '../ports/account-rules.ts'
import type { BalanceChange, ExchangeMoney } from './exchange-money.ts'
import type { ExchangeDeal } from './exchange-deal.ts'
import type { ExchangeRequest, ExchangeTimeInForce, PendingType, RejectCode } from './exchange-request.ts'
import type { ExchangePosition } from './exchange-position.ts'
import type { TakenDepth } from './matching/market-depth.ts'
import type { MarginCallState } from './money/margin-call.ts'
import type { OutcomeRule, ScriptedOutcome, ScriptState } from './orders/scripted-outcome.ts'

export type { ExchangeDeal, RealisedClosing } from './exchange-deal.ts'
export type { ExchangePosition } from './exchange-position.ts'
export type {
  ExchangeRequest,
  ExchangeTimeInForce,
  PendingLevels,
  PendingType,
  RejectCode,
  StopFlags,
} from './exchange-request.ts'

// Inside the matching core prices are whole steps of 1/100000 ("points"), volumes whole hundredths of a unit
// ("cents"), money whole minor units of the account, times whole milliseconds of market time.
//
// Orders, positions and deals that the core makes state every optional field, as undefined where it has no value: objects
// of one shape are made and read several times faster than those of a dozen.

/** An order inside the venue. */
export interface ExchangeOrder {
  readonly id: OrderId
  readonly positionId: PositionId
  readonly symbolId: SymbolId
  /** `protection` is the venue's own order that carries the stop and the target of a position. */
  readonly type: 'market' | 'protection' | PendingType
  readonly side: Side
  readonly volumeCents: number
  /** It reduces or closes a position. */
  readonly closing: boolean
  /** It was placed to act on the position `positionId`. */
  readonly onPosition?: true | undefined
  /** It closes that position: it never opens one, nor acts on another of the symbol. */
  readonly onlyReduces?: true | undefined
  /** The venue closes for lack of margin. */
  readonly stopOut?: true | undefined
  readonly status: 'accepted' | 'filled' | 'cancelled' | 'expired' | 'rejected'
  /** Of all its fills so far. */
  readonly filledCents: number
  /** Of the last fill; present once there is one. */
  readonly fillPoints?: number | undefined
  /** As requested; pending orders only. */
  readonly pricePoints?: number | undefined
  /** As requested; stop-limit and market range only. */
  readonly rangeTicks?: number | undefined
  /** Pending orders only. */
  readonly timeInForce?: ExchangeTimeInForce | undefined
  /** Of a stop or stop-limit; absent: `trade`. */
  readonly trigger?: StopTrigger | undefined
  /** A double trigger has seen the first of its two quotes. */
  readonly touched?: true | undefined
  /** `gtd` only. */
  readonly expiresAt?: number | undefined
  /** `market-on-open` only: it fills with the first quote from this instant on at which the market is open. */
  readonly opensAt?: number | undefined
  /** Distances as requested; not on protection orders. */
  readonly stopDistancePoints?: number | undefined
  readonly targetDistancePoints?: number | undefined
  /** Levels: in force of a protection order, as requested of a pending one. */
  readonly stopPoints?: number | undefined
  readonly targetPoints?: number | undefined
  readonly trailing?: boolean | undefined
  readonly guaranteed?: boolean | undefined
  /** Which level a protection order filled at. */
  readonly filledBy?: 'stop-loss' | 'take-profit' | undefined
  readonly clientOrderId?: string | undefined
  readonly label?: string | undefined
  readonly comment?: string | undefined
  /** What the script says of it, while it works. */
  readonly outcome?: ScriptedOutcome | undefined
  readonly createdAt: number
  readonly updatedAt: number
}

/**
 * What the venue tells, in its real sequence (ctrader execution sequences A to J).
 *
 * `server` marks events that the venue caused itself. Orders and positions are copies of that instant.
 */
export type ExchangeEvent<Tag = unknown> = {
  readonly at: number
  readonly server: boolean
  readonly tag?: Tag
} & (
  | {
      readonly type: 'order-accepted' | 'order-replaced' | 'order-cancelled' | 'order-expired'
      readonly order: ExchangeOrder
      readonly position: ExchangePosition
    }
  | {
      /** Of an order that fills in parts, every fill but the one that completes it is partial. */
      readonly type: 'order-filled' | 'order-partially-filled'
      readonly order: ExchangeOrder
      readonly position: ExchangePosition
      readonly deal: ExchangeDeal
    }
  /** A refusal by an event of its own: of an order that was accepted, or of a cancel that came while the order fills. */
  | {
      readonly type: 'order-rejected-after-acceptance' | 'cancel-rejected'
      readonly code: RejectCode
      readonly order: ExchangeOrder
      readonly position: ExchangePosition
    }
  /** A trailing stop has moved; `position` has its new level. */
  | { readonly type: 'trailing-moved'; readonly orderId: OrderId; readonly position: ExchangePosition }
  | {
      readonly type: 'order-rejected'
      readonly code: RejectCode
      readonly description: string
      readonly request: ExchangeRequest<Tag>
      readonly orderId?: OrderId
      readonly positionId?: PositionId
    }
  /** Swap, or the rollover commission of a swap-free account; negative is charged. */
  | { readonly type: 'swap-charged'; readonly chargedMinor: number; readonly position: ExchangePosition }
  | { readonly type: 'balance-changed'; readonly change: BalanceChange }
  /** The margin level is at or below a threshold; at most once in ten minutes of market time each. */
  | { readonly type: 'margin-call'; readonly index: number; readonly percent: number }
  /** Leverage tiers gave another margin to a position because others came or went. */
  | { readonly type: 'margin-changed'; readonly position: ExchangePosition }
)

/** An event that tells of an order. */
export type OrderEvent<Tag = unknown> = Extract<ExchangeEvent<Tag>, { readonly order: ExchangeOrder }>

/** The account of an exchange. Its currency may be any that two symbols of the venue lead to. */
export interface ExchangeAccount extends AccountRules {
  readonly currency: string
  /** Decimal digits of money, 0 to 8. */
  readonly digits: number
  readonly balanceMinor: number
  /** 100 = 1:100. */
  readonly leverage: number
  /** `false`: netted, one position for each symbol. Default true. */
  readonly hedged?: boolean
}

/** A step of an order that a script delays; JSON-safe. */
export type DelayedStep<Tag = unknown> = {
  readonly at: number
  readonly tag?: Tag
} & (
  | { readonly type: 'fill'; readonly order: ExchangeOrder }
  /** Gives a position its first protection. */
  | ({ readonly type: 'protect'; readonly positionId: PositionId } & PositionLevels)
)

/** The levels of a position, with how its stop works. */
export interface PositionLevels {
  readonly stopPoints?: number | undefined
  readonly targetPoints?: number | undefined
  readonly trailingPoints?: number | undefined
  readonly guaranteed?: boolean | undefined
  readonly stopTrigger?: StopTrigger | undefined
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
  /** Orders that wait for a price or for the open, by id. Absent in states of versions that had none. */
  readonly pendingOrders?: readonly ExchangeOrder[]
  /** Prevailing quotes. */
  readonly quotes: readonly {
    readonly symbolId: SymbolId
    readonly at: number
    readonly bidPoints: number
    readonly askPoints: number
  }[]
  /** What has been taken of the depth since the last quote of each symbol. Absent: nothing. */
  readonly takenDepth?: readonly ({ readonly symbolId: SymbolId } & TakenDepth)[]
  readonly due: readonly DueRequest<Tag>[]
  /** Steps that wait for their instant. Absent: none. */
  readonly delayed?: readonly DelayedStep<Tag>[]
  /** Requests taken so far: what is drawn for one depends on its number. */
  readonly requests?: number
  readonly script?: ScriptState
  readonly accessRights?: AccessRights
  /** Changes of the balance so far. Absent in states of earlier versions. */
  readonly balanceVersion?: number
  /** Absent: as the account states them. */
  readonly marginCalls?: readonly MarginCallState[]
  /** Absent: none. */
  readonly balanceChanges?: readonly BalanceChange[]
}

/** A request that waits for its instant. */
export interface DueRequest<Tag = unknown> {
  readonly dueAt: number
  readonly request: ExchangeRequest<Tag>
  readonly outcome?: ScriptedOutcome
}

/** A whole bar of bids in 1/100000. */
export interface PassingBar {
  /** Its last millisecond, which is when its close prevails. */
  readonly lastAt: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** Ask − bid, of the whole bar. */
  readonly spread: number
}

/** The matching core as its drivers (backtest, simulator) use it. */
export interface Exchange<Tag = unknown> {
  /** Takes a request decided at `decidedAt`; it acts at `decidedAt` + latency, never before one that came earlier. */
  submit(request: ExchangeRequest<Tag>, decidedAt: number): void
  /** Requests take no time to arrive, and no script decides what becomes of them. */
  readonly isImmediate: boolean
  /** Executes a request at `at`, the instant of the prevailing quote, where none waits; of an immediate venue alone. */
  execute(request: ExchangeRequest<Tag>, at: number): void
  /** The instant of the next waiting request, delayed step, expiry or swap; `Infinity` when there is none. */
  readonly nextDueAt: number
  /** The instant of the last request that was taken: none that comes later acts before it. */
  readonly lastDueAt: number
  /** Requests that wait for their instant. */
  readonly waitingRequests: number
  /**
   * Executes the next waiting request or delayed step at its instant, at the prevailing quote, or lets the next order
   * expire, or charges swap, and emits the events. At one instant orders expire first – they have worked through every
   * quote of it –, then swap is charged, then come delayed steps, then requests.
   *
   * The driver calls it for each request with `nextDueAt` < the time of the next quote (replay), or when a timer
   * reaches `nextDueAt` (running clock).
   */
  runDue(): void
  /**
   * Takes a quote as the prevailing one: checks the protection of open positions in ascending position id, then the
   * pending orders in ascending order id, then the margin level, and emits what was hit. The driver then gives the quote to the strategy.
   *
   * A position opened on this quote is protected from the next one on; a trailing stop that is not hit moves. `opens`
   * says that a bar opens with this quote, so that a limit is filled at it and not at its own price, and trailing stops
   * rest until the bar ends; the exchange sees by itself that a quote follows closed hours or half an hour of silence.
   */
  quote(symbolId: SymbolId, at: number, bidPoints: number, askPoints: number, opens?: boolean): void
  /**
   * Bars instead of quotes: what happens within a bar whose open was offered as a quote before, by the policy of
   * {@link ExchangeOptions.intrabar}, at `at`. Its close prevails then.
   *
   * A stop fills at its level, or, where the market was beyond it already, at the price that the market had; limits and
   * targets fill at their own price. An order that expires within the bar works until its end, and acts once; swap that
   * falls into it is charged first; a double trigger needs one touch. The margin level is looked at on the extremes
   * (`path`: also on the close) behind all that.
   */
  bar(
    symbolId: SymbolId,
    at: number,
    highPoints: number,
    lowPoints: number,
    closePoints: number,
    spreadPoints: number,
  ): void
  /**
   * Takes a whole bar in which nothing can happen: no level lies within its range, and nothing is due up to its last
   * millisecond. Its close prevails then, as after {@link Exchange.bar}.
   *
   * @returns whether it was such a bar; if not, nothing has changed
   */
  passBar(symbolId: SymbolId, bar: PassingBar): boolean
  /** Positions of which the order of prices within a bar decided, with the instant of the first such bar. */
  readonly dependentPositions: ReadonlyMap<PositionId, number>
  readonly balanceMinor: number
  /** Equity, margin, margin calls, deposits and withdrawals. */
  readonly money: ExchangeMoney
  readonly positions: readonly ExchangePosition[]
  /** Protection orders that work now. */
  readonly protectionOrders: readonly ExchangeOrder[]
  /** Orders that wait for a price or for the open, by id. */
  readonly pendingOrders: readonly ExchangeOrder[]
  /** Grows with every change of its state that no event tells of. */
  readonly silentChanges: number
  /** Orders of which a part was cancelled because the depth had too little; counted since it was made. */
  readonly ordersCut: number
  /** Replaces the script of the venue model; it begins anew. */
  script(rules: readonly OutcomeRule[]): void
  /** What the account may do now. */
  readonly accessRights: AccessRights
  /** What the account may do from now on. */
  setAccessRights(rights: AccessRights): void
  /** A copy for a restart. */
  state(): ExchangeState<Tag>
}
