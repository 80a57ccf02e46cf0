import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkPeriod, checkRange } from './input.ts'
import { OrderedWindow } from './ordered-window.ts'

/**
 * Commodity channel index: distance of the typical price (high + low + close) ÷ 3 from its simple average, in 0.015 mean
 * absolute deviations from that average. 0 where nothing has moved. Ready after `period` bars; the least period is 2.
 *
 * The deviation is read from an ordered window: O(log period) a bar.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see D. Lambert, Commodity Channel Index, Commodities 1980
 */
export function cci(period = 20): Indicator<PriceRange, number> {
  checkPeriod('cci', period, 2)
  const window = new OrderedWindow(period)
  const run = { input: Number.NaN, length: 0 }
  return stepwise(bar => {
    checkRange('cci', bar)
    const typical = (bar.high + bar.low + bar.close) / 3
    run.length = typical === run.input ? run.length + 1 : 1
    run.input = typical
    window.push(typical)
    if (!window.full) return undefined
    // Rounding alone would else make a deviation of equal prices.
    if (run.length >= period) return 0
    const mean = window.sum / period
    const below = window.count(mean, false) * mean - window.sumBelow(mean)
    // Deviations from a mean are as large above it as below.
    return (typical - mean) / ((0.015 * 2 * below) / period)
  })
}
