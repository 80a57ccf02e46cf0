import { EngineError } from '../errors.ts'
import { wilder } from './ema.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkPeriod, checkPositive, checkRange } from './input.ts'
import { TrueRange } from './true-range.ts'

/** A stop line that changes sides with the trend. */
export interface TrendLine {
  readonly trend: 'up' | 'down'
  /** The line: below the price in an upward trend, above it in a downward one. */
  readonly level: number
}

/** A parabolic SAR: the line of this bar, and the stop for the next one. */
export interface SarLine extends TrendLine {
  /** Where a stop for the next bar belongs. */
  readonly next: number
}

/**
 * Parabolic SAR after Wilder: a stop that follows the trend, faster with each new extreme, by `step` up to `max`, and
 * turns when it is touched. Starts upwards unless the second bar's fall of the low exceeds its rise of the high. Ready
 * after 2 bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see J. Welles Wilder, New Concepts in Technical Trading Systems, 1978
 */
export function parabolicSar(step = 0.02, max = 0.2): Indicator<PriceRange, SarLine> {
  checkPositive('parabolicSar', 'step', step)
  if (checkPositive('parabolicSar', 'max', max) < step)
    throw new EngineError('invalid-options', `parabolicSar got the step ${step} above its max ${max}.`, {
      details: { indicator: 'parabolicSar', step, max },
    })
  const sar = new ParabolicSar(step, max)
  return stepwise(bar => {
    checkRange('parabolicSar', bar)
    return sar.push(bar)
  })
}

/** Calculates with prices × `side`, so that a downward trend is an upward one of mirrored prices. */
class ParabolicSar {
  private readonly step: number
  private readonly max: number
  private high = Number.NaN
  private low = Number.NaN
  private side = 0
  private extreme = 0
  private factor = 0
  private stop = 0

  constructor(step: number, max: number) {
    this.step = step
    this.max = max
  }

  push({ high, low }: PriceRange): SarLine | undefined {
    const [lastHigh, lastLow] = [this.high, this.low]
    this.high = high
    this.low = low
    if (Number.isNaN(lastHigh)) return undefined
    if (this.side === 0) {
      this.side = lastLow - low > 0 && lastLow - low > high - lastHigh ? -1 : 1
      this.extreme = Math.max(this.side * high, this.side * low)
      this.stop = this.side > 0 ? lastLow : -lastHigh
      this.factor = this.step
      // The first stop is the extreme of the trend before, as in Wilder's example, and holds nothing back.
      return this.advance(high, low)
    }
    return this.advance(lastHigh, lastLow)
  }

  private advance(lastHigh: number, lastLow: number): SarLine {
    const worst = () => Math.min(this.side * this.high, this.side * this.low)
    let level = this.stop
    if (worst() <= level) {
      // Touched: the other trend begins at the old extreme, beyond the last two bars.
      this.side = -this.side
      level = Math.min(-this.extreme, worst(), this.side * lastHigh, this.side * lastLow)
      this.extreme = Math.max(this.side * this.high, this.side * this.low)
      this.factor = this.step
    } else {
      const best = Math.max(this.side * this.high, this.side * this.low)
      if (best > this.extreme) {
        this.extreme = best
        this.factor = Math.min(this.max, this.factor + this.step)
      }
    }
    const moved = level + this.factor * (this.extreme - level)
    this.stop = Math.min(moved, worst(), this.side * lastHigh, this.side * lastLow)
    const trend = this.side > 0 ? 'up' : 'down'
    return { trend, level: this.side * level, next: this.side * this.stop }
  }
}

/**
 * SuperTrend: middle of the bar ± `multiplier` × ATR, of which the band behind the trend only moves with it; the trend
 * turns when the close passes the other band. Starts upwards if the close is not below the middle of its bar. Ready
 * after `period` bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see O. Seban, https://www.tradingview.com/support/solutions/43000634738-supertrend/
 */
export function superTrend(period = 10, multiplier = 3): Indicator<PriceRange, TrendLine> {
  const average = wilder('superTrend', checkPeriod('superTrend', period))
  checkPositive('superTrend', 'multiplier', multiplier)
  const trueRange = new TrueRange()
  const state = { upper: Number.NaN, lower: Number.NaN, close: Number.NaN, side: 0 }
  return stepwise(bar => {
    checkRange('superTrend', bar)
    const range = average.push(trueRange.push(bar))
    const { upper: lastUpper, lower: lastLower, close: lastClose } = state
    state.close = bar.close
    if (range === undefined) return undefined
    const middle = (bar.high + bar.low) / 2
    const upper = middle + multiplier * range
    const lower = middle - multiplier * range
    // Comparisons with NaN are false: the first bands are taken as they are.
    state.upper = upper >= lastUpper && lastClose <= lastUpper ? lastUpper : upper
    state.lower = lower <= lastLower && lastClose >= lastLower ? lastLower : lower
    state.side = state.side === 0 ? (bar.close >= middle ? 1 : -1) : sideAfter(state, bar.close)
    return state.side > 0 ? { trend: 'up', level: state.lower } : { trend: 'down', level: state.upper }
  })
}

function sideAfter(bands: { upper: number; lower: number; side: number }, close: number): number {
  if (bands.side > 0) return close < bands.lower ? -1 : 1
  return close > bands.upper ? 1 : -1
}
