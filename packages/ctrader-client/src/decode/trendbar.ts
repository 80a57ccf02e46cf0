import { type Bar, barSpan, type SymbolId, type Timeframe, TIMEFRAMES } from '@openclaw-trading/trading-model'
import { type ProtoOATrendbar, ProtoOATrendbarPeriod } from '../protocol/generated/messages.js'
import { decodePriceE5 } from '../protocol/units/price-e5.ts'
import { decodeMinutes } from '../protocol/units/time.ts'
import { required } from './presence.ts'

/** The wire's number of a timeframe. */
export function encodeTimeframe(timeframe: Timeframe): number {
  return ProtoOATrendbarPeriod[timeframe.toUpperCase() as Uppercase<Timeframe>]
}

const BY_PERIOD: ReadonlyMap<number, Timeframe> = new Map(
  TIMEFRAMES.map(timeframe => [encodeTimeframe(timeframe), timeframe]),
)

/** The timeframe of the wire's number; `undefined` for one of a later protocol. */
export function decodeTimeframe(period: number): Timeframe | undefined {
  return BY_PERIOD.get(period)
}

/**
 * Decodes a historical bar: everything is relative to its low, in 1/100000.
 *
 * The bar's own period is not read: in history it is unset and would read as M1. A server bug sends no high when open
 * and high are meant to be equal, hence the maximum.
 *
 * @see ProtoOATrendbar
 * @throws {@link CTraderError} `protocol-violation`
 */
export function decodeTrendbar(bar: ProtoOATrendbar, symbolId: SymbolId, timeframe: Timeframe): Bar {
  const low = required(bar.low, 'trendbar.low')
  const open = low + (bar.deltaOpen ?? 0)
  const close = low + (bar.deltaClose ?? 0)
  const high = Math.max(low + (bar.deltaHigh ?? 0), open, close)
  const openedAt = decodeMinutes(required(bar.utcTimestampInMinutes, 'trendbar.utcTimestampInMinutes'))
  return {
    type: 'bar',
    symbolId,
    timeframe,
    openedAt,
    closedAt: barSpan(openedAt, timeframe).closesAt,
    open: decodePriceE5(open),
    high: decodePriceE5(high),
    low: decodePriceE5(low),
    close: decodePriceE5(close),
    tickVolume: bar.volume ?? 0,
  }
}
