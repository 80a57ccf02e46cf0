import { EngineError } from '../errors.ts'
import { adx } from '../indicators/adx.ts'
import { efficiencyRatio } from '../indicators/efficiency-ratio.ts'
import type { Indicator, PriceRange } from '../indicators/indicator.ts'
import { type Label, LabelFilter } from './label-filter.ts'
import { volatilityPercentile } from './volatility.ts'

/** What kind of market it is. */
export type Regime = 'trending' | 'ranging' | 'volatile' | 'risk-off'

/** A regime with what it was read from. */
export interface RegimeReading {
  readonly regime: Regime
  /** How probable it is given all bars so far, 0 to 1; of risk-off 1, since it is told and not inferred. */
  readonly posterior: number
  /** `trend` if efficiency ratio and directional index both say so, `range` if both are low, else `mixed`. */
  readonly direction: 'trend' | 'range' | 'mixed'
  /** `high` above the 80th percentile, `low` below the 30th. */
  readonly volatility: 'low' | 'normal' | 'high'
  /** Percentile of the volatility in its window, 0 to 100. */
  readonly volatilityPercentile: number
  /** Efficiency ratio over 200 bars, 0 to 1. */
  readonly efficiency: number
  /** Average directional index over 75 bars, 0 to 100. */
  readonly directionalIndex: number
}

/** How a {@link regimeClassifier} is tuned. */
export interface RegimeOptions {
  /** Bars that the volatility is compared with, 50 to 100,000. Default: 1000. */
  readonly window?: number
  /** Bars that a regime lasts at least, from 1. Default: 6. */
  readonly dwell?: number
  /** A regime is left for one that is more probable than this, 0 to below 1; 0 takes what each bar says. Default: 0.7. */
  readonly posterior?: number
}

/** A closed bar, and whether an overlay over other markets calls risk off. */
export interface RegimeInput extends PriceRange {
  /** Default: false. */
  readonly riskOff?: boolean
}

// Calibrated on random walks: both measures call a trend in about one bar of nine. Entering takes more than staying.
const EFFICIENCY_BARS = 200
const INDEX_BARS = 75
const TREND = {
  efficiency: { enter: 1.75 / Math.sqrt(EFFICIENCY_BARS), stay: 1.55 / Math.sqrt(EFFICIENCY_BARS) },
  index: { enter: 13, stay: 12 },
}
const HIGH = { enter: 82.5, stay: 77.5 }
const LOW = { enter: 27.5, stay: 32.5 }

/**
 * Tells the regime of a market from closed bars, one at a time; `undefined` until it has seen enough.
 *
 * Volatile is what lies above the 80th percentile, unless both measures of direction say trend; a trend needs both;
 * everything else is ranging; risk-off overrides all and takes effect at once. Thresholds to enter and to leave lie
 * apart, a regime lasts `dwell` bars, and it is left only for one whose posterior lies above `posterior`. A label never changes when later bars arrive.
 *
 * It is information: nothing here raises a risk.
 *
 * @throws {@link EngineError} `invalid-options`; `push` throws `data-invalid` for prices that are not above 0
 */
export function regimeClassifier(options: RegimeOptions = {}): Indicator<RegimeInput, RegimeReading> {
  const { window = 1000, dwell = 6, posterior = 0.7 } = options
  if (!Number.isInteger(window) || window < 50 || window > 100_000 || !Number.isInteger(dwell) || dwell < 1)
    throw new EngineError(
      'invalid-options',
      `window is ${window} and dwell ${dwell}. Use whole numbers: a window from 50 to 100000, a dwell from 1.`,
      { details: { window, dwell } },
    )
  if (!(posterior >= 0 && posterior < 1))
    throw new EngineError(
      'invalid-options',
      `posterior is ${posterior}. Use a probability from 0 to below 1.`,
      {
        details: { posterior: String(posterior) },
      },
    )
  return new RegimeClassifier(window, dwell, posterior)
}

class RegimeClassifier implements Indicator<RegimeInput, RegimeReading> {
  readonly #dwell: number
  readonly #efficiency = efficiencyRatio(EFFICIENCY_BARS)
  readonly #index = adx(INDEX_BARS)
  readonly #percentile: Indicator<number, number>
  readonly #posterior: number
  readonly #labels = new LabelFilter()
  #age = 0
  value: RegimeReading | undefined = undefined

  constructor(window: number, dwell: number, posterior: number) {
    this.#percentile = volatilityPercentile(window)
    this.#dwell = dwell
    this.#posterior = posterior
  }

  get ready(): boolean {
    return this.value !== undefined
  }

  push(bar: RegimeInput): RegimeReading | undefined {
    checkBar(bar)
    const efficiency = this.#efficiency.push(bar.close)
    const index = this.#index.push(bar)?.adx
    const percentile = this.#percentile.push(bar.close)
    if (efficiency === undefined || index === undefined || percentile === undefined) return undefined
    const direction = this.#direction(efficiency, index)
    const volatility = this.#volatility(percentile)
    const label = regimeOf(direction, volatility)
    this.#labels.push(label)
    const regime = this.#settled(bar.riskOff === true ? 'risk-off' : label)
    this.value = {
      regime,
      posterior: regime === 'risk-off' ? 1 : this.#labels.probabilityOf(regime),
      direction,
      volatility,
      volatilityPercentile: percentile,
      efficiency,
      directionalIndex: index,
    }
    return this.value
  }

  #direction(efficiency: number, index: number): RegimeReading['direction'] {
    const threshold = this.value?.direction === 'trend' ? 'stay' : 'enter'
    const moves = efficiency > TREND.efficiency[threshold]
    const points = index > TREND.index[threshold]
    if (moves !== points) return 'mixed'
    return moves ? 'trend' : 'range'
  }

  #volatility(percentile: number): RegimeReading['volatility'] {
    const last = this.value?.volatility
    if (percentile > HIGH[last === 'high' ? 'stay' : 'enter']) return 'high'
    return percentile < LOW[last === 'low' ? 'stay' : 'enter'] ? 'low' : 'normal'
  }

  #settled(found: Regime): Regime {
    const last = this.value?.regime
    this.#age += 1
    if (last === undefined || found === 'risk-off') return this.#taken(found, last)
    if (found === last || this.#age <= this.#dwell) return last
    return this.#labels.probabilityOf(found) > this.#posterior ? this.#taken(found, last) : last
  }

  #taken(found: Regime, last: Regime | undefined): Regime {
    if (found !== last) this.#age = 1
    return found
  }
}

function regimeOf(direction: RegimeReading['direction'], volatility: RegimeReading['volatility']): Label {
  if (direction === 'trend') return 'trending'
  return volatility === 'high' ? 'volatile' : 'ranging'
}

function checkBar(bar: RegimeInput): void {
  const { high, low, close } = bar
  if (low > 0 && low <= close && close <= high && high < Infinity) return
  throw new EngineError(
    'data-invalid',
    `A bar has high ${high}, low ${low}, close ${close}. Give prices above 0 with the close between low and high.`,
    { details: { high: String(high), low: String(low), close: String(close) } },
  )
}
