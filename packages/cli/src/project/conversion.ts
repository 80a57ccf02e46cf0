import { findConversionChain, type Instrument } from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'

const DOLLAR = 'USD'

/**
 * Checks that the prices of a symbol, and of those that feeds watch, convert all that it costs to the currency of the
 * account.
 *
 * @throws {@link CliError} `config-invalid` with what to change
 */
export function checkConversion(
  instrument: Instrument,
  currency: string,
  watched: readonly Instrument[] = [],
): void {
  const { name, base, quote, costs } = instrument
  const leads = (from: string, to: string) =>
    findConversionChain(from, to, [instrument, ...watched]) !== undefined
  if (!leads(quote, currency))
    throw new CliError(
      'config-invalid',
      `Profits of ${name} are in ${quote} and the account is in ${currency}: nothing here tells how many ${currency} a ${quote} was. ` +
        `Set account: { currency: '${quote}' } in claw.config.ts and read the figures in ${quote}` +
        `${/^[A-WYZ]/.test(base) && base.length === 3 ? ` (or '${base}')` : ''}; or give the strategy a feed of a symbol that leads from ${quote} to ${currency}, e.g. rate: { timeframe: 'm15', symbol: '…' }.`,
    )
  const charged = chargedIn(costs).filter(from => !leads(from, currency))
  const needsDollar = costs.commission.type === 'usd-per-million' && !leads(quote, DOLLAR)
  if (charged.length === 0 && !needsDollar) return
  const [from = DOLLAR] = charged
  throw new CliError(
    'config-invalid',
    `The commission of ${name} is in ${from}, and its prices (${base} in ${quote}) do not convert that to ${currency}. ` +
      `State it as quote-per-lot in a record of your own: claw data instrument ${name} > record.json, correct it, claw data instrument ${name} --instrument record.json.`,
  )
}

function chargedIn({ commission, minCommission }: Instrument['costs']): readonly string[] {
  const inDollars = commission.type === 'usd-per-lot' || commission.type === 'usd-per-million'
  return [
    ...(inDollars && commission.rate > 0 ? [DOLLAR] : []),
    ...(minCommission === undefined ? [] : [minCommission.currency]),
  ]
}
