import {
  type DealId,
  dealId,
  type Fill,
  type Lots,
  type Money,
  type Order,
  type Price,
  type SymbolId,
  symbolId,
  type UnixMs,
  unixMs,
} from '@openclaw-trading/trading-model'
import {
  ProtoOAChangeBalanceType,
  type ProtoOADeal,
  type ProtoOADealOffset,
  ProtoOADealStatus,
  type ProtoOADepositWithdraw,
  type ProtoOAOrder,
  ProtoOAOrderType,
} from '../protocol/generated/messages.js'
import { decodeMoney } from '../protocol/units/money-digits.ts'
import { decodePriceDouble } from '../protocol/units/price-e5.ts'
import { decodeVolume } from '../protocol/units/volume-cents.ts'
import { decodeDeal } from './deal.ts'
import { decodeOrder, type OrderRules } from './order.ts'
import { required } from './presence.ts'

/** One change of one side of a quote. */
export interface Tick {
  readonly type: 'tick'
  readonly symbolId: SymbolId
  readonly side: 'bid' | 'ask'
  readonly at: UnixMs
  readonly price: Price
}

/** An execution of the past. */
export interface Deal extends Fill {
  readonly symbolId: SymbolId
  /** What of it was executed; `unknown` for a word of a later protocol. */
  readonly status: 'filled' | 'partially-filled' | 'unknown'
}

/** What an order was for; `protective` orders carry the levels of a position; `unknown` for a word of a later protocol. */
export type OrderKind = 'market' | 'limit' | 'stop' | 'stop-limit' | 'market-range' | 'protective' | 'unknown'

/** An order of the past, or one that still works. */
export interface PastOrder extends Order {
  readonly kind: OrderKind
  /** Last change. */
  readonly updatedAt: UnixMs
  /** Average price of what was executed; absent when nothing was. */
  readonly executionPrice?: Price
  /** The broker closed a position because margin had run out. */
  readonly stopOut: boolean
  /** As the request gave it; the client order id of an order of ours. Absent when empty. */
  readonly comment?: string
}

/** An order with everything that executed it. */
export interface OrderDetails {
  readonly order: PastOrder
  readonly deals: readonly Deal[]
}

/** A part of a deal that another deal closed, or that it closed. */
export interface DealOffset {
  readonly dealId: DealId
  readonly volume: Lots
  /** Absent when the server does not say. */
  readonly at?: UnixMs
  /** Absent when the server does not say. */
  readonly price?: Price
}

/** How a deal and others closed each other. */
export interface DealOffsets {
  /** Deals that closed this one. */
  readonly closedBy: readonly DealOffset[]
  /** Deals that this one closed. */
  readonly closes: readonly DealOffset[]
}

/** Money that came or went without a trade. */
export interface CashMovement {
  /** Of the balance's history. */
  readonly id: number
  /** The protocol's word in kebab-case, such as `balance-deposit`; `unknown` for one of a later protocol. */
  readonly operation: string
  readonly at: UnixMs
  /** Positive came in. */
  readonly delta: Money
  /** After it. */
  readonly balance: Money
  /** Equity at the time; absent when the server does not say. */
  readonly equity?: Money
  /** Note of the broker; absent when empty. */
  readonly note?: string
}

const DEAL_STATUS: Readonly<Record<number, Deal['status']>> = {
  [ProtoOADealStatus.FILLED]: 'filled',
  [ProtoOADealStatus.PARTIALLY_FILLED]: 'partially-filled',
}
/** Statuses of deals that executed nothing. */
const NOT_EXECUTED: ReadonlySet<number> = new Set([
  ProtoOADealStatus.REJECTED,
  ProtoOADealStatus.INTERNALLY_REJECTED,
  ProtoOADealStatus.ERROR,
  ProtoOADealStatus.MISSED,
])
const KINDS: Readonly<Record<number, OrderKind>> = {
  [ProtoOAOrderType.MARKET]: 'market',
  [ProtoOAOrderType.LIMIT]: 'limit',
  [ProtoOAOrderType.STOP]: 'stop',
  [ProtoOAOrderType.STOP_LIMIT]: 'stop-limit',
  [ProtoOAOrderType.MARKET_RANGE]: 'market-range',
  [ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT]: 'protective',
}

/** Whether a deal executed anything: refused and missed ones are deals on the wire too. */
export function executed(deal: ProtoOADeal): boolean {
  return !NOT_EXECUTED.has(deal.dealStatus) && deal.executionPrice !== undefined
}

/** Decodes an execution of the past. @see ProtoOADeal @throws {@link CTraderError} `protocol-violation` */
export function decodePastDeal(deal: ProtoOADeal, instrument: OrderRules, currency: string): Deal {
  return {
    ...decodeDeal(deal, instrument, currency),
    symbolId: symbolId(required(deal.symbolId, 'deal.symbolId')),
    status: DEAL_STATUS[deal.dealStatus] ?? 'unknown',
  }
}

/** Decodes an order of the past. @see ProtoOAOrder @throws {@link CTraderError} `protocol-violation` */
export function decodePastOrder(order: ProtoOAOrder, instrument: OrderRules): PastOrder {
  const { executionPrice, utcLastUpdateTimestamp, tradeData } = order
  const comment = tradeData?.comment
  return {
    ...decodeOrder(order, instrument),
    kind: KINDS[order.orderType] ?? 'unknown',
    updatedAt: unixMs(utcLastUpdateTimestamp ?? tradeData?.openTimestamp ?? 0),
    ...(executionPrice ? { executionPrice: decodePriceDouble(executionPrice) } : {}),
    stopOut: order.isStopOut ?? false,
    ...(comment === undefined || comment === '' ? {} : { comment }),
  }
}

/** Decodes a part of a deal. @see ProtoOADealOffset @throws {@link CTraderError} `protocol-violation` */
export function decodeOffset(offset: ProtoOADealOffset, instrument: OrderRules): DealOffset {
  const { executionTimestamp, executionPrice } = offset
  return {
    dealId: dealId(required(offset.dealId, 'dealOffset.dealId')),
    volume: decodeVolume(instrument, required(offset.volume, 'dealOffset.volume')),
    ...(executionTimestamp ? { at: unixMs(executionTimestamp) } : {}),
    ...(executionPrice ? { price: decodePriceDouble(executionPrice) } : {}),
  }
}

/** Decodes money that came or went. @see ProtoOADepositWithdraw @throws {@link CTraderError} `protocol-violation` */
export function decodeCashMovement(cash: ProtoOADepositWithdraw, currency: string): CashMovement {
  const { moneyDigits, equity, externalNote } = cash
  const operation = ProtoOAChangeBalanceType[cash.operationType]
  return {
    id: required(cash.balanceHistoryId, 'depositWithdraw.balanceHistoryId'),
    operation: operation === undefined ? 'unknown' : operation.toLowerCase().replaceAll('_', '-'),
    at: unixMs(required(cash.changeBalanceTimestamp, 'depositWithdraw.changeBalanceTimestamp')),
    delta: decodeMoney(required(cash.delta, 'depositWithdraw.delta'), moneyDigits, currency),
    balance: decodeMoney(required(cash.balance, 'depositWithdraw.balance'), moneyDigits, currency),
    ...(equity === undefined ? {} : { equity: decodeMoney(equity, moneyDigits, currency) }),
    ...(externalNote === undefined || externalNote === '' ? {} : { note: externalNote }),
  }
}
