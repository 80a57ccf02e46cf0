import { normalQuantile } from './normal.ts'
import { checkOption, checkRate } from './sample.ts'

/** A range that holds the true value, up to its error rate. */
export interface Interval {
  readonly lower: number
  readonly upper: number
}

/**
 * Two-sided interval for a win rate after Wilson: `(p + z²/2n ± z·√(p(1 − p)/n + z²/4n²)) ÷ (1 + z²/n)`, z = z_{1−α/2}.
 * It stays within 0 to 1 and is right for few trades, where the normal approximation is not. `undefined` without a
 * trade.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see E. B. Wilson, Probable Inference, the Law of Succession, and Statistical Inference, JASA 22, 1927
 */
export function wilsonInterval(wins: number, count: number, alpha = 0.05): Interval | undefined {
  checkRate('alpha', alpha)
  checkOption('count', count, Number.isInteger(count) && count >= 0, 'a whole number from 0')
  checkOption(
    'wins',
    wins,
    Number.isInteger(wins) && wins >= 0 && wins <= count,
    'a whole number up to count',
  )
  if (count === 0) return undefined
  const share = wins / count
  const z = normalQuantile(1 - alpha / 2)
  const correction = (z * z) / count
  const center = share + correction / 2
  const spread = z * Math.sqrt((share * (1 - share)) / count + correction / (4 * count))
  return {
    // The formula gives exactly 0 and 1 here, its rounding does not.
    lower: wins === 0 ? 0 : (center - spread) / (1 + correction),
    upper: wins === count ? 1 : (center + spread) / (1 + correction),
  }
}

/**
 * Trades needed to show an expectancy of `effect` with one test: `⌈((z_{1−α} + z_{1−β})·σ/δ)²⌉`, one-sided.
 *
 * `deviation` and `effect` are in the same unit (R); `power` is 1 − β. Watched while it grows, a sample needs
 * {@link confidenceSequence} instead.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function requiredTrades({
  deviation,
  effect,
  alpha = 0.05,
  power = 0.8,
}: {
  readonly deviation: number
  readonly effect: number
  readonly alpha?: number
  readonly power?: number
}): number {
  checkRate('alpha', alpha)
  checkRate('power', power)
  checkOption('deviation', deviation, deviation > 0 && deviation < Infinity, 'a number above 0')
  checkOption('effect', effect, effect > 0 && effect < Infinity, 'a number above 0')
  const distance = normalQuantile(1 - alpha) + normalQuantile(power)
  return distance <= 0 ? 1 : Math.ceil(((distance * deviation) / effect) ** 2)
}
