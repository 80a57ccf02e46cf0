import type { InstrumentTerms } from '@openclaw-trading/bot-engine/data'
import type { Instrument, LeverageTier } from '@openclaw-trading/trading-model'

const DOLLAR = 'USD'

/** Leverage tiers of a record, where the prices of the symbol tell how many dollars an exposure is. */
export function usableTiers({
  instrument,
  leverageTiers,
}: InstrumentTerms): readonly LeverageTier[] | undefined {
  return leadsToDollars(instrument) ? leverageTiers : undefined
}

/** What there is to say where they do not. */
export function unusedTiers(terms: InstrumentTerms): string | undefined {
  const { name, base, quote } = terms.instrument
  if (terms.leverageTiers === undefined || usableTiers(terms) !== undefined) return undefined
  return (
    `The leverage tiers of ${name} are by exposure in US dollars, and its prices (${base} in ${quote}) do not tell how many those are: ` +
    'the run has the leverage of the account alone, and may open more than the broker allows. In code backtest() takes a dollar pair as a watched feed.'
  )
}

/** E.g. `1:200 to 100,000 USD, 1:50 beyond`. */
export function tiersText(tiers: readonly LeverageTier[]): string {
  return tiers
    .map(({ upToUsd, leverage }) =>
      upToUsd === undefined
        ? `1:${leverage}${tiers.length > 1 ? ' beyond' : ''}`
        : `1:${leverage} to ${upToUsd.toLocaleString('en-US')} USD`,
    )
    .join(', ')
}

function leadsToDollars({ base, quote }: Instrument): boolean {
  return quote === DOLLAR || base === DOLLAR
}
