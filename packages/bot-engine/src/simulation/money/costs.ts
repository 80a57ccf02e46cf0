import {
  type Commission,
  type Instrument,
  multiplyRatios,
  NO_CONVERSION,
  type Ratio,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { inLowestTerms, minorPerUnit, multiplyDivide, scaled, surelyRounded } from '../../profit.ts'
import type { Converter } from './conversion.ts'
import type { ExchangeAccount } from '../exchange-types.ts'

/** Commission rates have eight decimals on the wire. */
const RATE_SCALE = 100_000_000
/** Points × cents in one whole unit of quote currency. */
const POINT_CENTS = 10_000_000n
const DOLLAR = 'USD'

/**
 * Checks that a venue's symbols lead from every currency that an instrument costs in to that of the account.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function checkCurrency(
  instrument: Instrument,
  account: Pick<ExchangeAccount, 'currency' | 'swapFree' | 'leverageTiers'>,
  converter: Converter,
): void {
  const { name, quote, leverageId } = instrument
  const { commission, minCommission, rollover } = instrument.costs
  const isTiered = account.leverageTiers?.some(({ id }) => id === leverageId) === true
  const inDollars = commission.type === 'usd-per-lot' || commission.type === 'usd-per-million'
  const needed: [string, string][] = [[quote, account.currency]]
  if (inDollars || (account.swapFree === true && rollover !== undefined))
    needed.push([DOLLAR, account.currency])
  if (isTiered || commission.type === 'usd-per-million') needed.push([quote, DOLLAR])
  if (minCommission !== undefined) needed.push([minCommission.currency, account.currency])
  for (const [from, to] of needed) {
    if (from === to || converter.chain(from, to) !== undefined) continue
    throw new EngineError(
      'invalid-options',
      `${name} needs a conversion from ${from} to ${to} (quoted in ${quote}, commission ${commission.type}, account in ` +
        `${account.currency}), and no two symbols of the venue lead there. Add such a symbol, or use an account in ${quote}.`,
      { details: { instrument: name, from, to, currency: account.currency } },
    )
  }
}

/**
 * Commission of one deal in minor units; 0 or negative (charged).
 *
 * Rounded once, half away from zero (0.025 → 3 cents), after the conversion to the deposit currency.
 *
 * @see ctrader-protocol §5.3
 */
export function commissionMinor(
  instrument: Instrument,
  volumeCents: number,
  pricePoints: number,
  digits: number,
  conversion?: { readonly converter: Converter; readonly currency: string },
): number {
  const { commission, minCommission } = instrument.costs
  const rate = commission.type === 'none' ? 0 : Math.round(commission.rate * RATE_SCALE)
  const least = minCommission === undefined ? 0 : Math.round(minCommission.amount * RATE_SCALE)
  const plain = new PlainCommission(instrument, digits, conversion?.currency).minor(volumeCents, pricePoints)
  if (plain !== undefined) return plain
  const scale = 10n ** BigInt(digits)
  const factorFrom = (from: string): Ratio =>
    conversion === undefined ? NO_CONVERSION : ratioTo(conversion.converter, from, conversion.currency)
  const dealt =
    rate === 0
      ? 0
      : scaled(
          BigInt(rate) * BigInt(volumeCents) * scale,
          multiplyRatios(unitOf(commission, instrument, pricePoints, conversion?.converter), {
            ...factorFrom(currencyOf(commission, instrument.quote)),
          }),
        )
  // Of two amounts the greater one is also the greater one when rounded.
  const floor =
    minCommission === undefined
      ? 0
      : scaled(BigInt(least) * scale, multiplyRatios(perRateUnit(1n), factorFrom(minCommission.currency)))
  return negated(Math.max(dealt, floor))
}

/** What the deals of a symbol cost where nothing is converted, no minimum applies and doubles cannot be wrong. */
export class PlainCommission {
  // Minor units for a cent of volume, or for a point × cent of value; NaN of the way that is not charged.
  private parts = Number.NaN
  private divisor = 1
  private share = Number.NaN

  /** Decides what deals do not change; without a `currency` nothing is ever converted. */
  constructor({ costs, lotSize, quote }: Instrument, digits: number, currency: string | undefined) {
    const { commission, minCommission } = costs
    const { type } = commission
    const rate = type === 'none' ? 0 : Math.round(commission.rate * RATE_SCALE)
    const hasLeast = minCommission !== undefined && Math.round(minCommission.amount * RATE_SCALE) !== 0
    const isConverted = currency !== undefined && currency !== currencyOf(commission, quote)
    if (rate < 0 || hasLeast || (isConverted && rate > 0)) return
    const scaledRate = rate * minorPerUnit(digits)
    if (rate === 0) this.parts = 0
    else if (type === 'usd-per-lot' || type === 'quote-per-lot') {
      const { parts, divisor } = inLowestTerms(scaledRate, Math.round(lotSize * 100) * RATE_SCALE)
      this.parts = parts
      this.divisor = divisor
    } else if (type === 'percent-of-value' || quote === DOLLAR)
      this.share = scaledRate / RATE_SCALE / Number(POINT_CENTS) / (type === 'percent-of-value' ? 100 : 1e6)
  }

  /** Of one deal in minor units; 0 or negative. `undefined`: {@link commissionMinor} has to compute it exactly. */
  minor(volumeCents: number, pricePoints: number): number | undefined {
    const charged = this.parts * volumeCents
    const rounded = Number.isSafeInteger(charged)
      ? multiplyDivide(charged, 1, this.divisor)
      : surelyRounded(this.share * volumeCents * pricePoints)
    // Not negated: that would make −0 of 0.
    return rounded === undefined ? undefined : 0 - rounded
  }
}

function currencyOf({ type }: Commission, quote: string): string {
  return type === 'usd-per-lot' || type === 'usd-per-million' ? DOLLAR : quote
}

/** What one unit of the scaled rate costs for one cent of volume, in the currency of the commission. */
function unitOf(
  { type }: Commission,
  { lotSize, base, quote }: Instrument,
  pricePoints: number,
  converter: Converter | undefined,
): Ratio {
  switch (type) {
    case 'none':
    case 'usd-per-lot':
    case 'quote-per-lot':
      return perRateUnit(BigInt(Math.round(lotSize * 100)))
    case 'percent-of-value':
      return { numerator: BigInt(pricePoints), denominator: POINT_CENTS * 100n * BigInt(RATE_SCALE) }
    case 'usd-per-million': {
      if (base === DOLLAR) return perRateUnit(100n * 1_000_000n)
      const dollars = converter === undefined ? NO_CONVERSION : ratioTo(converter, quote, DOLLAR)
      return multiplyRatios(
        { numerator: BigInt(pricePoints), denominator: POINT_CENTS * 1_000_000n * BigInt(RATE_SCALE) },
        dollars,
      )
    }
  }
}

function perRateUnit(divisor: bigint): Ratio {
  return { numerator: 1n, denominator: divisor * BigInt(RATE_SCALE) }
}

function ratioTo(converter: Converter, from: string, to: string): Ratio {
  const ratio = converter.ratio(from, to)
  if (ratio !== undefined) return ratio
  throw new EngineError(
    'invalid-options',
    `There is no price yet to convert ${from} to ${to}. Offer quotes of the conversion symbols before orders.`,
    { details: { from, to } },
  )
}

/** Fee on converting a realised gross profit or loss to the deposit currency; 0 or negative (charged). */
export function conversionFeeMinor(instrument: Instrument, grossMinor: number): number {
  const hundredths = Math.round((instrument.costs.conversionFeePercent ?? 0) * 100)
  if (hundredths === 0) return 0
  const factor = { numerator: BigInt(hundredths), denominator: 10_000n }
  return negated(scaled(BigInt(Math.abs(grossMinor)), factor))
}

function negated(minor: number): number {
  return minor === 0 ? 0 : -minor
}
