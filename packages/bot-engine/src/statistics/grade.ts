import type { ParityScore } from './parity-score.ts'
import { checkNumbers, checkOption } from './sample.ts'
import { confidenceRadius } from './sequential.ts'

/** What a strategy's record shows; results are in R per trade. */
export interface GradeEvidence {
  /** Round trips: the closings of a position are one. */
  readonly trades: number
  /** Days with a return of equity, as `dailyReturns` cuts them. */
  readonly tradingDays: number
  /** Different regimes that it traded in. */
  readonly regimes: number
  /** Bounds of the mean result that hold at all times: those of {@link confidenceSequence}. */
  readonly expectancy: { readonly mean: number; readonly lower: number; readonly upper: number }
  /** Standard deviation of the results, above 0. */
  readonly deviation: number
  /** Against all trials of the ledger; `undefined` where there is no base. */
  readonly deflatedSharpe: number | undefined
  /** Against 0. */
  readonly probabilisticSharpe: number | undefined
  /** 5 % bound of the bootstrap. */
  readonly profitFactorLower: number | undefined
  /** Deepest fall so far, in the unit of the two bounds. */
  readonly maxDrawdown: number
  /** 95 % quantile of the bootstrap. */
  readonly expectedDrawdown: number
  /** What the account allows. */
  readonly drawdownLimit: number
  /** Parity with the replay, 0 to 1; `undefined` where nothing was compared. */
  readonly parity: ParityScore['score']
  /** The record still earns when spreads are 1.5 times as wide; `undefined` where that was not computed. */
  readonly earnsAtWiderSpread: boolean | undefined
  /** A hard limit was breached: worst grade at once, whatever the sample. */
  readonly limitBreached: boolean
}

/** A to F, or that there is too little to say. */
export type GradeLetter = 'A' | 'B' | 'C' | 'D' | 'F' | 'insufficient'

/** A grade, and what stands in the way of the next one. */
export interface Grade {
  readonly grade: GradeLetter
  /** The first condition of the next better grade that is not met; `undefined` for A. */
  readonly limitedBy: string | undefined
  /**
   * Trades in all until the next grade's bound on expectancy, or the least sample, would be met if results go on as they
   * are; `undefined` where trades alone do not help.
   */
  readonly tradesNeeded: number | undefined
}

interface Condition {
  readonly holds: boolean
  readonly text: string
  /** Trades that would make it hold. */
  readonly trades?: number | undefined
}

const LEAST_TRADES = 30
const MOST_TRADES = 100_000

/**
 * Grades a record by its lower bounds, not its means: A and B are proven, C is not yet, D looks bad, F is.
 *
 * What is not known (`undefined`) is not met.
 *
 * @throws {@link EngineError} `invalid-options`, `data-invalid`
 */
export function gradeOf(evidence: GradeEvidence): Grade {
  const { expectancy, deviation, parity, limitBreached } = evidence
  checkNumbers('expectancy', [expectancy.mean, expectancy.lower, expectancy.upper])
  checkOption('deviation', deviation, deviation > 0 && deviation < Infinity, 'a number above 0')
  if (limitBreached) return graded('F', { holds: false, text: 'a hard limit was breached' })
  const enough = firstMissing(sampleConditions(evidence))
  if (enough !== undefined) return graded('insufficient', enough)
  if (parity !== undefined && parity < 0.5) return graded('F', { holds: false, text: 'parity ≥ 0.5' })
  if (expectancy.upper < 0) return graded('F', { holds: false, text: 'upper bound of expectancy ≥ 0' })
  if (expectancy.mean <= 0) return graded('D', { holds: false, text: 'expectancy > 0' })
  const b = firstMissing(conditionsOfB(evidence))
  if (b !== undefined) return graded('C', b)
  const a = firstMissing(conditionsOfA(evidence))
  return a === undefined ? { grade: 'A', limitedBy: undefined, tradesNeeded: undefined } : graded('B', a)
}

function graded(grade: GradeLetter, { text, trades }: Condition): Grade {
  return { grade, limitedBy: text, tradesNeeded: trades }
}

const firstMissing = (conditions: readonly Condition[]): Condition | undefined =>
  conditions.find(({ holds }) => !holds)
const atLeast = (value: number | undefined, bound: number): boolean => value !== undefined && value >= bound

function sampleConditions({ trades, tradingDays, regimes }: GradeEvidence): readonly Condition[] {
  return [
    { holds: trades >= LEAST_TRADES, text: `${LEAST_TRADES} trades`, trades: LEAST_TRADES },
    { holds: tradingDays >= 20, text: '20 trading days' },
    { holds: regimes >= 2, text: '2 regimes' },
  ]
}

function conditionsOfB(evidence: GradeEvidence): readonly Condition[] {
  const { expectancy, probabilisticSharpe, parity, maxDrawdown, drawdownLimit } = evidence
  return [
    {
      holds: expectancy.lower > 0,
      text: 'lower bound of expectancy > 0 R',
      trades: tradesUntil(evidence, 0),
    },
    { holds: atLeast(probabilisticSharpe, 0.95), text: 'probabilistic Sharpe ratio ≥ 0.95' },
    { holds: atLeast(parity, 0.8), text: 'parity ≥ 0.8' },
    { holds: maxDrawdown <= drawdownLimit, text: 'drawdown within its limit' },
  ]
}

function conditionsOfA(evidence: GradeEvidence): readonly Condition[] {
  const { expectancy, deflatedSharpe, maxDrawdown, expectedDrawdown, profitFactorLower, parity } = evidence
  return [
    {
      holds: expectancy.lower > 0.1,
      text: 'lower bound of expectancy > 0.1 R',
      trades: tradesUntil(evidence, 0.1),
    },
    { holds: atLeast(deflatedSharpe, 0.95), text: 'deflated Sharpe ratio ≥ 0.95' },
    { holds: maxDrawdown <= expectedDrawdown, text: 'drawdown within the 95 % of the bootstrap' },
    {
      holds: profitFactorLower !== undefined && profitFactorLower > 1.1,
      text: 'lower bound of profit factor > 1.1',
    },
    { holds: atLeast(parity, 0.9), text: 'parity ≥ 0.9' },
    { holds: evidence.earnsAtWiderSpread === true, text: 'profit at 1.5 times the spread' },
  ]
}

/** Least count of trades with which mean − radius exceeds the bound, by halving. */
function tradesUntil({ trades, expectancy, deviation }: GradeEvidence, bound: number): number | undefined {
  const suffices = (count: number): boolean => expectancy.mean - confidenceRadius(count, deviation) > bound
  if (!suffices(MOST_TRADES)) return undefined
  let low = Math.max(1, trades)
  let high = MOST_TRADES
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (suffices(middle)) high = middle
    else low = middle + 1
  }
  return low
}
