import type { OrderId, PositionId, Side, StopTrigger, SymbolId } from '@openclaw-trading/trading-model'
import { divideRounded, oppositeSide } from '@openclaw-trading/trading-model'
import type { ExchangeOrder, ExchangePosition, PositionLevels } from '../exchange-types.ts'
import type { Market } from './matching.ts'

/** The venue's own order that carries the levels of a position, as it changes. */
export interface ProtectionOrder {
  readonly id: OrderId
  readonly createdAt: number
  updatedAt: number
  /** What it has closed in parts so far. */
  filledCents: number
}

/** What a deal tells of an order that nobody reads as a whole. All of one shape. */
export interface BriefOrder {
  readonly id: OrderId
  readonly createdAt: number
  readonly side: Side
  /** Which level it filled at, of a protection order. */
  readonly filledBy: 'stop-loss' | 'take-profit' | undefined
  readonly clientOrderId: string | undefined
  readonly label: string | undefined
}

const NONE: readonly number[] = []

/**
 * An open position as it changes; what leaves the venue are copies of it.
 *
 * Fields are declared and set by the constructor alone: with initialisers each would be written twice, and there is a
 * position for every other order.
 */
export class OpenPosition {
  declare readonly id: PositionId
  declare readonly market: Market
  declare readonly symbolId: SymbolId
  declare readonly side: Side
  declare readonly label: string | undefined
  declare readonly comment: string | undefined
  declare entryPoints: number
  declare volumeCents: number
  declare openedAt: number
  declare updatedAt: number
  declare commissionMinor: number
  declare swapMinor: number
  declare usedMarginMinor: number
  declare nextSwapAt: number | undefined
  declare depositPrices: readonly number[]
  declare dollarPrices: readonly number[]
  declare marginRate: number | undefined
  declare stopPoints: number | undefined
  declare targetPoints: number | undefined
  /** Distance that a trailing stop keeps. */
  declare trailingPoints: number | undefined
  declare guaranteed: boolean
  declare stopTrigger: StopTrigger
  /** A double trigger has seen the first of its two quotes. */
  declare stopTouched: boolean
  declare protection: ProtectionOrder | undefined

  /** Creates a position without volume: an order refers to it. */
  constructor(
    id: PositionId,
    market: Market,
    side: Side,
    at: number,
    texts: { readonly label?: string | undefined; readonly comment?: string | undefined },
  ) {
    this.id = id
    this.market = market
    this.symbolId = market.instrument.id
    this.side = side
    this.label = texts.label
    this.comment = texts.comment
    this.entryPoints = 0
    this.volumeCents = 0
    this.openedAt = at
    this.updatedAt = at
    this.commissionMinor = 0
    this.swapMinor = 0
    this.usedMarginMinor = 0
    this.nextSwapAt = undefined
    this.depositPrices = NONE
    this.dollarPrices = NONE
    this.marginRate = undefined
    this.stopPoints = undefined
    this.targetPoints = undefined
    this.trailingPoints = undefined
    this.guaranteed = false
    this.stopTrigger = 'trade'
    this.stopTouched = false
    this.protection = undefined
  }

  /** Restores a position from a copy; `order` is its protection order. */
  static from(copy: ExchangePosition, market: Market, order: ExchangeOrder | undefined): OpenPosition {
    const position = new OpenPosition(copy.id, market, copy.side, copy.openedAt, copy)
    position.entryPoints = copy.entryPoints
    position.volumeCents = copy.volumeCents
    position.updatedAt = copy.updatedAt
    position.commissionMinor = copy.commissionMinor
    position.swapMinor = copy.swapMinor
    position.usedMarginMinor = copy.usedMarginMinor ?? 0
    position.nextSwapAt = copy.nextSwapAt
    position.depositPrices = copy.depositPrices ?? NONE
    position.dollarPrices = copy.dollarPrices ?? NONE
    position.marginRate = copy.marginRate
    position.levels = copy
    position.stopTouched = copy.stopTouched ?? false
    if (order !== undefined)
      position.protection = {
        id: order.id,
        createdAt: order.createdAt,
        updatedAt: order.updatedAt,
        filledCents: order.filledCents,
      }
    return position
  }

  /** Takes the full set of levels. */
  set levels(levels: PositionLevels) {
    this.stopPoints = levels.stopPoints
    this.targetPoints = levels.targetPoints
    this.trailingPoints = levels.stopPoints === undefined ? undefined : levels.trailingPoints
    this.guaranteed = levels.stopPoints !== undefined && levels.guaranteed === true
    this.stopTrigger = levels.stopTrigger ?? 'trade'
    this.stopTouched = false
  }

  /** Takes more volume than it has at a price: the entry is the average, rounded to 1/100000. */
  increase(volumeCents: number, pricePoints: number): void {
    const total = this.volumeCents + volumeCents
    this.entryPoints =
      this.entryPoints === pricePoints
        ? pricePoints
        : divideRounded(
            BigInt(this.entryPoints) * BigInt(this.volumeCents) + BigInt(pricePoints) * BigInt(volumeCents),
            BigInt(total),
          )
    this.volumeCents = total
  }

