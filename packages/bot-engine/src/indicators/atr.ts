import { type SmoothedAverage, wilder } from './ema.ts'
import type { Indicator, PriceRange } from './indicator.ts'
import { checkPeriod, checkRange } from './input.ts'
import { TrueRange } from './true-range.ts'

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
  readonly #range = new TrueRange()
  readonly #average: SmoothedAverage

  constructor(period: number) {
    this.#average = wilder('atr', period)
  }

  get ready(): boolean {
    return this.#average.ready
  }

  get value(): number | undefined {
    return this.#average.value
  }

  push(bar: PriceRange): number | undefined {
    checkRange('atr', bar)
    return this.#average.push(this.#range.push(bar))
  }
}
