import type { Metrics } from './metrics.ts'

/** Fewer daily returns than these make no annual figure: × √252 turns two or three of them into anything. */
export const LEAST_SHARPE_DAYS = 20

/**
 * The annual Sharpe ratio as a figure to print and to hold against a bound; `undefined` below
 * {@link LEAST_SHARPE_DAYS} days.
 */
export function statedSharpe({
  sharpe,
  tradingDays = LEAST_SHARPE_DAYS,
}: { readonly sharpe?: number | null | undefined } & Partial<Pick<Metrics, 'tradingDays'>>):
  | number
  | undefined {
  return tradingDays < LEAST_SHARPE_DAYS ? undefined : (sharpe ?? undefined)
}
