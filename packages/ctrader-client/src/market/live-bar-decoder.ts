import {
  type Bar,
  barSpan,
  type SymbolId,
  type Timeframe,
  TIMEFRAMES,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { encodeTimeframe } from '../decode/trendbar.ts'
import type { ProtoOATrendbar } from '../protocol/generated/messages.js'
import type { SpotEvent } from '../protocol/spot-event.ts'
import { decodePriceE5 } from '../protocol/units/price-e5.ts'
import { decodeMinutes } from '../protocol/units/time.ts'
import type { LiveBar } from './live-bar.ts'

const TIMEFRAME_OF: ReadonlyMap<number, Timeframe> = new Map(
  TIMEFRAMES.map(timeframe => [encodeTimeframe(timeframe), timeframe]),
)
const M1 = 1
/** Periods of one symbol, with room. */
const PERIODS = 100

/** One number for a symbol and a timeframe. */
export function barKey(symbol: SymbolId, timeframe: Timeframe): number {
  return symbol * PERIODS + encodeTimeframe(timeframe)
}

/** The symbol and the timeframe of a {@link barKey}. */
export function ofBarKey(key: number): { readonly symbolId: SymbolId; readonly period: number } {
  return { symbolId: Math.floor(key / PERIODS) as SymbolId, period: key % PERIODS }
}

/** Bars of spot events: the close is the last bid, which the server does not repeat. */
export class LiveBarDecoder {
  readonly #forming = new Map<number, Bar>()

  /** Forgets everything: bars may have closed unseen. */
  reset(): void {
    this.#forming.clear()
  }

  /** Forgets one bar. */
  forget(key: number): void {
    this.#forming.delete(key)
  }

  /**
   * Takes one spot event, with none or several bars.
   *
   * @param bid - the last one of the symbol in 1/100000, of this event or an earlier one
   */
  decode(event: SpotEvent, bid: number): readonly LiveBar[] {
    return (event.trendbar ?? []).flatMap(bar => this.#told(bar, event.symbolId as SymbolId, bid))
  }

  #told(wire: ProtoOATrendbar, symbolId: SymbolId, bid: number): readonly LiveBar[] {
    const timeframe = TIMEFRAME_OF.get(wire.period ?? M1)
    const { low, utcTimestampInMinutes: minutes } = wire
    // Of a period of tomorrow, or without its low or its open: nothing can be said about it.
    if (timeframe === undefined || low === undefined || minutes === undefined) return []
    const bar = liveBar(wire, { symbolId, timeframe, bid, low, openedAt: decodeMinutes(minutes) })
    const key = barKey(symbolId, timeframe)
    const before = this.#forming.get(key)
    if (before !== undefined && before.openedAt > bar.openedAt) return []
    this.#forming.set(key, bar)
    const updated: LiveBar = { type: 'bar-updated', bar }
    return before !== undefined && before.openedAt < bar.openedAt
      ? [{ type: 'bar-closed', bar: before }, updated]
      : [updated]
  }
}

interface Frame {
  readonly symbolId: SymbolId
  readonly timeframe: Timeframe
  readonly openedAt: UnixMs
  /** In 1/100000. */
  readonly bid: number
  /** In 1/100000. */
  readonly low: number
}

function liveBar(wire: ProtoOATrendbar, { symbolId, timeframe, openedAt, bid, low }: Frame): Bar {
  const { deltaOpen = 0, deltaHigh = 0, deltaClose } = wire
  const open = low + deltaOpen
  const close = deltaClose === undefined ? bid : low + deltaClose
  return {
    type: 'bar',
    symbolId,
    timeframe,
    openedAt,
    closedAt: barSpan(openedAt, timeframe).closesAt,
    open: decodePriceE5(open),
    high: decodePriceE5(Math.max(low + deltaHigh, open, close)),
    low: decodePriceE5(Math.min(low, close)),
    close: decodePriceE5(close),
    tickVolume: wire.volume ?? 0,
  }
}
