import { Extreme } from './extreme.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkPeriod, checkRange } from './input.ts'
import { TrueRange } from './true-range.ts'
import { RingSum } from './window.ts'

/**
 * Choppiness index: `100 · log₁₀(Σ true range ÷ (highest high − lowest low)) ÷ log₁₀(period)`. Near 100 the market goes
 * to and fro, low it goes one way; 100 where nothing has moved. A gap at the window's start can take it out of 0 to 100.
 * Ready after `period` bars; the least period is 2.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see E. W. Dreiss; https://www.tradingview.com/support/solutions/43000501980-choppiness-index-chop/
 */
export function choppiness(period = 14): Indicator<PriceRange, number> {
  const ranges = new RingSum(checkPeriod('choppiness', period, 2))
  const highest = new Extreme('highest', period)
  const lowest = new Extreme('lowest', period)
  const trueRange = new TrueRange()
  return stepwise(bar => {
    checkRange('choppiness', bar)
    ranges.push(trueRange.push(bar))
    const span = highest.push(bar.high) - lowest.push(bar.low)
    if (!ranges.full) return undefined
    return span === 0 ? 100 : (100 * Math.log(ranges.sum / span)) / Math.log(period)
  })
}
