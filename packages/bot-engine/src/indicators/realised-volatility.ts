import { EngineError } from '../errors.ts'
import { type Indicator, type PriceBar, stepwise } from './indicator.ts'
import { checkPeriod, checkPositive, checkPositiveBar } from './input.ts'
import { RingSum, Window } from './window.ts'

/** Ways to estimate {@link realisedVolatility}. */
export type VolatilityEstimator = 'close' | 'parkinson' | 'garman-klass' | 'yang-zhang'

const ESTIMATORS = {
  close: closeToClose,
  parkinson,
  'garman-klass': garmanKlass,
  'yang-zhang': yangZhang,
} as const satisfies Record<VolatilityEstimator, (period: number) => Estimate>

/** Gives the variance of a bar's log return, or `undefined` while it has too few. */
type Estimate = (bar: PriceBar) => number | undefined

/**
 * Realised volatility: standard deviation of the log return of a bar, times `√barsPerYear` (252 for daily bars; 1, the
 * default, leaves it per bar). Takes prices above 0.
 *
 * `close`: sample deviation of the returns from close to close. `parkinson`: from high and low; `garman-klass`: from open,
 * high, low and close; both take drift as 0 and see no gaps. `yang-zhang`: from gap, open-to-close and Rogers-Satchell
 * parts; drift and gaps do no harm. Ready after `period` bars, `close` and `yang-zhang` after period + 1; their least
 * period is 2.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see M. Parkinson 1980, M. Garman and M. Klass 1980, D. Yang and Q. Zhang 2000, all Journal of Business
 */
export function realisedVolatility(
  estimator: VolatilityEstimator,
  period: number,
  barsPerYear = 1,
): Indicator<PriceBar, number> {
  if (!Object.hasOwn(ESTIMATORS, estimator))
    throw new EngineError(
      'invalid-options',
      `realisedVolatility got the estimator ${String(estimator)}. Use ${Object.keys(ESTIMATORS).join(', ')}.`,
    )
  const needsTwo = estimator === 'close' || estimator === 'yang-zhang'
  const estimate = ESTIMATORS[estimator](checkPeriod('realisedVolatility', period, needsTwo ? 2 : 1))
  checkPositive('realisedVolatility', 'barsPerYear', barsPerYear)
  return stepwise(bar => {
    checkPositiveBar('realisedVolatility', bar)
    const variance = estimate(bar)
    return variance === undefined ? undefined : Math.sqrt(Math.max(0, variance) * barsPerYear)
  })
}

function closeToClose(period: number): Estimate {
  const returns = new Window(period)
  const last = { close: Number.NaN }
  return ({ close }) => {
    const change = Math.log(close / last.close)
    last.close = close
    if (Number.isNaN(change)) return undefined
    returns.push(change)
    return returns.full ? (returns.variance * period) / (period - 1) : undefined
  }
}

function parkinson(period: number): Estimate {
  const squares = new RingSum(period)
  return ({ high, low }) => {
    squares.push(Math.log(high / low) ** 2)
    return squares.full ? squares.sum / (period * 4 * Math.LN2) : undefined
  }
}

function garmanKlass(period: number): Estimate {
  const terms = new RingSum(period)
  return ({ open, high, low, close }) => {
    terms.push(Math.log(high / low) ** 2 / 2 - (2 * Math.LN2 - 1) * Math.log(close / open) ** 2)
    return terms.full ? terms.sum / period : undefined
  }
}

function yangZhang(period: number): Estimate {
  const gaps = new Window(period)
  const ways = new Window(period)
  const satchell = new RingSum(period)
  const last = { close: Number.NaN }
  const sample = period / (period - 1)
  const weight = 0.34 / (1.34 + (period + 1) / (period - 1))
  return ({ open, high, low, close }) => {
    const gap = Math.log(open / last.close)
    last.close = close
    if (Number.isNaN(gap)) return undefined
    const [way, up, down] = [Math.log(close / open), Math.log(high / open), Math.log(low / open)]
    gaps.push(gap)
    ways.push(way)
    satchell.push(up * (up - way) + down * (down - way))
    if (!gaps.full) return undefined
    return gaps.variance * sample + weight * ways.variance * sample + ((1 - weight) * satchell.sum) / period
  }
}
