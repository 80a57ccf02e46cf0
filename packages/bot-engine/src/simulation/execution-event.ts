import {
  type ClientOrderId,
  centsToLots,
  type Distance,
  type ExecutionEvent,
  type Fill,
  type Instrument,
  type Order,
  type PendingTerms,
  type PositionClosing,
  pointsPerTick,
  pointsToPips,
  pointsToPrice,
  type Price,
  type PricedTerms,
  type ProtectiveTerms,
  type RefusedRequest,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { type MoneyTerms, toMoney, toPosition } from '../execution-facts.ts'
import type {
  ExchangeDeal,
  ExchangeEvent,
  ExchangeOrder,
  OrderEvent,
  RealisedClosing,
} from './exchange-types.ts'
import type { ExchangeRequest } from './exchange-request.ts'

/** What {@link toExecutionEvent} needs besides the event. */
export interface ExecutionContext {
  readonly instrument: Instrument
  readonly account: MoneyTerms
  /** Time of the last timestamped message that the strategy has seen: a refusal carries none of its own. */
  readonly marketTime: number
}

/**
 * Says an event of the exchange in the words of the model, exactly as a client decodes it from the wire; but a protective
 * order that filled also tells at which of its levels, which the wire has no field for.
 *
 * One for one and in the same order; a margin call is no execution and gives nothing. What happens to a protection order is told as `position-updated`; a position
 * without volume has price, swap and commission 0 and no levels. What happens to a pending order is told of the order
 * alone, until it is filled:
 *
 * | event of a pending order | execution type on the wire | in the model |
 * |---|---|---|
 * | order-accepted | ORDER_ACCEPTED | `order-accepted`, `order.terms` as requested |
 * | order-replaced | ORDER_REPLACED | `order-replaced`, `order.terms` as amended |
 * | order-cancelled (by request; by the venue: `server`) | ORDER_CANCELLED | `order-cancelled` |
 * | order-expired | ORDER_EXPIRED (`server`) | `order-expired` |
 * | order-filled | ORDER_FILLED (`server` when a quote caused it) | `order-filled`, then `position-updated` with the levels |
 * | order-partially-filled | ORDER_PARTIAL_FILL | `order-filled` with `partial` |
 * | order-rejected | OrderErrorEvent | `order-rejected`; of a refused cancel or amendment without `clientOrderId` |
 * | order-rejected-after-acceptance | ORDER_REJECTED | `order-rejected` |
 * | cancel-rejected | ORDER_CANCEL_REJECTED | `cancel-rejected` |
 *
 * A trailing stop that moved (TrailingSLChangedEvent) and a margin that moved (MarginChangedEvent) are told as
 * `position-updated`.
 */
export function toExecutionEvent(
  event: ExchangeEvent,
  context: ExecutionContext,
): ExecutionEvent | undefined {
  const at = Math.max(event.at, context.marketTime) as UnixMs
  switch (event.type) {
    case 'order-rejected': {
      const id = 'clientOrderId' in event.request ? event.request.clientOrderId : undefined
      return {
        type: 'order-rejected',
        at: context.marketTime as UnixMs,
        reason: event.code,
        ...(id !== undefined && { clientOrderId: id as ClientOrderId }),
        ...refusedOf(event.request, context),
      }
    }
    case 'order-filled':
    case 'order-partially-filled':
      return {
        type: 'order-filled',
        at,
        order: toOrder(event.order, context.instrument),
        fill: toFill(event.deal, context),
        position: toPosition(event.position, context),
        partial: event.type === 'order-partially-filled',
      }
    case 'trailing-moved':
      return { type: 'position-updated', at, position: toPosition(event.position, context) }
    case 'order-rejected-after-acceptance':
      return rejectedLate(event, at, context)
    case 'cancel-rejected':
      return { type: 'cancel-rejected', at, orderId: event.order.id, reason: event.code }
    case 'swap-charged':
      return { type: 'position-updated', at, position: toPosition(event.position, context) }
    case 'balance-changed':
      return {
        type: 'balance-changed',
        at,
        balance: toMoney(event.change.balanceMinor, context.account),
        delta: toMoney(event.change.deltaMinor, context.account),
      }
    case 'margin-changed':
      // Its message has no time of its own.
      return {
        type: 'position-updated',
        at: context.marketTime as UnixMs,
        position: toPosition(event.position, context),
      }
    // No execution on the wire either: a message of its own.
    case 'margin-call':
      return undefined
    default:
      return event.order.type === 'protection'
        ? { type: 'position-updated', at, position: toPosition(event.position, context) }
        : { type: event.type, at, order: toOrder(event.order, context.instrument) }
  }
}

// Optional properties are assigned, not spread: a spread of `condition && {…}` costs about a microsecond, and a
// backtest makes hundreds of thousands of these objects.
type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** An order of the exchange in the words of the model. */
export function toOrder(order: ExchangeOrder, instrument: Instrument): Order {
  const result: Mutable<Order> = {
    id: order.id,
    positionId: order.positionId,
    symbolId: order.symbolId,
    status: order.status,
    side: order.side,
    volume: centsToLots(instrument, order.volumeCents),
    filledVolume: centsToLots(instrument, order.filledCents),
    closing: order.closing,
  }
  if (order.stopOut !== undefined) result.stopOut = true
  if (order.label !== undefined && order.label !== '') result.label = order.label
  if (order.pricePoints !== undefined) result.terms = toTerms(order, order.pricePoints, instrument)
  else if (order.timeInForce === 'market-on-open')
    result.terms = { type: 'market', timeInForce: { type: 'market-on-open' }, ...toLevels(order, instrument) }
  if (order.clientOrderId !== undefined) result.clientOrderId = order.clientOrderId as ClientOrderId
  if (order.type === 'protection') result.protective = toProtective(order)
  return result
}

function toProtective({ stopPoints, targetPoints, filledBy }: ExchangeOrder): ProtectiveTerms {
  const result: Mutable<ProtectiveTerms> = {}
  if (stopPoints !== undefined) result.stopLoss = pointsToPrice(stopPoints)
  if (targetPoints !== undefined) result.takeProfit = pointsToPrice(targetPoints)
  if (filledBy !== undefined) result.filledBy = filledBy
  return result
}

function toTerms(order: ExchangeOrder, pricePoints: number, instrument: Instrument): PricedTerms {
  const { rangeTicks, expiresAt, timeInForce = 'gtc', trigger } = order
  return {
    type: order.type as PricedTerms['type'],
    price: pointsToPrice(pricePoints),
    ...(rangeTicks !== undefined && {
      slippage: pointsToPips(instrument, rangeTicks * pointsPerTick(instrument)),
    }),
    timeInForce:
      timeInForce === 'gtd' ? { type: 'gtd', expiresAt: (expiresAt ?? 0) as UnixMs } : { type: timeInForce },
    ...(trigger !== undefined && trigger !== 'trade' && { trigger }),
    ...toLevels(order, instrument),
  }
}

/** The protection of the position that a pending order would open. */
function toLevels(
  order: ExchangeOrder,
  instrument: Instrument,
): Pick<PendingTerms, 'stopLoss' | 'takeProfit' | 'trailing' | 'guaranteed'> {
  const stopLoss = toLevel(order.stopPoints, order.stopDistancePoints, instrument)
  const takeProfit = toLevel(order.targetPoints, order.targetDistancePoints, instrument)
  return {
    ...(stopLoss !== undefined && { stopLoss }),
    ...(takeProfit !== undefined && { takeProfit }),
    ...(order.trailing === true && { trailing: true }),
    ...(order.guaranteed === true && { guaranteed: true }),
  }
}

function toLevel(
  points: number | undefined,
  distance: number | undefined,
  instrument: Instrument,
): Price | Distance | undefined {
  if (points !== undefined) return pointsToPrice(points)
  return distance === undefined ? undefined : { pips: pointsToPips(instrument, distance) }
}

/** A deal of the exchange in the words of the model. */
export function toFill(deal: ExchangeDeal, context: Omit<ExecutionContext, 'marketTime'>): Fill {
  const { id: dealId, orderId, positionId, side, closing } = deal
  const volume = centsToLots(context.instrument, deal.volumeCents)
  const price = pointsToPrice(deal.pricePoints)
  const at = deal.executedAt as UnixMs
  const commission = toMoney(deal.commissionMinor, context.account)
  if (closing === undefined) return { dealId, orderId, positionId, side, volume, price, at, commission }
  const realised = toClosing(closing, context.account)
  return { dealId, orderId, positionId, side, volume, price, at, commission, closing: realised }
}

function toClosing(closing: RealisedClosing, account: MoneyTerms): PositionClosing {
  return {
    entryPrice: pointsToPrice(closing.entryPoints),
    gross: toMoney(closing.grossMinor, account),
    commission: toMoney(closing.commissionMinor, account),
    swap: toMoney(closing.swapMinor, account),
    conversionFee: toMoney(closing.conversionFeeMinor, account),
    balance: toMoney(closing.balanceMinor, account),
    conversionRate: closing.conversionRate ?? 1,
  }
}

/** What was asked of a position. */
function refusedOf(
  request: ExchangeRequest<unknown>,
  { instrument }: ExecutionContext,
): { readonly refused?: RefusedRequest } {
  if (request.type === 'close') {
    const { type, positionId, volumeCents } = request
    const volume = centsToLots(instrument, volumeCents)
    return { refused: { type, positionId, ...idOf(request), volume } }
  }
  if (request.type !== 'amend-protection') return {}
  return { refused: { type: 'set-protection', positionId: request.positionId, ...idOf(request) } }
}

function idOf({ requestId }: { readonly requestId?: ClientOrderId }): { readonly id?: ClientOrderId } {
  return requestId === undefined ? {} : { id: requestId }
}

function rejectedLate(
  { order, code }: OrderEvent<unknown> & { readonly code: string },
  at: UnixMs,
  { instrument }: ExecutionContext,
): ExecutionEvent {
  const { id, clientOrderId, closing, positionId, volume } = toOrder(order, instrument)
  return {
    type: 'order-rejected',
    at,
    orderId: id,
    reason: code,
    ...(clientOrderId !== undefined && { clientOrderId }),
    ...(closing && positionId !== undefined && { refused: { type: 'close', positionId, volume } as const }),
  }
}
