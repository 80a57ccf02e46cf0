import {
  type Instrument,
  type LeverageTier,
  multiplyRatios,
  NO_CONVERSION,
  type Ratio,
  type Side,
  tieredMargin,
} from '@openclaw-trading/trading-model'
import { marginMinor, perPointCent, scaled, pointCents } from '../../profit.ts'
import type { Converter } from './conversion.ts'
import type { ExchangeAccount } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'

/** What the margin of a position is made of, in whole numbers that survive a restart. */
export interface MarginBase {
  readonly side: Side
  readonly volumeCents: number
  readonly entryPoints: number
  /** Prices of the way from the quote to the deposit currency when it opened. */
  readonly depositPrices: readonly number[]
  /** Prices of the way from the quote currency to the dollar when it opened. */
  readonly dollarPrices: readonly number[]
}

const NONE: readonly number[] = []

/** Margins of positions, with the leverage tiers of their symbols. */
export class MarginRules {
  private readonly account: ExchangeAccount
  private readonly converter: Converter

  /** Creates the rules of an account. */
  constructor(account: ExchangeAccount, converter: Converter) {
    this.account = account
    this.converter = converter
  }

  /** The prices of this instant that a position keeps for its margin. */
  prices({ instrument, money }: Market): Pick<MarginBase, 'depositPrices' | 'dollarPrices'> {
    const { quote } = instrument
    return {
      depositPrices: this.converter.prices(quote, this.account.currency),
      dollarPrices: money.tiers === undefined ? NONE : this.converter.prices(quote, 'USD'),
    }
  }

  /**
   * Margins of the positions of one symbol and direction in minor units, in their order.
   *
   * With tiers each position takes the part of the exposure behind that of the positions before it.
   */
  margins(market: Market, positions: readonly MarginBase[]): readonly number[] {
    const { instrument, money } = market
    const { tiers } = money
    if (tiers === undefined) return positions.map(position => this.plain(market, position))
    let exposure = 0n
    return positions.map(position => {
      const cents = BigInt(this.dollarCents(instrument, position))
      const from = exposure
      exposure += cents
      return this.tiered(instrument, position, tiers, from, exposure)
    })
  }

  /** Margin of one position by the leverage of the account alone, in minor units. */
  plain({ instrument, money }: Market, { entryPoints, volumeCents, depositPrices }: MarginBase): number {
    if (depositPrices.length === 0) return money.marginMinor(entryPoints, volumeCents)
    const { leverage, digits } = this.account
    return marginMinor(entryPoints, volumeCents, leverage, digits, this.toDeposit(instrument, depositPrices))
  }

  /** Value × margin of the part ÷ the part: the part's own dollars cancel out. */
  private tiered(
    instrument: Instrument,
    { entryPoints, volumeCents, depositPrices }: MarginBase,
    tiers: readonly LeverageTier[],
    from: bigint,
    to: bigint,
  ): number {
    if (to === from) return 0
    const { leverage, digits } = this.account
    const share = tieredMargin(tiers, leverage, from, to)
    const factor = multiplyRatios(perPointCent(this.toDeposit(instrument, depositPrices)), {
      numerator: share.numerator,
      denominator: share.denominator * (to - from),
    })
    return scaled(pointCents(entryPoints, volumeCents, digits), factor)
  }

  private dollarCents(
    instrument: Instrument,
    { entryPoints, volumeCents, dollarPrices }: MarginBase,
  ): number {
    const dollars = this.converter.ratioAt(instrument.quote, 'USD', dollarPrices)
    return scaled(pointCents(entryPoints, volumeCents, 2), perPointCent(dollars))
  }

  private toDeposit({ quote }: Instrument, prices: readonly number[]): Ratio {
    return prices.length === 0 ? NO_CONVERSION : this.converter.ratioAt(quote, this.account.currency, prices)
  }
}
