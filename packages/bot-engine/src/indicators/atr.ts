import { type SmoothedAverage, wilder } from './ema.ts'
import type { Indicator, PriceRange } from './indicator.ts'
import { checkPeriod, refusePrices } from './input.ts'

/**
 * Average true range after Wilder: true range smoothed with α = 1 ÷ period, started with the mean of the first
 * `period` ranges. The first bar's range is high − low. Ready after `period` bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see J. Welles Wilder, New Concepts in Technical Trading Systems, 1978
 */
export function atr(period: number): Indicator<PriceRange, number> {
  return new AverageTrueRange(checkPeriod('atr', period))
}

class AverageTrueRange implements Indicator<PriceRange, number> {
  private readonly average: SmoothedAverage
  // Of the newest bar, taken out of it at once: V8 then makes no object of a bar that a handler only pushes.
  private high = Number.NaN
  private low = Number.NaN
  private close = Number.NaN
  /** Close of the bar before. */
  private last = Number.NaN

  constructor(period: number) {
    this.average = wilder('atr', period)
  }

  get ready(): boolean {
    return this.average.ready
  }

  get value(): number | undefined {
    return this.average.value
  }

  push(bar: PriceRange): number | undefined {
    this.high = bar.high
    this.low = bar.low
    this.close = bar.close
    return this.step()
  }

  private step(): number | undefined {
    const high = this.high
    const low = this.low
    const close = this.close
    const last = this.last
    // As `trueRange`, which V8 would call with four numbers that it makes objects for.
    const range = (last > high ? last : high) - (last < low ? last : low)
    // 0 x a sum is 0 only where each of its terms is finite: one look at three prices and their range.
    if (!Number.isFinite(0 * (high + low + close) + range)) this.refuse()
    this.last = close
    return this.average.add(range)
  }

  private refuse(): never {
    return refusePrices('atr', this.high, this.low, this.close)
  }
}
