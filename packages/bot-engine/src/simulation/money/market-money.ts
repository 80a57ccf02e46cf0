import type { Instrument, LeverageTier } from '@openclaw-trading/trading-model'
import { inLowestTerms, marginMinor, minorPerUnit, multiplyDivide } from '../../profit.ts'
import type { ExchangeAccount } from '../exchange-types.ts'
import { PlainCommission } from './costs.ts'
import { isCharged } from './swap.ts'

/** Points × cents in one whole unit of quote currency. */
const POINT_CENTS = 10_000_000

/** What symbol and account decide of the money of a market once, because every order asks for it. */
export class MarketMoney {
  /** Quoted in the currency of the account: nothing is converted. */
  readonly isHome: boolean
  /** Quoted in dollars on an account in dollars: the rates of a deal are its price. */
  readonly isDollar: boolean
  /** And no minimum is in another currency: no order waits for a rate. */
  readonly needsNoRate: boolean
  /** `undefined` when the leverage of the account alone counts. */
  readonly tiers: readonly LeverageTier[] | undefined
  /** Margin is by the leverage of the account alone, and nothing is converted: see {@link MarketMoney.marginMinor}. */
  readonly isPlain: boolean
  /** Price × volume of which the money is surely a safe integer. */
  readonly safeValue: number
  /** Its positions pay swap, or the rollover commission of a swap-free account. */
  readonly isCharged: boolean
  readonly commission: PlainCommission
  private readonly account: Pick<ExchangeAccount, 'leverage' | 'digits'>
  // Margin ÷ (price × volume), in whole numbers.
  private readonly marginParts: number
  private readonly marginDivisor: number

  /** Decides it for an instrument on an account. */
  constructor(instrument: Instrument, account: ExchangeAccount) {
    const { quote, costs, leverageId } = instrument
    const { currency, digits, leverage } = account
    this.isHome = quote === currency
    this.isDollar = this.isHome && quote === 'USD'
    this.needsNoRate = this.isDollar && (costs.minCommission?.currency ?? quote) === quote
    this.tiers =
      leverageId === undefined ? undefined : account.leverageTiers?.find(({ id }) => id === leverageId)?.tiers
    this.isPlain = this.isHome && this.tiers === undefined
    // Doubles err by far less than a tenth.
    this.safeValue = ((Number.MAX_SAFE_INTEGER * 0.9) / minorPerUnit(digits)) * POINT_CENTS
    this.isCharged = isCharged(instrument, account.swapFree === true)
    this.commission = new PlainCommission(instrument, digits, currency)
    this.account = account
    // Leverage has at most two decimals on the wire (leverageInCents).
    const { parts, divisor } = inLowestTerms(
      minorPerUnit(digits) * 100,
      POINT_CENTS * Math.round(leverage * 100),
    )
    this.marginParts = parts
    this.marginDivisor = divisor
  }

  /** Margin by the leverage of the account alone in minor units, where nothing is converted. */
  marginMinor(pricePoints: number, volumeCents: number): number {
    const value = pricePoints * volumeCents * this.marginParts
    if (Number.isSafeInteger(value)) return multiplyDivide(value, 1, this.marginDivisor)
    const { leverage, digits } = this.account
    return marginMinor(pricePoints, volumeCents, leverage, digits)
  }
}
