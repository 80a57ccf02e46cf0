import { wilder } from './ema.ts'
import { type Indicator, type PriceRange, stepwise } from './indicator.ts'
import { checkPeriod, checkRange } from './input.ts'
import { TrueRange } from './true-range.ts'

/** Wilder's directional movement system, each 0 to 100. */
export interface DirectionalLines {
  /** Average directional index: how directed the moves are, whichever way. */
  readonly adx: number
  /** +DI: share of the true range that was movement upwards. */
  readonly plus: number
  /** −DI: share of the true range that was movement downwards. */
  readonly minus: number
}

/**
 * Average directional index after Wilder with its two directional indicators: directional movement and true range
 * smoothed with α = 1 ÷ period from the second bar on, `DX = 100·|+DI − −DI| ÷ (+DI + −DI)`, smoothed again; each starts
 * with a mean. DX is 0 where nothing has moved. Ready after 2 × period bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see J. Welles Wilder, New Concepts in Technical Trading Systems, 1978
 */
export function adx(period: number): Indicator<PriceRange, DirectionalLines> {
  checkPeriod('adx', period)
  const [up, down] = [wilder('adx', period), wilder('adx', period)]
  const [range, index] = [wilder('adx', period), wilder('adx', period)]
  const trueRange = new TrueRange()
  const last = { high: Number.NaN, low: Number.NaN }
  return stepwise(bar => {
    checkRange('adx', bar)
    const rise = bar.high - last.high
    const fall = last.low - bar.low
    const span = trueRange.push(bar)
    last.high = bar.high
    last.low = bar.low
    // The first bar has no movement.
    if (Number.isNaN(rise)) return undefined
    const risen = up.push(rise > fall && rise > 0 ? rise : 0)
    const fallen = down.push(fall > rise && fall > 0 ? fall : 0)
    const whole = range.push(span)
    if (risen === undefined || fallen === undefined || whole === undefined) return undefined
    const smooth = index.push(percentOf(Math.abs(risen - fallen), risen + fallen))
    if (smooth === undefined) return undefined
    return { adx: smooth, plus: percentOf(risen, whole), minus: percentOf(fallen, whole) }
  })
}

function percentOf(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole
}