  /** A copy of this instant. A position that is not open shows price 0, and keeps its levels while `created`. */
  copy(status: ExchangePosition['status']): ExchangePosition {
    if (status !== 'open') return this.copyEmpty(status)
    return {
      id: this.id,
      symbolId: this.symbolId,
      status,
      side: this.side,
      volumeCents: this.volumeCents,
      entryPoints: this.entryPoints,
      openedAt: this.openedAt,
      updatedAt: this.updatedAt,
      stopPoints: this.stopPoints,
      targetPoints: this.targetPoints,
      protectionOrderId: this.protection?.id,
      trailingPoints: this.trailingPoints,
      guaranteed: this.guaranteed ? true : undefined,
      stopTrigger: this.stopTrigger === 'trade' ? undefined : this.stopTrigger,
      stopTouched: this.stopTouched ? true : undefined,
      commissionMinor: this.commissionMinor,
      swapMinor: this.swapMinor,
      usedMarginMinor: this.usedMarginMinor,
      nextSwapAt: this.nextSwapAt,
      depositPrices: this.depositPrices.length > 0 ? this.depositPrices : undefined,
      dollarPrices: this.dollarPrices.length > 0 ? this.dollarPrices : undefined,
      marginRate: this.marginRate,
      label: this.label,
      comment: this.comment,
    }
  }

  private copyEmpty(status: 'created' | 'closed'): ExchangePosition {
    const kept = status === 'created'
    return {
      id: this.id,
      symbolId: this.symbolId,
      status,
      side: this.side,
      volumeCents: 0,
      entryPoints: 0,
      openedAt: this.openedAt,
      updatedAt: this.updatedAt,
      stopPoints: kept ? this.stopPoints : undefined,
      targetPoints: kept ? this.targetPoints : undefined,
      protectionOrderId: kept ? this.protection?.id : undefined,
      trailingPoints: kept ? this.trailingPoints : undefined,
      guaranteed: kept && this.guaranteed ? true : undefined,
      stopTrigger: kept && this.stopTrigger !== 'trade' ? this.stopTrigger : undefined,
      stopTouched: kept && this.stopTouched ? true : undefined,
      commissionMinor: 0,
      swapMinor: 0,
      usedMarginMinor: undefined,
      nextSwapAt: undefined,
      depositPrices: undefined,
      dollarPrices: undefined,
      marginRate: undefined,
      label: this.label,
      comment: this.comment,
    }
  }

  /** A copy of the protection order that has just closed the position, or a part of it, at a price. */
  copyHit(order: ProtectionOrder, { filledBy }: BriefOrder, fillPoints: number): ExchangeOrder {
    const status = this.volumeCents === 0 ? 'filled' : 'accepted'
    return this.copyProtection(order, status, this.volumeCents, fillPoints, filledBy)
  }

  /** A copy of the protection order that protects the given volume; what it has closed before is a part of its own. */
  copyProtection(
    order: ProtectionOrder,
    status: ExchangeOrder['status'],
    volumeCents: number,
    fillPoints?: number,
    filledBy?: 'stop-loss' | 'take-profit',
  ): ExchangeOrder {
    return {
      id: order.id,
      positionId: this.id,
      symbolId: this.symbolId,
      type: 'protection',
      side: oppositeSide(this.side),
      volumeCents: volumeCents + order.filledCents,
      closing: true,
      onPosition: undefined,
      onlyReduces: undefined,
      stopOut: undefined,
      status,
      filledCents: status === 'filled' ? volumeCents + order.filledCents : order.filledCents,
      fillPoints,
      pricePoints: undefined,
      rangeTicks: undefined,
      timeInForce: undefined,
      trigger: this.stopTrigger === 'trade' ? undefined : this.stopTrigger,
      touched: undefined,
      expiresAt: undefined,
      opensAt: undefined,
      stopDistancePoints: undefined,
      targetDistancePoints: undefined,
      stopPoints: this.stopPoints,
      targetPoints: this.targetPoints,
      trailing: this.trailingPoints === undefined ? undefined : true,
      guaranteed: undefined,
      filledBy,
      clientOrderId: undefined,
      label: this.label,
      comment: this.comment,
      outcome: undefined,
      createdAt: order.createdAt,
      updatedAt: order.updatedAt,
    }
  }
}

/** The position without volume that an order refers to. */
export function positionOf(
  order: ExchangeOrder,
  status: 'created' | 'closed',
  updatedAt: number,
): ExchangePosition {
  return {
    id: order.positionId,
    symbolId: order.symbolId,
    status,
    side: order.side,
    volumeCents: 0,
    entryPoints: 0,
    openedAt: order.createdAt,
    updatedAt,
    stopPoints: undefined,
    targetPoints: undefined,
    protectionOrderId: undefined,
    trailingPoints: undefined,
    guaranteed: undefined,
    stopTrigger: undefined,
    stopTouched: undefined,
    commissionMinor: 0,
    swapMinor: 0,
    usedMarginMinor: undefined,
    nextSwapAt: undefined,
    depositPrices: undefined,
    dollarPrices: undefined,
    marginRate: undefined,
    label: order.label,
    comment: order.comment,
  }
}
