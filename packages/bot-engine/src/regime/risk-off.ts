import { EngineError } from '../errors.ts'
import { correlation } from '../indicators/correlation.ts'
import { type Indicator, stepwise } from '../indicators/indicator.ts'
import { checkPeriod, checkPositive, checkPrice } from '../indicators/input.ts'
import { percentileRank } from '../indicators/percentile-rank.ts'

/** Closes of one day, of series that the caller has: nothing is fetched. */
export interface RiskOffInput {
  /** Of a volatility index, e.g. the VIX. */
  readonly vix: number
  /** Of a dollar index, e.g. the DXY. */
  readonly dollar: number
  /** Of gold and of an index of stocks, both or neither: their correlation is told and decides nothing. */
  readonly gold?: number
  readonly stocks?: number
}

/** Whether markets flee from risk, and what it was read from. */
export interface RiskOffReading {
  /** The percentile is above its bound, or the combined z-score is. */
  readonly riskOff: boolean
  /** Of the volatility index among the closes of its window, itself included, 0 to 100. */
  readonly vixPercentile: number
  /** Robust z-scores of the last changes: distance from the median in deviations, those estimated by the median distance. */
  readonly vixZ: number
  readonly dollarZ: number
  /** Their sum ÷ √2: as rare as one of them, where they are independent. */
  readonly combinedZ: number
  /** Of the returns of gold and stocks, −1 to 1; `undefined` without both in every day of the window. */
  readonly goldStocksCorrelation: number | undefined
}

/** How a {@link riskOffOverlay} is tuned. */
export interface RiskOffOptions {
  /** Changes that a z-score and the correlation look at, 10 to 1000. Default: 60. */
  readonly window?: number
  /** Closes that the percentile looks at, 10 to 10,000. Default: 252, a year. */
  readonly percentileWindow?: number
  /** Percentile above which risk is off, above 0. Default: 90. */
  readonly percentile?: number
  /** Combined z-score above which risk is off, above 0. Default: 2. */
  readonly z?: number
}

/** Median distance of a normal variable from its median, in deviations. */
const MEDIAN_DISTANCE = 0.674489750196082

/**
 * The overlay for `riskOff` of the regime classifier, from daily closes of a volatility index and a dollar index that
 * the caller passes, e.g. as columns of data: risk is off while the volatility index lies above the 90th percentile of a
 * year, or its and the dollar's last changes together above a z-score of 2.
 *
 * Changes are logarithmic. Ready after the longer window; a reading never changes when later days arrive. Pass a day
 * once it is over: a bar of the night before knows nothing of it.
 *
 * @throws {@link EngineError} `invalid-options`; `push` throws `data-invalid` for closes that are not above 0
 */
export function riskOffOverlay(options: RiskOffOptions = {}): Indicator<RiskOffInput, RiskOffReading> {
  const { window = 60, percentileWindow = 252, percentile = 90, z = 2 } = options
  checkPeriod('riskOffOverlay', window, 10)
  checkPeriod('riskOffOverlay', percentileWindow, 10)
  checkPositive('riskOffOverlay', 'percentile', percentile)
  checkPositive('riskOffOverlay', 'z', z)
  if (window > 1000 || percentileWindow > 10_000)
    throw new EngineError(
      'invalid-options',
      `window is ${window} and percentileWindow ${percentileWindow}. Use at most 1000 and 10000.`,
      { details: { window, percentileWindow } },
    )
  const rank = percentileRank(percentileWindow)
  const [vix, dollar] = [new RobustScore(window), new RobustScore(window)]
  const together = new Together(window)
  return stepwise(day => {
    checkPrice('riskOffOverlay', day.vix)
    checkPrice('riskOffOverlay', day.dollar)
    const goldStocksCorrelation = together.push(day)
    const vixPercentile = rank.push(day.vix)
    const vixZ = vix.push(day.vix)
    const dollarZ = dollar.push(day.dollar)
    if (vixPercentile === undefined || vixZ === undefined || dollarZ === undefined) return undefined
    const combinedZ = (vixZ + dollarZ) / Math.SQRT2
    const riskOff = vixPercentile > percentile || combinedZ > z
    return { riskOff, vixPercentile, vixZ, dollarZ, combinedZ, goldStocksCorrelation }
  })
}

/** Robust z-score of the last logarithmic change among the last ones, itself included. */
class RobustScore {
  readonly #changes: number[] = []
  readonly #window: number
  #last = Number.NaN

  constructor(window: number) {
    this.#window = window
  }

  push(close: number): number | undefined {
    const change = Math.log(close / this.#last)
    this.#last = close
    if (Number.isNaN(change)) return undefined
    this.#changes.push(change)
    if (this.#changes.length > this.#window) this.#changes.shift()
    if (this.#changes.length < this.#window) return undefined
    const middle = medianOf(this.#changes)
    const spread = medianOf(this.#changes.map(one => Math.abs(one - middle))) / MEDIAN_DISTANCE
    // Where most days do not move at all there is no measure of what is rare.
    return spread === 0 ? 0 : (change - middle) / spread
  }
}

class Together {
  readonly #window: number
  #correlation: Indicator<{ readonly x: number; readonly y: number }, number>
  #last: { readonly gold: number; readonly stocks: number } | undefined

  constructor(window: number) {
    this.#window = window
    this.#correlation = correlation(window)
  }

  push({ gold, stocks }: RiskOffInput): number | undefined {
    if (gold === undefined || stocks === undefined) {
      // A day without both begins anew: returns over a hole are of another length.
      this.#last = undefined
      this.#correlation = correlation(this.#window)
      return undefined
    }
    checkPrice('riskOffOverlay', gold)
    checkPrice('riskOffOverlay', stocks)
    const last = this.#last
    this.#last = { gold, stocks }
    if (last === undefined) return undefined
    return this.#correlation.push({ x: Math.log(gold / last.gold), y: Math.log(stocks / last.stocks) })
  }
}

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((one, other) => one - other)
  const half = sorted.length >> 1
  const upper = sorted[half] as number
  return sorted.length % 2 === 1 ? upper : ((sorted[half - 1] as number) + upper) / 2
}
