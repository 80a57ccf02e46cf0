import { type QuoteGuardOptions, type RiskLimits, WIDE_QUOTE_LIMITS } from '@openclaw-trading/bot-engine'
import type { ControlResponse } from '@openclaw-trading/control-plane/client'
import { DEFAULT_RISK, REPLAY_QUOTE_FILTER } from '../strategies/registry.ts'

/** What every run is bound to: limits of its orders, and the filter of its quotes unless the operator turned it off. */
export function limitsOf(
  { quoteFilter }: Pick<ControlResponse, 'quoteFilter'>,
  { environmentName }: { readonly environmentName: string },
): { readonly risk: RiskLimits; readonly quoteFilter: QuoteGuardOptions } {
  const limits = environmentName.startsWith('replay:') ? REPLAY_QUOTE_FILTER : WIDE_QUOTE_LIMITS
  return { risk: DEFAULT_RISK, quoteFilter: quoteFilter ? limits : false }
}
