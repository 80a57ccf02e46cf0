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
  /** Bars that open at this instant or later are left out. Default: none. */
  readonly until?: UnixMs
  /** In quote currency; default: about the price of early 2025. */
  readonly startPrice?: number
}

/** Reaction and memory per bar. */
const REACTION = 0.08
const MEMORY = 0.9
/** Moves inside a bar from which its high and low come. */
const STEPS = 4
/** Bars between two looks at what else there is to do: 20 to 50 ms of work. */
const BARS_PER_LOOK = 32_768

/**
 * Bid bars of a seeded market, made bar by bar: a million m1 bars take well below a second.
 *
 * They are not the bars of {@link syntheticTicks} of the same seed; a bar during which the market is closed at its
 * open does not exist.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function syntheticBars(options: SyntheticBarsOptions): BarColumns {
  const making = barsInParts(options)
  for (;;) {
    const { done, value } = making.next()
    if (done === true) return value
  }
}

/**
 * The same bars, made in parts, so that signals and timers come to their turn meanwhile.
 *
 * @throws {@link EngineError} `invalid-options`; the reason of `signal` when it aborts
 */
export async function makeSyntheticBars(
  options: SyntheticBarsOptions & { readonly signal?: AbortSignal },
): Promise<BarColumns> {
  const making = barsInParts(options)
  for (;;) {
    const { done, value } = making.next()
    if (done === true) return value
    await new Promise(resolve => setImmediate(resolve))
    options.signal?.throwIfAborted()
  }
}

function* barsInParts(options: SyntheticBarsOptions): Generator<undefined, BarColumns> {
  const { count, instrument, timeframe, until = Number.POSITIVE_INFINITY } = options
  if (!Number.isInteger(count) || count < 1)
    throw new EngineError('invalid-options', `${count} bars cannot be made. Give a whole number from 1 up.`)
  const bars = emptyBars(instrument.id, timeframe, count)
  const random = createRandom(options.seed)
  const profile = profileOf(instrument)
  let price = (options.startPrice ?? profile.startPrice) * POINTS_PER_UNIT
  let variance = 1
  let span = openSpan(instrument, options.startAt, timeframe)
  for (let index = 0; index < count; index++) {
    if (span.openedAt >= until) return firstBars(bars, index)
    if (index % BARS_PER_LOOK === BARS_PER_LOOK - 1) yield
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

function firstBars(bars: BarColumns, length: number): BarColumns {
  const cut = (column: Float64Array): Float64Array => column.slice(0, length)
  const { openedAt, open, high, low, close, tickVolume } = bars
  return {
    ...bars,
    length,
    openedAt: cut(openedAt),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    tickVolume: cut(tickVolume),
  }
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
