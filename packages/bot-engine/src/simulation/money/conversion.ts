import {
  type ConversionChain,
  conversionRatio,
  findConversionChain,
  type Instrument,
  NO_CONVERSION,
  type Ratio,
  type SymbolId,
} from '@openclaw-trading/trading-model'

const NONE: readonly number[] = []

/** Where a converter reads prices: the prevailing bid of a symbol, 0 before its first quote. */
export type BidOf = (symbolId: SymbolId) => number

/**
 * Converts between currencies through the venue's own symbols, over up to two of them.
 *
 * Every link is priced by its prevailing bid, whichever way it is walked: which side a real venue takes is not known.
 */
export class Converter {
  private readonly instruments: readonly Instrument[]
  private readonly bidOf: BidOf
  private readonly chains = new Map<string, ConversionChain | undefined>()

  /** Creates a converter over the symbols of a venue. */
  constructor(instruments: readonly Instrument[], bidOf: BidOf) {
    this.instruments = instruments
    this.bidOf = bidOf
  }

  /** The way between two currencies; `undefined` when no two symbols lead there. */
  chain(from: string, to: string): ConversionChain | undefined {
    const key = `${from} ${to}`
    if (!this.chains.has(key)) this.chains.set(key, findConversionChain(from, to, this.instruments))
    return this.chains.get(key)
  }

  /** The factor at the prevailing quotes; `undefined` without a way, or before the first quote of a symbol on it. */
  ratio(from: string, to: string): Ratio | undefined {
    if (from === to) return NO_CONVERSION
    const chain = this.chain(from, to)
    return chain === undefined ? undefined : conversionRatio(chain, this.bidOf)
  }

  /** The prices that {@link ratio} is made of, in the order of the chain; they can be kept as whole numbers. */
  prices(from: string, to: string): readonly number[] {
    if (from === to) return NONE
    return (this.chain(from, to)?.steps ?? []).map(({ symbolId }) => this.bidOf(symbolId))
  }

  /** The factor at prices that were kept. */
  ratioAt(from: string, to: string, prices: readonly number[]): Ratio {
    const chain = from === to ? undefined : this.chain(from, to)
    if (chain === undefined) return NO_CONVERSION
    const { steps } = chain
    return (
      conversionRatio(chain, symbolId => prices[steps.findIndex(step => step.symbolId === symbolId)]) ??
      NO_CONVERSION
    )
  }
}
