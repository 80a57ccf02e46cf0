import type { OrderId, PositionId } from '@openclaw-trading/trading-model'
import type { ExchangeOrder, PendingLevels } from '../exchange-types.ts'
import type { ScriptedOutcome } from './scripted-outcome.ts'

/** What a pending order has besides. */
export type PendingPart = Pick<
  ExchangeOrder,
  | 'type'
  | 'pricePoints'
  | 'rangeTicks'
  | 'trigger'
  | 'timeInForce'
  | 'expiresAt'
  | 'opensAt'
  | keyof PendingLevels
>

/** What a new order of the venue is made from. */
export interface NewOrder {
  readonly symbolId: ExchangeOrder['symbolId']
  readonly side: ExchangeOrder['side']
  readonly volumeCents: number
  /** The position it acts on. Absent: it gets a new one. */
  readonly positionId?: PositionId | undefined
  /** It reduces that position. */
  readonly closing?: boolean
  /** See {@link ExchangeOrder.onlyReduces}. */
  readonly onlyReduces?: true | undefined
  /** It closes for lack of margin. */
  readonly stopOut?: true
  readonly trailing?: boolean | undefined
  readonly guaranteed?: boolean | undefined
  readonly outcome?: ScriptedOutcome | undefined
  readonly pending?: PendingPart | undefined
  readonly stopDistancePoints?: number | undefined
  readonly targetDistancePoints?: number | undefined
  readonly clientOrderId?: string | undefined
  readonly label?: string | undefined
  readonly comment?: string | undefined
}

const NO_TERMS: Omit<PendingPart, 'type'> = {}

/** Makes an accepted order: one literal, so that all orders have one shape. */
export function newOrder(from: NewOrder, id: OrderId, positionId: PositionId, at: number): ExchangeOrder {
  const terms = from.pending ?? NO_TERMS
  return {
    id,
    positionId,
    symbolId: from.symbolId,
    type: from.pending?.type ?? 'market',
    side: from.side,
    volumeCents: from.volumeCents,
    closing: from.closing ?? false,
    onPosition: from.positionId === undefined ? undefined : true,
    onlyReduces: from.onlyReduces,
    stopOut: from.stopOut,
    status: 'accepted',
    filledCents: 0,
    fillPoints: undefined,
    pricePoints: terms.pricePoints,
    rangeTicks: terms.rangeTicks,
    timeInForce: terms.timeInForce,
    trigger: terms.trigger,
    touched: undefined,
    expiresAt: terms.expiresAt,
    opensAt: terms.opensAt,
    stopDistancePoints: terms.stopDistancePoints ?? from.stopDistancePoints,
    targetDistancePoints: terms.targetDistancePoints ?? from.targetDistancePoints,
    stopPoints: terms.stopPoints,
    targetPoints: terms.targetPoints,
    trailing: terms.trailing ?? (from.trailing === true ? true : undefined),
    guaranteed: terms.guaranteed ?? (from.guaranteed === true ? true : undefined),
    filledBy: undefined,
    clientOrderId: from.clientOrderId,
    label: from.label,
    comment: from.comment,
    outcome: from.outcome,
    createdAt: at,
    updatedAt: at,
  }
}
