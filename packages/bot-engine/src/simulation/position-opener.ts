import { roundPoints } from '@openclaw-trading/trading-model'
import { pointCents } from '../profit.ts'
import type { ExchangeEvent, ExchangeOrder } from './exchange-types.ts'
import type { Market } from './matching.ts'
import type { OpenPosition } from './open-position.ts'
import type { Refusal } from './order-checks.ts'
import type { VenueState } from './venue-state.ts'

/** Where an event goes; the tag of the request that caused it is added. */
export type Emit<Tag> = (event: ExchangeEvent<Tag>, tag: Tag | undefined) => void

/** A fill that opens a position. */
export interface OpeningFill<Tag> {
  readonly at: number
  readonly pricePoints: number
  /** The venue caused it by itself: a quote reached a pending order. */
  readonly server: boolean
  readonly tag: Tag | undefined
}

/** Fills accepted orders that open a position, and gives positions their first protection. */
export class PositionOpener<Tag> {
  readonly #state: VenueState
  readonly #emit: Emit<Tag>

  /** Creates an opener over a state. */
  constructor(state: VenueState, emit: Emit<Tag>) {
    this.#state = state
    this.#emit = emit
  }

  /** Why a position cannot be paid for at a price; `undefined` when it can. */
  moneyRefusal(
    { symbolId, side, volumeCents }: Pick<ExchangeOrder, 'symbolId' | 'side' | 'volumeCents'>,
    pricePoints: number,
  ): Refusal | undefined {
    const market = this.#state.market(symbolId)
    if (!this.#state.money.hasConversions(market))
      return { code: 'NO_QUOTES', description: 'There is no quote yet to convert to the deposit currency' }
    const { digits } = this.#state.account
    const value = pointCents(pricePoints, volumeCents, digits) / 10_000_000n
    if (value > BigInt(Number.MAX_SAFE_INTEGER))
      return { code: 'TRADING_BAD_VOLUME', description: `The value is beyond money of ${digits} digits` }
    const required = this.#state.money.requiredMarginMinor(market, side, volumeCents, pricePoints)
    const free = this.#state.money.freeMarginMinor()
    if (required <= 0 || required <= free) return undefined
    return { code: 'NOT_ENOUGH_MONEY', description: `Margin ${required} is needed, ${free} is free` }
  }

  /** Fills an order; its levels, as prices or as distances from the fill, follow as a protection order (sequence B). */
  fill(order: ExchangeOrder, position: OpenPosition, fill: OpeningFill<Tag>): void {
    const { at, pricePoints, server, tag } = fill
    const market = this.#state.market(order.symbolId)
    const deal = this.#state.openDeal(position, order, at, pricePoints)
    const filled: ExchangeOrder = {
      ...order,
      status: 'filled',
      filledCents: order.volumeCents,
      fillPoints: pricePoints,
      updatedAt: at,
    }
    this.#emit(
      { type: 'order-filled', at, server, order: filled, position: position.copy('open'), deal },
      tag,
    )
    setLevels(position, market, order, pricePoints)
    if (position.stopPoints !== undefined || position.targetPoints !== undefined)
      this.protect(position, at, tag)
  }

  /** Makes the protection order of a bare position whose levels are set. */
  protect(position: OpenPosition, at: number, tag: Tag | undefined): void {
    const protection = { id: this.#state.takeOrderId(), createdAt: at, updatedAt: at }
    position.protection = protection
    position.updatedAt = at
    this.#state.watch(position.symbolId)
    const order = position.copyProtection(protection, 'accepted', position.volumeCents)
    this.#emit({ type: 'order-accepted', at, server: true, order, position: position.copy('open') }, tag)
  }
}

function setLevels(position: OpenPosition, market: Market, order: ExchangeOrder, fillPoints: number): void {
  const { stopDistancePoints, targetDistancePoints } = order
  const sign = order.side === 'buy' ? 1 : -1
  const level = (distance: number) => roundPoints(market.instrument, fillPoints + sign * distance)
  position.stopPoints = stopDistancePoints === undefined ? order.stopPoints : level(-stopDistancePoints)
  position.targetPoints =
    targetDistancePoints === undefined ? order.targetPoints : level(targetDistancePoints)
}
