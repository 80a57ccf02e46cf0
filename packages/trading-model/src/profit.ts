import type { Quote } from './market.ts'
import { addMoney, type Money, money } from './money.ts'
import type { Position } from './position.ts'
import { priceToPoints } from './price.ts'
import { NO_CONVERSION, type Ratio, scaleByRatio } from './ratio.ts'
import { type LotSize, lotsToCents } from './volume.ts'

/** What a position would bring if it were closed now. */
export interface UnrealisedProfit {
  /** Price difference × volume in deposit currency. */
  readonly gross: Money
  /** Gross + accrued swap + commission of the opening side; without the commission that closing would cost. */
  readonly net: Money
}

/** Points × cents in one whole unit of quote currency. */
const POINT_CENTS = 10_000_000n

/**
 * Profit of an open position at a quote, in the currency of its account; a long closes at the bid, a short at the ask.
 *
 * @param conversion - factor from the quote currency to the deposit currency; absent: they are the same
 * @throws {@link ModelError} `money-overflow`
 */
export function unrealisedProfit(
  instrument: LotSize,
  position: Pick<Position, 'side' | 'volume' | 'entryPrice' | 'swap' | 'commission'>,
  quote: Pick<Quote, 'bid' | 'ask'>,
  conversion: Ratio = NO_CONVERSION,
): UnrealisedProfit {
  const { side, swap, commission } = position
  const entry = priceToPoints(position.entryPrice)
  const difference = side === 'buy' ? priceToPoints(quote.bid) - entry : entry - priceToPoints(quote.ask)
  const cents = BigInt(lotsToCents(instrument, position.volume))
  const minor = scaleByRatio(BigInt(difference) * cents * 10n ** BigInt(swap.digits), {
    numerator: conversion.numerator,
    denominator: conversion.denominator * POINT_CENTS,
  })
  const gross = money(minor, swap.digits, swap.currency)
  return { gross, net: addMoney(addMoney(gross, swap), commission) }
}
