import {
  type ExchangeDeal,
  type ExchangeEvent,
  type ExchangeOrder,
  type ExchangePosition,
  type ExchangeTimeInForce,
  marginMinor,
  type OrderEvent,
} from '@openclaw-trading/bot-engine/simulation'
import {
  type ProtoOAClosePositionDetail,
  type ProtoOADeal,
  ProtoOADealStatus,
  type ProtoOAExecutionEvent,
  ProtoOAExecutionType,
  type ProtoOAOrder,
  type ProtoOAOrderErrorEvent,
  ProtoOAOrderStatus,
  ProtoOAOrderTriggerMethod,
  ProtoOAOrderType,
  type ProtoOAPosition,
  ProtoOAPositionStatus,
  type ProtoOATradeData,
  ProtoOATradeSide,
  ProtoOATimeInForce,
  type ProtoOATrailingSLChangedEvent,
} from '@openclaw-trading/ctrader-client/protocol'
import { pointsToPrice, type Side, type StopTrigger } from '@openclaw-trading/trading-model'

/** What the messages of an account have in common. */
export interface AccountFrame {
  readonly ctidTraderAccountId: number
  /** Digits of every amount. */
  readonly moneyDigits: number
  /** 100 = 1:100. */
  readonly leverage: number
}

type Execution = OrderEvent<unknown>
type Trailing = Extract<ExchangeEvent<unknown>, { type: 'trailing-moved' }>
type Rejection = Extract<ExchangeEvent<unknown>, { type: 'order-rejected' }>

const EXECUTION_TYPES: Readonly<Record<Execution['type'], number>> = {
  'order-accepted': ProtoOAExecutionType.ORDER_ACCEPTED,
  'order-filled': ProtoOAExecutionType.ORDER_FILLED,
  'order-partially-filled': ProtoOAExecutionType.ORDER_PARTIAL_FILL,
  'order-rejected-after-acceptance': ProtoOAExecutionType.ORDER_REJECTED,
  'cancel-rejected': ProtoOAExecutionType.ORDER_CANCEL_REJECTED,
  'order-replaced': ProtoOAExecutionType.ORDER_REPLACED,
  'order-cancelled': ProtoOAExecutionType.ORDER_CANCELLED,
  'order-expired': ProtoOAExecutionType.ORDER_EXPIRED,
}

const ORDER_STATUS: Readonly<Record<ExchangeOrder['status'], number>> = {
  accepted: ProtoOAOrderStatus.ORDER_STATUS_ACCEPTED,
  filled: ProtoOAOrderStatus.ORDER_STATUS_FILLED,
  cancelled: ProtoOAOrderStatus.ORDER_STATUS_CANCELLED,
  expired: ProtoOAOrderStatus.ORDER_STATUS_EXPIRED,
  rejected: ProtoOAOrderStatus.ORDER_STATUS_REJECTED,
}

const ORDER_TYPES: Readonly<Record<ExchangeOrder['type'], number>> = {
  market: ProtoOAOrderType.MARKET,
  protection: ProtoOAOrderType.STOP_LOSS_TAKE_PROFIT,
  limit: ProtoOAOrderType.LIMIT,
  stop: ProtoOAOrderType.STOP,
  'stop-limit': ProtoOAOrderType.STOP_LIMIT,
  'market-range': ProtoOAOrderType.MARKET_RANGE,
}

/** Field that carries the price of a pending order. */
const PRICE_FIELDS = {
  limit: 'limitPrice',
  stop: 'stopPrice',
  'stop-limit': 'stopPrice',
  'market-range': 'baseSlippagePrice',
} as const

const TIMES_IN_FORCE: Readonly<Record<ExchangeTimeInForce, number>> = {
  gtc: ProtoOATimeInForce.GOOD_TILL_CANCEL,
  gtd: ProtoOATimeInForce.GOOD_TILL_DATE,
  ioc: ProtoOATimeInForce.IMMEDIATE_OR_CANCEL,
  fok: ProtoOATimeInForce.FILL_OR_KILL,
  'market-on-open': ProtoOATimeInForce.MARKET_ON_OPEN,
}

/** The ways to trigger a stop, as on the wire. */
export const TRIGGER_METHODS: Readonly<Record<StopTrigger, number>> = {
  trade: ProtoOAOrderTriggerMethod.TRADE,
  opposite: ProtoOAOrderTriggerMethod.OPPOSITE,
  'double-trade': ProtoOAOrderTriggerMethod.DOUBLE_TRADE,
  'double-opposite': ProtoOAOrderTriggerMethod.DOUBLE_OPPOSITE,
}

const POSITION_STATUS: Readonly<Record<ExchangePosition['status'], number>> = {
  created: ProtoOAPositionStatus.POSITION_STATUS_CREATED,
  open: ProtoOAPositionStatus.POSITION_STATUS_OPEN,
  closed: ProtoOAPositionStatus.POSITION_STATUS_CLOSED,
}

