import { ProtoOATrendbarPeriod, type ProtoOATrendbar } from '@openclaw-trading/ctrader-client/protocol'
import { isTimeframe, type Timeframe } from '@openclaw-trading/trading-model'
import type { VenueBar } from '../past/bars.ts'

/** The timeframe of a period number, `undefined` for one that does not exist. */
export function timeframeOf(period: number): Timeframe | undefined {
  const name = ProtoOATrendbarPeriod[period]?.toLowerCase()
  return name !== undefined && isTimeframe(name) ? name : undefined
}

/** Encodes a bar in progress: with its period, and without its close, which is the bid it comes with. @see ProtoOATrendbar */
export function encodeLiveTrendbar(bar: VenueBar, period: number): ProtoOATrendbar {
  const { deltaClose: _, ...trendbar } = encodeTrendbar(bar)
  return { ...trendbar, period }
}

/** Encodes a bar as history has it: relative to its low, without the period. @see ProtoOATrendbar */
export function encodeTrendbar(bar: VenueBar): ProtoOATrendbar {
  return {
    volume: bar.tickVolume,
    low: bar.low,
    deltaOpen: bar.open - bar.low,
    deltaClose: bar.close - bar.low,
    deltaHigh: bar.high - bar.low,
    utcTimestampInMinutes: Math.floor(bar.openedAt / 60_000),
  }
}
