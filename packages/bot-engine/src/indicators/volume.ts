import { type Indicator, stepwise, type VolumeBar } from './indicator.ts'
import { checkPeriod, checkVolumeBar } from './input.ts'
import { RingSum } from './window.ts'

/**
 * On-balance volume: the sum of the volumes of bars that closed higher, less those that closed lower; 0 at the first bar.
 * Ready after 1 bar.
 *
 * @see J. E. Granville, New Key to Stock Market Profits, 1963
 */
export function onBalanceVolume(): Indicator<VolumeBar, number> {
  const state = { close: Number.NaN, total: 0 }
  return stepwise(bar => {
    checkVolumeBar('onBalanceVolume', bar)
    if (bar.close > state.close) state.total += bar.tickVolume
    if (bar.close < state.close) state.total -= bar.tickVolume
    state.close = bar.close
    return state.total
  })
}

/**
 * Money flow index, 0 to 100: share of the flow (typical price × volume) of bars whose typical price rose in that of
 * bars whose typical price rose or fell, over `period` changes. 50 where nothing flowed. Ready after period + 1 bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see G. Quong, A. Soudack, Volume-Weighted RSI, TASC 1989
 */
export function moneyFlowIndex(period = 14): Indicator<VolumeBar, number> {
  const risen = new RingSum(checkPeriod('moneyFlowIndex', period))
  const fallen = new RingSum(period)
  const state = { typical: Number.NaN }
  return stepwise(bar => {
    checkVolumeBar('moneyFlowIndex', bar)
    const typical = (bar.high + bar.low + bar.close) / 3
    const last = state.typical
    state.typical = typical
    if (Number.isNaN(last)) return undefined
    risen.push(typical > last ? typical * bar.tickVolume : 0)
    fallen.push(typical < last ? typical * bar.tickVolume : 0)
    if (!risen.full) return undefined
    const flow = risen.sum + fallen.sum
    return flow === 0 ? 50 : (100 * risen.sum) / flow
  })
}

/**
 * Chaikin money flow, −1 to 1: volumes weighted by where the close lies in its bar (−1 at the low, 1 at the high), as a
 * share of the volume of `period` bars. 0 where there was none. Ready after `period` bars.
 *
 * @throws {@link EngineError} `invalid-options`
 * @see M. Chaikin; https://chartschool.stockcharts.com
 */
export function chaikinMoneyFlow(period = 20): Indicator<VolumeBar, number> {
  const flows = new RingSum(checkPeriod('chaikinMoneyFlow', period))
  const volumes = new RingSum(period)
  return stepwise(bar => {
    checkVolumeBar('chaikinMoneyFlow', bar)
    const { high, low, close, tickVolume } = bar
    flows.push(high === low ? 0 : ((2 * close - low - high) / (high - low)) * tickVolume)
    volumes.push(tickVolume)
    if (!volumes.full) return undefined
    return volumes.sum === 0 ? 0 : flows.sum / volumes.sum
  })
}
