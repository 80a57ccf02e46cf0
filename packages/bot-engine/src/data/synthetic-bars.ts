import {
  barSpan,
  type Instrument,
  isOpen,
  nextOpen,
  POINTS_PER_UNIT,
  roundPoints,
  type Timeframe,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { createRandom, type Random } from '../ports/random.ts'
import type { BarColumns } from './columns.ts'
import { drawNormal, nextVariance } from './synthetic-noise.ts'
import { profileOf } from './synthetic-profile.ts'

/** What to make bars of. */
export interface SyntheticBarsOptions {
  /** Same seed, same bars. */
  readonly seed: number
  /** Name, digits and trading hours of the symbol. */
  readonly instrument: Pick<Instrument, 'id' | 'name' | 'digits' | 'hours'>
  readonly timeframe: Timeframe
  /** How many bars, from 1. */
  readonly count: number
  /** The first bar contains this instant, or the next at which the market is open. */
  readonly startAt: UnixMs
  /** In quote currency; default: about the price of early 2025. */
  readonly startPrice?: number
}

/** Reaction and memory per bar. */
const REACTION = 0.08
const MEMORY = 0.9
/** Moves inside a bar from which its high and low come. */
const STEPS = 4

/**
 * Bid bars of a seeded market, made bar by bar: a million m1 bars take well below a second.
 *
 * They are not the bars of {@link syntheticTicks} of the same seed; a bar during which the market is closed at its
 * open does not exist.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function syntheticBars(options: SyntheticBarsOptions): BarColumns {
  const { count, instrument, timeframe } = options
  if (!Number.isInteger(count) || count < 1)
    throw new EngineError('invalid-options', `${count} bars cannot be made. Give a whole number from 1 up.`)
  const bars = emptyBars(instrument.id, timeframe, count)
  const random = createRandom(options.seed)
  const profile = profileOf(instrument)
  let price = (options.startPrice ?? profile.startPrice) * POINTS_PER_UNIT
  let variance = 1
  let span = openSpan(instrument, options.startAt, timeframe)
  for (let index = 0; index < count; index++) {
    const seconds = (span.closesAt - span.openedAt) / 1000
    const step = profile.volatilityPerSecond * Math.sqrt((variance * seconds) / STEPS)
    const shock = writeBar(bars, index, span.openedAt, price, step, random, instrument)
    price *= 1 + shock * step * Math.sqrt(STEPS)
    variance = nextVariance(variance, shock, REACTION, MEMORY)
    bars.tickVolume[index] = 1 + Math.floor(seconds * profile.ticksPerSecond * (0.5 + random.next()))
    span = openSpan(instrument, span.closesAt, timeframe)
  }
  return bars
}

function emptyBars(symbolId: Instrument['id'], timeframe: Timeframe, length: number): BarColumns {
  const column = (): Float64Array => new Float64Array(length)
  return {
    type: 'bars',
    symbolId,
    timeframe,
    length,
    openedAt: column(),
    open: column(),
    high: column(),
    low: column(),
    close: column(),
    tickVolume: column(),
  }
}

function openSpan(instrument: SyntheticBarsOptions['instrument'], at: UnixMs, timeframe: Timeframe) {
  if (isOpen(instrument, at)) return barSpan(at, timeframe)
  const open = nextOpen(instrument, at)
  if (open !== undefined) return barSpan(open, timeframe)
  throw new EngineError(
    'invalid-options',
    `${instrument.name} has no trading hours within 15 days of ${new Date(at).toISOString()}. Give it sessions, or none at all for a market that is always open.`,
  )
}

/** Writes one bar as a walk of {@link STEPS} moves; returns its standardised move. */
function writeBar(
  bars: BarColumns,
  index: number,
  openedAt: number,
  from: number,
  step: number,
  random: Random,
  instrument: Pick<Instrument, 'digits'>,
): number {
  let price = from
  let high = from
  let low = from
  let total = 0
  for (let move = 0; move < STEPS; move++) {
    const shock = drawNormal(random)
    total += shock
    price = from * (1 + total * step)
    if (price > high) high = price
    if (price < low) low = price
  }
  bars.openedAt[index] = openedAt
  bars.open[index] = roundPoints(instrument, from)
  bars.high[index] = roundPoints(instrument, high)
  bars.low[index] = roundPoints(instrument, low)
  bars.close[index] = roundPoints(instrument, price)
  return total / Math.sqrt(STEPS)
}
