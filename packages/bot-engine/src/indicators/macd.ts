import { EngineError } from '../errors.ts'
import { exponential } from './ema.ts'
import { type Indicator, stepwise } from './indicator.ts'
import { checkNumber, checkPeriod } from './input.ts'

/** The lines of a MACD, in the unit of the input. */
export interface MacdLines {
  readonly macd: number
  /** Exponential average of `macd`. */
  readonly signal: number
  /** `macd − signal`. */
  readonly histogram: number
}

/**
 * Moving average convergence divergence: `EMA(fast) − EMA(slow)`, its EMA over `signal`, and their difference. Ready
 * after slow + signal − 1 inputs.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see G. Appel, The Moving Average Convergence Divergence Method, 1979
 */
export function macd(fast = 12, slow = 26, signal = 9): Indicator<number, MacdLines> {
  const short = exponential('macd', checkPeriod('macd', fast))
  const long = exponential('macd', checkPeriod('macd', slow))
  const average = exponential('macd', checkPeriod('macd', signal))
  if (fast >= slow)
    throw new EngineError(
      'invalid-options',
      `macd got the fast period ${fast} and the slow period ${slow}. The fast one must be shorter.`,
      { details: { indicator: 'macd', fast, slow } },
    )
  return stepwise(input => {
    checkNumber('macd', input)
    const one = short.push(input)
    const other = long.push(input)
    if (one === undefined || other === undefined) return undefined
    const line = one - other
    const smooth = average.push(line)
    return smooth === undefined ? undefined : { macd: line, signal: smooth, histogram: line - smooth }
  })
}
