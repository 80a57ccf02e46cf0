import type { LeverageTier } from '@openclaw-trading/trading-model'
import type { ProtoOADynamicLeverageTier } from '../protocol/generated/messages.js'
import { required } from './presence.ts'

/**
 * Decodes the tiers of a symbol, smallest exposure first: volume is in cents of US dollars, leverage in hundredths, and
 * the last tier has no end.
 *
 * @see ProtoOADynamicLeverageTier
 * @throws {@link CTraderError} `protocol-violation`
 */
export function decodeLeverageTiers(tiers: readonly ProtoOADynamicLeverageTier[]): readonly LeverageTier[] {
  const sorted = tiers
    .map(({ volume, leverage }) => ({
      upToUsd: required(volume, 'tier.volume') / 100,
      leverage: required(leverage, 'tier.leverage') / 100,
    }))
    .sort((a, b) => a.upToUsd - b.upToUsd)
  return sorted.map((tier, index) => (index === sorted.length - 1 ? { leverage: tier.leverage } : tier))
}
