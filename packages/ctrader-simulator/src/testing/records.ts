import type { ExchangeDeal, ExchangeOrder, ExchangePosition } from '@openclaw-trading/bot-engine/simulation'
import {
  centsToLots,
  type DealId,
  type Instrument,
  type Lots,
  type OrderId,
  type PositionId,
  pointsToPrice,
  type Price,
  type Side,
} from '@openclaw-trading/trading-model'

/** An order as the venue holds it. */
export interface VenueOrder {
  readonly id: OrderId
  /** Allocated when the order is accepted, also for one that waits for a price. */
  readonly positionId: PositionId
  readonly symbol: string
  readonly type: ExchangeOrder['type']
  readonly side: Side
  readonly volume: Lots
  /** It reduces or closes a position. */
  readonly isClosing: boolean
  /** Of an order that waits for a price. */
  readonly price?: Price
  readonly stopLoss?: Price
  readonly takeProfit?: Price
  readonly label?: string
  readonly comment?: string
  readonly clientOrderId?: string
}

/** A position as the venue holds it. */
export interface VenuePosition {
  readonly id: PositionId
  readonly symbol: string
  readonly side: Side
  readonly volume: Lots
  readonly entryPrice: Price
  readonly stopLoss?: Price
  readonly takeProfit?: Price
  readonly label?: string
}

/** An execution as the venue holds it. */
export interface VenueFill {
  readonly dealId: DealId
  readonly orderId: OrderId
  readonly positionId: PositionId
  readonly symbol: string
  readonly side: Side
  readonly volume: Lots
  readonly price: Price
  /** Present when it closed something: what was gained, after commission, swap and fees, in deposit currency. */
  readonly netProfit?: number
}

/** Writes the venue's own records in decimals. */
export class VenueRecords {
  readonly #instruments: readonly Instrument[]
  readonly #moneyDigits: number

  constructor(instruments: readonly Instrument[], moneyDigits: number) {
    this.#instruments = instruments
    this.#moneyDigits = moneyDigits
  }

  order(order: ExchangeOrder): VenueOrder {
    const { clientOrderId, comment, label } = order
    return {
      id: order.id,
      positionId: order.positionId,
      ...this.#traded(order.symbolId, order.volumeCents),
      type: order.type,
      side: order.side,
      isClosing: order.closing,
      ...priceAs('price', order.pricePoints),
      ...priceAs('stopLoss', order.stopPoints),
      ...priceAs('takeProfit', order.targetPoints),
      ...(label === undefined ? {} : { label }),
      ...(comment === undefined ? {} : { comment }),
      ...(clientOrderId === undefined ? {} : { clientOrderId }),
    }
  }

  position(position: ExchangePosition): VenuePosition {
    const { label } = position
    return {
      id: position.id,
      ...this.#traded(position.symbolId, position.volumeCents),
      side: position.side,
      entryPrice: pointsToPrice(position.entryPoints),
      ...priceAs('stopLoss', position.stopPoints),
      ...priceAs('takeProfit', position.targetPoints),
      ...(label === undefined ? {} : { label }),
    }
  }

  fill(deal: ExchangeDeal): VenueFill {
    const { closing } = deal
    return {
      dealId: deal.id,
      orderId: deal.orderId,
      positionId: deal.positionId,
      ...this.#traded(deal.symbolId, deal.volumeCents),
      side: deal.side,
      price: pointsToPrice(deal.pricePoints),
      ...(closing === undefined
        ? {}
        : {
            netProfit:
              (closing.grossMinor +
                closing.commissionMinor +
                closing.swapMinor +
                closing.conversionFeeMinor) /
              10 ** this.#moneyDigits,
          }),
    }
  }

  #traded(symbolId: number, cents: number): { readonly symbol: string; readonly volume: Lots } {
    const instrument = this.#instruments.find(({ id }) => id === symbolId)
    return {
      symbol: instrument?.name ?? String(symbolId),
      volume: centsToLots({ lotSize: instrument?.lotSize ?? 1 }, cents),
    }
  }
}

function priceAs<Name extends 'price' | 'stopLoss' | 'takeProfit'>(
  name: Name,
  points: number | undefined,
): { readonly [N in Name]?: Price } {
  const named: { readonly [N in Name]?: Price } = {}
  return points === undefined ? named : { ...named, [name]: pointsToPrice(points) }
}
