import { SmoothedAverage } from './ema.ts'
import type { Indicator, PriceRange } from './indicator.ts'
import { checkPeriod } from './window.ts'

/**
 * Average true range after Wilder: true range smoothed with α = 1 ÷ period, started with the mean of the first
 * `period` ranges. The first bar's range is high − low.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see J. Welles Wilder, New Concepts in Technical Trading Systems, 1978
 */
export function atr(period: number): Indicator<PriceRange, number> {
  return new AverageTrueRange(checkPeriod('atr', period))
}

class AverageTrueRange implements Indicator<PriceRange, number> {
  readonly #average: SmoothedAverage
  #close: number | undefined

  constructor(period: number) {
    this.#average = new SmoothedAverage(period, 1 / period)
  }

  get ready(): boolean {
    return this.#average.ready
  }

  get value(): number | undefined {
    return this.#average.value
  }

  push({ high, low, close }: PriceRange): number | undefined {
    const last = this.#close
    const range = last === undefined ? high - low : Math.max(high, last) - Math.min(low, last)
    this.#close = close
    return this.#average.push(range)
  }
}