/** Encodes what happened to an order. @param balanceVersion counts the closing deals of the account @see ProtoOAExecutionEvent */
export function encodeExecution(
  event: Execution,
  account: AccountFrame,
  balanceVersion: number,
): ProtoOAExecutionEvent {
  return {
    ctidTraderAccountId: account.ctidTraderAccountId,
    executionType: EXECUTION_TYPES[event.type],
    order: encodeOrder(event.order),
    position: encodePosition(event.position, account),
    ...('deal' in event ? { deal: encodeDeal(event.deal, account, balanceVersion) } : {}),
    ...('code' in event ? { errorCode: event.code } : {}),
    ...(event.type === 'order-rejected-after-acceptance' ? { deal: rejectedDeal(event.order, account) } : {}),
    isServerEvent: event.server,
  }
}

/** Encodes the move of a trailing stop. @see ProtoOATrailingSLChangedEvent */
export function encodeTrailing(event: Trailing, account: AccountFrame): ProtoOATrailingSLChangedEvent {
  return {
    ctidTraderAccountId: account.ctidTraderAccountId,
    positionId: event.position.id,
    orderId: event.orderId,
    stopPrice: pointsToPrice(event.position.stopPoints ?? 0),
    utcLastUpdateTimestamp: event.at,
  }
}

/** What a refusal after the acceptance tells of the execution that never was; it has no id and is no part of the history. */
function rejectedDeal(order: ExchangeOrder, account: AccountFrame): ProtoOADeal {
  return {
    dealId: 0,
    orderId: order.id,
    positionId: order.positionId,
    volume: order.volumeCents,
    filledVolume: 0,
    symbolId: order.symbolId,
    createTimestamp: order.createdAt,
    executionTimestamp: order.updatedAt,
    tradeSide: encodeSide(order.side),
    dealStatus: ProtoOADealStatus.REJECTED,
    moneyDigits: account.moneyDigits,
  }
}

/** Encodes a refusal; it carries no time. @see ProtoOAOrderErrorEvent */
export function encodeRejection(event: Rejection, account: AccountFrame): ProtoOAOrderErrorEvent {
  return {
    ctidTraderAccountId: account.ctidTraderAccountId,
    errorCode: event.code,
    description: recordedText(event),
    ...(event.orderId === undefined ? {} : { orderId: event.orderId }),
    ...(event.positionId === undefined ? {} : { positionId: event.positionId }),
  }
}

/** The texts that the broker was seen to send, where they are known. */
function recordedText({ code, description, orderId, positionId }: Rejection): string {
  if (code === 'POSITION_NOT_FOUND' && positionId !== undefined)
    return `Position not found with id ${positionId}`
  const name: string = code
  return name === 'ORDER_NOT_FOUND' && orderId !== undefined
    ? `Order not found with id ${orderId}`
    : description
}

/** Encodes an order. @see ProtoOAOrder */
export function encodeOrder(order: ExchangeOrder): ProtoOAOrder {
  return {
    orderId: order.id,
    tradeData: {
      ...tradeData(order, order.side, order.volumeCents),
      openTimestamp: order.createdAt,
      ...(order.guaranteed === true ? { guaranteedStopLoss: true } : {}),
      ...(order.status === 'accepted' ? {} : { closeTimestamp: order.updatedAt }),
    },
    orderType: ORDER_TYPES[order.type],
    orderStatus: ORDER_STATUS[order.status],
    executedVolume: order.filledCents,
    utcLastUpdateTimestamp: order.updatedAt,
    closingOrder: order.closing,
    ...(order.stopOut === true ? { isStopOut: true } : {}),
    timeInForce: TIMES_IN_FORCE[order.timeInForce ?? (order.type === 'market' ? 'ioc' : 'gtc')],
    positionId: order.positionId,
    ...optionalPrice('executionPrice', order.fillPoints),
    ...pricesOf(order),
    ...(order.rangeTicks === undefined ? {} : { slippageInPoints: order.rangeTicks }),
    ...(order.expiresAt === undefined ? {} : { expirationTimestamp: order.expiresAt }),
    ...(order.stopDistancePoints === undefined ? {} : { relativeStopLoss: order.stopDistancePoints }),
    ...(order.targetDistancePoints === undefined ? {} : { relativeTakeProfit: order.targetDistancePoints }),
    ...(order.trailing === true ? { trailingStopLoss: true } : {}),
    ...(order.clientOrderId === undefined ? {} : { clientOrderId: order.clientOrderId }),
  }
}

