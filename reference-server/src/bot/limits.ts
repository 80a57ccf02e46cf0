import { type LiveOptions, type AnyStrategy, WIDE_QUOTE_LIMITS } from '@openclaw-trading/bot-engine'
import type { BotStart } from '@openclaw-trading/control-plane'
import type { ControlResponse } from '@openclaw-trading/control-plane/client'
import { DEFAULT_RISK, REPLAY_QUOTE_FILTER } from '../strategies/registry.ts'

/**
 * What every run is bound to: limits of its orders, the filter of its quotes unless the operator turned it off, and how
 * long that may keep back every one.
 */
export function limitsOf(
  { quoteFilter }: Pick<ControlResponse, 'quoteFilter'>,
  {
    environmentName,
    quoteSilence: { keptBackAfterMs } = {},
  }: Pick<BotStart, 'environmentName' | 'quoteSilence'>,
): Pick<LiveOptions<AnyStrategy>, 'risk' | 'quoteFilter' | 'keptBackAfterMs'> {
  const limits = environmentName.startsWith('replay:') ? REPLAY_QUOTE_FILTER : WIDE_QUOTE_LIMITS
  return {
    risk: DEFAULT_RISK,
    quoteFilter: quoteFilter ? limits : false,
    ...(keptBackAfterMs === undefined ? {} : { keptBackAfterMs }),
  }
}
