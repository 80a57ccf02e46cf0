import type { Instrument } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { divideRounded } from '../profit.ts'
import type { ExchangeAccount } from './exchange-types.ts'

/** Commission rates have eight decimals on the wire. */
const RATE_SCALE = 100_000_000n

/**
 * Checks that an account can pay the costs of an instrument without conversion.
 *
 * Accounts in another currency than the quote currency need conversion chains, which are later work.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function checkCurrency(instrument: Instrument, account: Pick<ExchangeAccount, 'currency'>): void {
  const { commission } = instrument.costs
  const inDollars = commission.type === 'usd-per-lot' || commission.type === 'usd-per-million'
  if (instrument.quote === account.currency && (!inDollars || account.currency === 'USD')) return
  throw new EngineError(
    'invalid-options',
    `${instrument.name} is quoted in ${instrument.quote} with commission ${commission.type}, the account is in ` +
      `${account.currency}. Conversion between currencies is not built yet: use an account in the quote currency` +
      `${inDollars ? ', which must be USD for a commission in dollars' : ''}.`,
    { details: { instrument: instrument.name, quote: instrument.quote, currency: account.currency } },
  )
}

/**
 * Commission of one deal in minor units; 0 or negative (charged).
 *
 * Rounded once, half away from zero (0.025 → 3 cents).
 *
 * @see ctrader-protocol §5.3
 */
export function commissionMinor(
  instrument: Instrument,
  volumeCents: number,
  pricePoints: number,
  digits: number,
): number {
  const { commission } = instrument.costs
  if (commission.type === 'none' || commission.rate === 0) return 0
  const rate = BigInt(Math.round(commission.rate * Number(RATE_SCALE)))
  const volume = BigInt(volumeCents)
  const value = volume * BigInt(pricePoints)
  const scale = 10n ** BigInt(digits)
  const lotCents = BigInt(Math.round(instrument.lotSize * 100))
  switch (commission.type) {
    case 'usd-per-lot':
    case 'quote-per-lot':
      return negated(divideRounded(volume * rate * scale, lotCents * RATE_SCALE))
    // 10^7 points × cents are one dollar; per 10^6 dollars.
    case 'usd-per-million':
      return negated(divideRounded(value * rate * scale, 10_000_000n * 1_000_000n * RATE_SCALE))
    case 'percent-of-value':
      return negated(divideRounded(value * rate * scale, 10_000_000n * 100n * RATE_SCALE))
  }
}

function negated(minor: number): number {
  return minor === 0 ? 0 : -minor
}
