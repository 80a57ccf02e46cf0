import { type Criterion, judged } from './criterion.ts'
import { pairedPermutation } from './permutation.ts'
import { checkNumbers, checkOption, checkRate, type Numbers } from './sample.ts'
import { cusum } from './sequential.ts'

const STEP_TRADES = 20
const STEP_DAYS = 10
const SHARES = [0.25, 0.5, 1] as const

/** What a bot has done since it was let live. */
export interface RampProgress {
  /** Trades that are closed. A whole number from 0. */
  readonly liveTrades: number
  /** Whole days since. A whole number from 0. */
  readonly liveDays: number
}

/**
 * Share of its lots that a bot may trade after it was let live: 0.25 until 20 trades or 10 days, 0.5 until 40 trades or
 * 20 days, then 1. A bot that was demoted begins anew.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function rampShare({ liveTrades, liveDays }: RampProgress): 0.25 | 0.5 | 1 {
  checkCount('liveTrades', liveTrades)
  checkCount('liveDays', liveDays)
  const steps = Math.max(Math.floor(liveTrades / STEP_TRADES), Math.floor(liveDays / STEP_DAYS))
  return SHARES[Math.min(SHARES.length - 1, steps)] as 0.25 | 0.5 | 1
}

/** What is known of a bot that is live. */
export interface LiveEvidence {
  /** Deepest fall live, in the unit of `expectedDrawdown`. */
  readonly maxDrawdown: number | undefined
  /** 95 % quantile of the bootstrap. */
  readonly expectedDrawdown: number | undefined
  /** Results of the live trades in R, in their order. */
  readonly results: Numbers
  /** Mean and standard deviation of a trade in R while all was well: those of the demo. */
  readonly expected: { readonly mean: number; readonly deviation: number } | undefined
  /** Slippage live − on demo of each matched pair of trades, in one unit; above 0 live is worse. */
  readonly slippageDifferences: Numbers
  /** Parity with the replay, 0 to 1; `undefined` where nothing was compared. */
  readonly parity: number | undefined
}

/** How a live bot is watched. */
export interface LiveWatchOptions {
  /** Of the permutations. */
  readonly seed: number
  /** Error rate of the test of slippage. Default: 0.05. */
  readonly alpha?: number
}

/** What a live bot can be demoted for. */
export type DemotionName = 'drawdown' | 'decay' | 'slippage' | 'parity'

/** Whether a live bot goes on. */
export interface LiveWatch {
  /** `reduce-only`: no new entries. Nothing is closed by it. */
  readonly verdict: 'keep' | 'reduce-only'
  /** `unmet` demotes. `unknown` does not: a bot without a trade yet has shown nothing bad. */
  readonly criteria: readonly Criterion<DemotionName>[]
}

/**
 * Whether a live bot is demoted to reduce-only: its drawdown exceeds the 95 % quantile of the bootstrap, a CUSUM has
 * given alarm at any of its trades, its slippage is significantly worse than on demo (one-sided paired permutation
 * test), or its parity is below 0.6. One is enough.
 *
 * Of the test of slippage an early look is a look more: asked after every trade, it demotes more than `alpha` of sound
 * bots, which costs entries and no position.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`: what is no number is no evidence, so enter nothing then
 */
export function watchLive(evidence: LiveEvidence, { seed, alpha = 0.05 }: LiveWatchOptions): LiveWatch {
  checkRate('alpha', alpha)
  const { maxDrawdown, expectedDrawdown, parity, slippageDifferences } = evidence
  checkNumbers('evidence', [maxDrawdown ?? 0, expectedDrawdown ?? 0, parity ?? 0])
  const p = pairedPermutation(slippageDifferences, { seed, alternative: 'greater' })
  const sum = highestSum(evidence)
  const criteria: readonly Criterion<DemotionName>[] = [
    judged(
      'drawdown',
      expectedDrawdown === undefined ? undefined : maxDrawdown,
      `≤ ${expectedDrawdown ?? 'the 95 % of the bootstrap'}`,
      value => value <= (expectedDrawdown ?? 0),
    ),
    judged('decay', sum, `CUSUM ≤ ${CUSUM_THRESHOLD}`, value => value <= CUSUM_THRESHOLD),
    judged('slippage', p, `p > ${alpha}`, value => value > alpha),
    judged('parity', parity, '≥ 0.6', value => value >= 0.6),
  ]
  return { verdict: criteria.some(({ state }) => state === 'unmet') ? 'reduce-only' : 'keep', criteria }
}

const CUSUM_THRESHOLD = 5

/** The highest that the CUSUM has been: an alarm that has passed was one all the same. */
function highestSum({ results, expected }: LiveEvidence): number | undefined {
  checkNumbers('results', results)
  if (expected === undefined || results.length === 0) return undefined
  const watch = cusum({ ...expected, threshold: CUSUM_THRESHOLD })
  let highest = 0
  for (let i = 0; i < results.length; i++) {
    watch.push(results[i] as number)
    highest = Math.max(highest, watch.sum)
  }
  return highest
}

function checkCount(name: string, value: number): void {
  checkOption(name, value, Number.isSafeInteger(value) && value >= 0, 'a whole number from 0')
}
