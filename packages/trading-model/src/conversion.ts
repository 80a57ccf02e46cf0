import type { SymbolId } from './ids.ts'
import { POINTS_PER_UNIT } from './price.ts'
import { multiplyRatios, NO_CONVERSION, type Ratio, ratioToNumber } from './ratio.ts'

/** One symbol on the way from a currency to another. */
export interface ConversionStep {
  readonly symbolId: SymbolId
  /** The way goes from the symbol's quote to its base: divide by the price. Else multiply. */
  readonly inverse: boolean
}

/** The way from one currency to another; without steps they are the same. */
export interface ConversionChain {
  readonly from: string
  readonly to: string
  /** In the order of the walk. */
  readonly steps: readonly ConversionStep[]
}

/** What a chain needs to know of a symbol. */
export interface ConversionSymbol {
  readonly id: SymbolId
  readonly base: string
  readonly quote: string
}

/** Most links that {@link findConversionChain} looks for. */
export const MAX_CONVERSION_LINKS = 2

/**
 * Walks an ordered list of symbols from one currency to another, as the broker answers a request for a conversion.
 *
 * @returns `undefined` when the list does not lead there
 * @see ProtoOASymbolsForConversionRes
 */
export function conversionChain(
  from: string,
  to: string,
  orderedSymbols: readonly ConversionSymbol[],
): ConversionChain | undefined {
  let asset = from
  const steps: ConversionStep[] = []
  for (const { id, base, quote } of orderedSymbols) {
    if (base !== asset && quote !== asset) return undefined
    const inverse = base !== asset
    steps.push({ symbolId: id, inverse })
    asset = inverse ? base : quote
  }
  return asset === to ? { from, to, steps } : undefined
}

/**
 * Finds the shortest chain of up to two symbols; of equally short ones the first in the order of `symbols`.
 *
 * @returns `undefined` when there is none
 */
export function findConversionChain(
  from: string,
  to: string,
  symbols: readonly ConversionSymbol[],
): ConversionChain | undefined {
  if (from === to) return { from, to, steps: [] }
  for (const symbol of symbols) {
    const chain = conversionChain(from, to, [symbol])
    if (chain !== undefined) return chain
  }
  for (const first of symbols)
    for (const second of symbols) {
      const chain = first.id === second.id ? undefined : conversionChain(from, to, [first, second])
      if (chain !== undefined) return chain
    }
  return undefined
}

/**
 * The exact factor from `chain.from` to `chain.to`, from prices in whole steps of 1/100000.
 *
 * @returns `undefined` while a symbol has no price
 */
export function conversionRatio(
  chain: ConversionChain,
  pointsOf: (symbolId: SymbolId) => number | undefined,
): Ratio | undefined {
  let ratio = NO_CONVERSION
  for (const { symbolId, inverse } of chain.steps) {
    const points = pointsOf(symbolId)
    if (points === undefined || points <= 0) return undefined
    const price = BigInt(points)
    const unit = BigInt(POINTS_PER_UNIT)
    ratio = multiplyRatios(
      ratio,
      inverse ? { numerator: unit, denominator: price } : { numerator: price, denominator: unit },
    )
  }
  return ratio
}

/**
 * The rate from `chain.from` to `chain.to` as a number, for display; sums take {@link conversionRatio}.
 *
 * @returns `undefined` while a symbol has no price
 */
export function conversionRate(
  chain: ConversionChain,
  priceOf: (symbolId: SymbolId) => number | undefined,
): number | undefined {
  const ratio = conversionRatio(chain, symbolId => {
    const price = priceOf(symbolId)
    return price === undefined ? undefined : Math.round(price * POINTS_PER_UNIT)
  })
  return ratio === undefined ? undefined : ratioToNumber(ratio)
}
