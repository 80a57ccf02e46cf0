import {
  centsToLots,
  type DealId,
  type Instrument,
  money,
  type Money,
  type OrderId,
  type Position,
  type PositionId,
  pointsToPrice,
  type Price,
  type Side,
  type StopTrigger,
  type SymbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'

// What a fill is made of, as plain numbers: prices in 1/100000 ("points"), volume in 1/100 unit ("cents"), money in minor
// units. The simulated venue has nothing else. A backtest keeps to it as long as nobody reads the objects of the model,
// which cost more than the fill itself.

/** The money of an account. */
export interface MoneyTerms {
  readonly currency: string
  /** Decimal digits, 0 to 8. */
  readonly digits: number
}

/** A position, of a copy or of the position itself. */
export interface PositionFacts {
  readonly id: PositionId
  readonly symbolId: SymbolId
  readonly side: Side
  readonly volumeCents: number
  readonly entryPoints: number
  readonly openedAt: number
  readonly swapMinor: number
  readonly commissionMinor: number
  readonly usedMarginMinor?: number | undefined
  readonly stopPoints?: number | undefined
  readonly targetPoints?: number | undefined
  readonly trailingPoints?: number | undefined
  readonly guaranteed?: boolean | undefined
  readonly stopTrigger?: StopTrigger | undefined
  readonly label?: string | undefined
}

/** An order that filled. */
export interface OrderFacts {
  readonly id: OrderId
  readonly stopOut?: true | undefined
  /** Which level a protective order filled at. */
  readonly filledBy?: 'stop-loss' | 'take-profit' | undefined
  readonly clientOrderId?: string | undefined
  readonly label?: string | undefined
}

/** What a closing deal realised. */
export interface ClosingFacts {
  readonly entryPoints: number
  readonly grossMinor: number
  /** Of both sides; 0 or negative. */
  readonly commissionMinor: number
  readonly swapMinor: number
  readonly conversionFeeMinor: number
  readonly balanceMinor: number
  /** Quote → deposit currency. Absent: they are the same. */
  readonly conversionRate?: number | undefined
}

/** A deal. */
export interface DealFacts {
  readonly id: DealId
  readonly orderId: OrderId
  readonly positionId: PositionId
  readonly side: Side
  readonly volumeCents: number
  readonly pricePoints: number
  readonly executedAt: number
  /** This side alone; 0 or negative. */
  readonly commissionMinor: number
  readonly closing?: ClosingFacts | undefined
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

/** A position in the words of the model; without volume it has no price, costs or levels. */
export function toPosition(
  position: PositionFacts,
  { instrument, account }: { readonly instrument: Instrument; readonly account: MoneyTerms },
): Position {
  const open = position.volumeCents > 0
  const { stopPoints, targetPoints, label } = position
  const { digits, currency } = account
  const result: Mutable<Position> = {
    id: position.id,
    symbolId: position.symbolId,
    side: position.side,
    volume: centsToLots(instrument, position.volumeCents),
    entryPrice: open ? pointsToPrice(position.entryPoints) : (0 as Price),
    openedAt: position.openedAt as UnixMs,
    // Not by `toMoney`: digits were checked with the account, and the venue's amounts are whole. −0 + 0 is 0.
    swap: { minor: open ? position.swapMinor + 0 : 0, digits, currency },
    commission: { minor: open ? position.commissionMinor + 0 : 0, digits, currency },
  }
  // Assigned, not spread: a spread of `condition && {…}` costs about a microsecond.
  if (label !== undefined && label !== '') result.label = label
  if (!open) return result
  if (position.usedMarginMinor !== undefined)
    result.usedMargin = { minor: position.usedMarginMinor + 0, digits, currency }
  if (stopPoints !== undefined) result.stopLoss = pointsToPrice(stopPoints)
  if (targetPoints !== undefined) result.takeProfit = pointsToPrice(targetPoints)
  if (position.trailingPoints !== undefined) result.trailing = true
  if (position.guaranteed === true) result.guaranteed = true
  if (position.stopTrigger !== undefined && position.stopTrigger !== 'trade')
    result.stopTrigger = position.stopTrigger
  return result
}

/** An amount of an account. @throws {@link ModelError} `money-overflow` */
export function toMoney(minor: number, { digits, currency }: MoneyTerms): Money {
  return money(minor, digits, currency)
}
