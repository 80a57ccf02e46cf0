import { barSpan, type Timeframe } from '@openclaw-trading/trading-model'
import { type Indicator, stepwise, type TimedVolumeBar } from './indicator.ts'
import { checkVolumeBar } from './input.ts'

/**
 * Volume-weighted average price of the session so far: mean of the typical prices (high + low + close) ÷ 3, weighted by
 * tick volume; the last typical price while there is no volume. A session is a span of `session`: by default the
 * trading day, which opens at 17:00 New York. Ready after 1 bar.
 */
export function vwap(session: Timeframe = 'd1'): Indicator<TimedVolumeBar, number> {
  const state = { opensAt: 0, endsAt: 0, flow: 0, volume: 0, anchor: 0 }
  return stepwise(bar => {
    checkVolumeBar('vwap', bar)
    const typical = (bar.high + bar.low + bar.close) / 3
    if (bar.openedAt >= state.endsAt || bar.openedAt < state.opensAt) {
      const { openedAt, closesAt } = barSpan(bar.openedAt, session)
      state.opensAt = openedAt
      state.endsAt = closesAt
      state.flow = 0
      state.volume = 0
      state.anchor = typical
    }
    state.flow += (typical - state.anchor) * bar.tickVolume
    state.volume += bar.tickVolume
    return state.volume === 0 ? typical : state.anchor + state.flow / state.volume
  })
}
