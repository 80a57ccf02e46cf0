import { type BarColumns, syntheticBars } from '@openclaw-trading/bot-engine/data'
import {
  barSpan,
  type Instrument,
  POINTS_PER_UNIT,
  roundPoints,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { VenueBar } from '../past/bars.ts'

/** Which market, and up to when. */
export interface PastQuery {
  readonly instrument: Instrument
  readonly seed: number
  readonly startAt: number
}

/** What a market has before its first tick. */
export interface Past {
  readonly past: readonly VenueBar[]
  /** From here on there are ticks. */
  readonly tickedFrom: number
  readonly startPrice: number
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Ticks are made for at most so long before the start; bars older than that are made as bars. */
const TICKED_PAST_MS = 12 * HOUR_MS
/** Weeks of m1 bars before that: enough for 500 h1 bars. */
const PAST_WEEKS = 6
/** Pasts that are kept, 5 MB each: tests start one venue after the other with the same seed and start. */
export const MAX_KEPT_PASTS = 4

interface KeptPast extends Past {
  readonly instrument: Instrument
  readonly seed: number
}

let kept: readonly KeptPast[] = []

/** The bars before the first tick; the same for the same seed and start. */
export function pastBars({ instrument, seed, startAt }: PastQuery): Past {
  const { openedAt: weekOpen } = barSpan(startAt as UnixMs, 'w1')
  const tickedFrom = Math.max(weekOpen, Math.floor((startAt - TICKED_PAST_MS) / HOUR_MS) * HOUR_MS)
  const known = kept.find(
    past => past.instrument === instrument && past.seed === seed && past.tickedFrom === tickedFrom,
  )
  if (known !== undefined) return known
  const made = { instrument, seed, ...makePast(instrument, seed, weekOpen, tickedFrom) }
  kept = [...kept.slice(1 - MAX_KEPT_PASTS), made]
  return made
}

function makePast(instrument: Instrument, seed: number, weekOpen: number, tickedFrom: number): Past {
  const from = weekOpen - PAST_WEEKS * 7 * DAY_MS
  const columns = syntheticBars({
    seed: seed ^ 1,
    instrument,
    timeframe: 'm1',
    // Never too few: markets that never close have 1,440 minutes a day.
    count: Math.ceil((tickedFrom - from) / 60_000),
    startAt: from as UnixMs,
  })
  let length = 0
  while (length < columns.length && (columns.openedAt[length] as number) < tickedFrom) length += 1
  const last = columns.close[Math.max(0, length - 1)] as number
  // Moved as a whole, so that every seed starts its ticks at the usual price.
  const scale = (columns.open[0] as number) / last
  const past: VenueBar[] = []
  for (let i = 0; i < length; i++) past.push(scaledBar(columns, i, scale, instrument))
  return { past, tickedFrom, startPrice: (columns.open[0] as number) / POINTS_PER_UNIT }
}

function scaledBar(columns: BarColumns, i: number, scale: number, instrument: Instrument): VenueBar {
  const price = (column: Float64Array): number => roundPoints(instrument, (column[i] as number) * scale)
  return {
    openedAt: columns.openedAt[i] as number,
    open: price(columns.open),
    high: price(columns.high),
    low: price(columns.low),
    close: price(columns.close),
    tickVolume: columns.tickVolume[i] as number,
  }
}