/** A protective order has its levels as stop and limit; another its own price, and the levels to come. */
function pricesOf(order: ExchangeOrder): Partial<ProtoOAOrder> {
  const { type, stopPoints, targetPoints, pricePoints } = order
  if (type === 'protection')
    return {
      ...optionalPrice('stopPrice', stopPoints),
      ...optionalPrice('limitPrice', targetPoints),
      ...(order.trigger === undefined ? {} : { stopTriggerMethod: TRIGGER_METHODS[order.trigger] }),
    }
  if (type === 'market') return {}
  return {
    ...optionalPrice(PRICE_FIELDS[type], pricePoints),
    ...optionalPrice('stopLoss', stopPoints),
    ...optionalPrice('takeProfit', targetPoints),
    stopTriggerMethod: TRIGGER_METHODS[order.trigger ?? 'trade'],
  }
}

/** Encodes a position. @see ProtoOAPosition */
export function encodePosition(position: ExchangePosition, account: AccountFrame): ProtoOAPosition {
  const isOpen = position.status === 'open'
  const entryPoints = position.status === 'created' ? 0 : position.entryPoints
  return {
    positionId: position.id,
    tradeData: {
      ...tradeData(position, position.side, position.volumeCents),
      openTimestamp: position.openedAt,
      ...(position.status === 'closed' ? { closeTimestamp: position.updatedAt } : {}),
    },
    positionStatus: POSITION_STATUS[position.status],
    swap: position.swapMinor,
    price: pointsToPrice(entryPoints),
    ...optionalPrice('stopLoss', position.stopPoints),
    ...optionalPrice('takeProfit', position.targetPoints),
    utcLastUpdateTimestamp: position.updatedAt,
    commission: position.commissionMinor,
    ...(position.trailingPoints === undefined ? {} : { trailingStopLoss: true }),
    ...(position.guaranteed === true ? { guaranteedStopLoss: true } : {}),
    ...(position.stopTrigger === undefined
      ? {}
      : { stopLossTriggerMethod: TRIGGER_METHODS[position.stopTrigger] }),
    ...(isOpen
      ? {
          marginRate: position.marginRate ?? pointsToPrice(entryPoints),
          usedMargin:
            position.usedMarginMinor ??
            marginMinor(entryPoints, position.volumeCents, account.leverage, account.moneyDigits),
        }
      : {}),
    moneyDigits: account.moneyDigits,
  }
}

/** Encodes an execution. @see ProtoOADeal */
export function encodeDeal(deal: ExchangeDeal, account: AccountFrame, balanceVersion: number): ProtoOADeal {
  return {
    dealId: deal.id,
    orderId: deal.orderId,
    positionId: deal.positionId,
    volume: deal.volumeCents,
    filledVolume: deal.volumeCents,
    symbolId: deal.symbolId,
    createTimestamp: deal.createdAt,
    executionTimestamp: deal.executedAt,
    utcLastUpdateTimestamp: deal.executedAt,
    executionPrice: pointsToPrice(deal.pricePoints),
    tradeSide: encodeSide(deal.side),
    dealStatus: ProtoOADealStatus.FILLED,
    marginRate: deal.marginRate ?? pointsToPrice(deal.pricePoints),
    commission: deal.commissionMinor,
    baseToUsdConversionRate: deal.dollarRate ?? pointsToPrice(deal.pricePoints),
    ...(deal.closing === undefined
      ? {}
      : { closePositionDetail: closingDetail(deal.closing, account, balanceVersion) }),
    moneyDigits: account.moneyDigits,
  }
}

function closingDetail(
  closing: NonNullable<ExchangeDeal['closing']>,
  account: AccountFrame,
  balanceVersion: number,
): ProtoOAClosePositionDetail {
  return {
    entryPrice: pointsToPrice(closing.entryPoints),
    grossProfit: closing.grossMinor,
    swap: closing.swapMinor,
    commission: closing.commissionMinor,
    balance: closing.balanceMinor,
    quoteToDepositConversionRate: closing.conversionRate ?? 1,
    closedVolume: closing.closedCents,
    balanceVersion,
    moneyDigits: account.moneyDigits,
    pnlConversionFee: closing.conversionFeeMinor,
  }
}

function tradeData(
  source: {
    readonly symbolId: number
    readonly label?: string | undefined
    readonly comment?: string | undefined
  },
  side: Side,
  volumeCents: number,
): ProtoOATradeData {
  return {
    symbolId: source.symbolId,
    volume: volumeCents,
    tradeSide: encodeSide(side),
    ...(source.label === undefined ? {} : { label: source.label }),
    ...(source.comment === undefined ? {} : { comment: source.comment }),
  }
}

function encodeSide(side: Side): number {
  return side === 'buy' ? ProtoOATradeSide.BUY : ProtoOATradeSide.SELL
}

type PriceField =
  | 'executionPrice'
  | 'baseSlippagePrice'
  | 'stopPrice'
  | 'limitPrice'
  | 'stopLoss'
  | 'takeProfit'

function optionalPrice<Field extends PriceField>(
  field: Field,
  points: number | undefined,
): { [F in Field]?: number } {
  const prices: { [F in PriceField]?: number } =
    points === undefined ? {} : { [field]: pointsToPrice(points) }
  return prices
}
