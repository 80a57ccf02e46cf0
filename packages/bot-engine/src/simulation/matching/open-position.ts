import type { OrderId, PositionId, Side, StopTrigger, SymbolId } from '@openclaw-trading/trading-model'
import { divideRounded, oppositeSide } from '@openclaw-trading/trading-model'
import type { ExchangeOrder, ExchangePosition, PositionLevels } from '../exchange-types.ts'

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** The venue's own order that carries the levels of a position, as it changes. */
export interface ProtectionOrder {
  readonly id: OrderId
  readonly createdAt: number
  updatedAt: number
}

const NONE: readonly number[] = []

/** An open position as it changes; what leaves the venue are copies of it. */
export class OpenPosition {
  readonly id: PositionId
  readonly symbolId: SymbolId
  readonly side: Side
  readonly label: string | undefined
  readonly comment: string | undefined
  entryPoints = 0
  volumeCents = 0
  openedAt: number
  updatedAt: number
  commissionMinor = 0
  swapMinor = 0
  usedMarginMinor = 0
  nextSwapAt: number | undefined
  depositPrices: readonly number[] = NONE
  dollarPrices: readonly number[] = NONE
  marginRate: number | undefined
  stopPoints: number | undefined
  targetPoints: number | undefined
  /** Distance that a trailing stop keeps. */
  trailingPoints: number | undefined
  guaranteed = false
  stopTrigger: StopTrigger = 'trade'
  /** A double trigger has seen the first of its two quotes. */
  stopTouched = false
  protection: ProtectionOrder | undefined

  /** Creates a position without volume: an order refers to it. */
  constructor(
    id: PositionId,
    symbolId: SymbolId,
    side: Side,
    at: number,
    texts: { readonly label?: string | undefined; readonly comment?: string | undefined },
  ) {
    this.id = id
    this.symbolId = symbolId
    this.side = side
    this.openedAt = at
    this.updatedAt = at
    this.label = texts.label
    this.comment = texts.comment
  }

  /** Restores a position from a copy; `order` is its protection order. */
  static from(copy: ExchangePosition, order: ExchangeOrder | undefined): OpenPosition {
    const position = new OpenPosition(copy.id, copy.symbolId, copy.side, copy.openedAt, copy)
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
      position.protection = { id: order.id, createdAt: order.createdAt, updatedAt: order.updatedAt }
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

  /** Takes more volume at a price: the entry is the average, rounded to 1/100000. */
  increase(volumeCents: number, pricePoints: number): void {
    const total = this.volumeCents + volumeCents
    this.entryPoints =
      this.volumeCents === 0 || this.entryPoints === pricePoints
        ? pricePoints
        : divideRounded(
            BigInt(this.entryPoints) * BigInt(this.volumeCents) + BigInt(pricePoints) * BigInt(volumeCents),
            BigInt(total),
          )
    this.volumeCents = total
  }

  /** A copy of this instant. A position that is not open shows price 0, and keeps its levels while `created`. */
  copy(status: ExchangePosition['status']): ExchangePosition {
    const open = status === 'open'
    const copy: Mutable<ExchangePosition> = {
      id: this.id,
      symbolId: this.symbolId,
      status,
      side: this.side,
      volumeCents: open ? this.volumeCents : 0,
      entryPoints: open ? this.entryPoints : 0,
      openedAt: this.openedAt,
      updatedAt: this.updatedAt,
      commissionMinor: open ? this.commissionMinor : 0,
      swapMinor: open ? this.swapMinor : 0,
    }
    if (open) this.#copyMoney(copy)
    if (status !== 'closed') this.#copyLevels(copy)
    if (this.label !== undefined) copy.label = this.label
    if (this.comment !== undefined) copy.comment = this.comment
    return copy
  }

  #copyLevels(copy: Mutable<ExchangePosition>): void {
    if (this.stopPoints !== undefined) copy.stopPoints = this.stopPoints
    if (this.targetPoints !== undefined) copy.targetPoints = this.targetPoints
    if (this.protection !== undefined) copy.protectionOrderId = this.protection.id
    if (this.trailingPoints !== undefined) copy.trailingPoints = this.trailingPoints
    if (this.guaranteed) copy.guaranteed = true
    if (this.stopTrigger !== 'trade') copy.stopTrigger = this.stopTrigger
    if (this.stopTouched) copy.stopTouched = true
  }

  #copyMoney(copy: Mutable<ExchangePosition>): void {
    copy.usedMarginMinor = this.usedMarginMinor
    if (this.nextSwapAt !== undefined) copy.nextSwapAt = this.nextSwapAt
    if (this.depositPrices.length > 0) copy.depositPrices = this.depositPrices
    if (this.dollarPrices.length > 0) copy.dollarPrices = this.dollarPrices
    if (this.marginRate !== undefined) copy.marginRate = this.marginRate
  }

  /** A copy of the protection order, of the given volume. */
  copyProtection(
    order: ProtectionOrder,
    status: ExchangeOrder['status'],
    volumeCents: number,
    fillPoints?: number,
  ): ExchangeOrder {
    const copy: Mutable<ExchangeOrder> = {
      id: order.id,
      positionId: this.id,
      symbolId: this.symbolId,
      type: 'protection',
      side: oppositeSide(this.side),
      volumeCents,
      closing: true,
      status,
      filledCents: status === 'filled' ? volumeCents : 0,
      createdAt: order.createdAt,
      updatedAt: order.updatedAt,
    }
    if (fillPoints !== undefined) copy.fillPoints = fillPoints
    if (this.stopPoints !== undefined) copy.stopPoints = this.stopPoints
    if (this.targetPoints !== undefined) copy.targetPoints = this.targetPoints
    if (this.trailingPoints !== undefined) copy.trailing = true
    if (this.stopTrigger !== 'trade') copy.trigger = this.stopTrigger
    if (this.label !== undefined) copy.label = this.label
    if (this.comment !== undefined) copy.comment = this.comment
    return copy
  }
}
