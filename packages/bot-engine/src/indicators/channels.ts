import type { Bands } from './bollinger.ts'
import { exponential, wilder } from './ema.ts'
import { Extreme } from './extreme.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkPeriod, checkPositive, checkRange } from './input.ts'
import { TrueRange } from './true-range.ts'

/**
 * Keltner channel: EMA of the close ± `multiplier` × ATR. Ready after max(period, atrPeriod) bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see L. B. Raschke's form of C. W. Keltner's channel: https://chartschool.stockcharts.com
 */
export function keltner(period = 20, atrPeriod = 10, multiplier = 2): Indicator<PriceRange, Bands> {
  const average = exponential('keltner', checkPeriod('keltner', period))
  const range = wilder('keltner', checkPeriod('keltner', atrPeriod))
  const trueRange = new TrueRange()
  checkPositive('keltner', 'multiplier', multiplier)
  return stepwise(bar => {
    checkRange('keltner', bar)
    const middle = average.push(bar.close)
    const width = range.push(trueRange.push(bar))
    if (middle === undefined || width === undefined) return undefined
    return { upper: middle + multiplier * width, middle, lower: middle - multiplier * width }
  })
}

/**
 * Donchian channel: highest high, lowest low and their middle over the last `period` bars, the newest included. A
 * breakout compares the close with the value from before the push. Ready after `period` bars.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function donchian(period: number): Indicator<PriceRange, Bands> {
  checkPeriod('donchian', period)
  const highest = new Extreme('highest', period)
  const lowest = new Extreme('lowest', period)
  return stepwise(bar => {
    checkRange('donchian', bar)
    const upper = highest.push(bar.high)
    const lower = lowest.push(bar.low)
    return highest.full ? { upper, middle: (upper + lower) / 2, lower } : undefined
  })
}
