import {
  barSpan,
  type Instrument,
  isOpen,
  nextOpen,
  openUntil,
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

/** Reaction and memory per minute. */
const REACTION = 0.08
const MEMORY = 0.9
/** Moves inside a minute from which its high and low come. */
const STEPS = 4
const MINUTE_MS = 60_000
/** Minutes between two looks at what else there is to do: 20 to 50 ms of work. */
const MINUTES_PER_LOOK = 32_768

/**
 * Bid bars of a seeded market. It is made minute by minute, and longer bars are the minutes put together: bars of the
 * same seed and start agree in all timeframes. A million minutes take well below a second.
 *
 * They are not the bars of {@link syntheticTicks} of the same seed; a minute at whose open the market is closed does
 * not exist. The first bar holds what comes from `startAt` on, the last one is whole also where `until` lies within it.
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
  const minutes = new Minutes(options)
  let length = 0
  for (let made = 0; length < count; length++) {
    const span = barSpan(minutes.next, timeframe)
    if (span.openedAt >= until) return firstBars(bars, length)
    bars.openedAt[length] = span.openedAt
    made += minutes.fill(bars, length, span.closesAt)
    if (made < MINUTES_PER_LOOK) continue
    made = 0
    yield
  }
  return bars
}

/** The path of a seeded market, a minute at a time. Private by type: what changes with each minute is read and written often. */
class Minutes {
  private readonly instrument: SyntheticBarsOptions['instrument']
  private readonly random: Random
  private readonly volatility: number
  private readonly ticks: number
  private price: number
  private variance = 1
  /** Of the last minute. */
  private high = 0
  private low = 0
  private close = 0
  /** Up to here the market is known to be open. */
  private openUntil: number = Number.NEGATIVE_INFINITY
  /** Opening of the minute that comes next. */
  next: UnixMs

  constructor({ instrument, seed, startAt, startPrice }: SyntheticBarsOptions) {
    const profile = profileOf(instrument)
    this.instrument = instrument
    this.random = createRandom(seed)
    this.volatility = profile.volatilityPerSecond
    this.ticks = 60 * profile.ticksPerSecond
    this.price = (startPrice ?? profile.startPrice) * POINTS_PER_UNIT
    this.next = this.openMinute(startAt)
  }

  /** Makes a bar of the minutes that open before it closes. @returns their number, from 1 */
  fill(bars: BarColumns, row: number, closesAt: number): number {
    let count = 0
    let high = this.price
    let low = this.price
    let ticks = 0
    bars.open[row] = roundPoints(this.instrument, this.price)
    for (; this.next < closesAt; count++) {
      ticks += this.walk()
      if (this.high > high) high = this.high
      if (this.low < low) low = this.low
      const closed = (this.next + MINUTE_MS) as UnixMs
      this.next = closed < this.openUntil ? closed : this.openMinute(closed)
    }
    bars.high[row] = roundPoints(this.instrument, high)
    bars.low[row] = roundPoints(this.instrument, low)
    bars.close[row] = roundPoints(this.instrument, this.close)
    bars.tickVolume[row] = ticks
    return count
  }

  /** Makes a minute of {@link STEPS} moves. @returns its quotes */
  private walk(): number {
    const { random, price: from } = this
    const step = this.volatility * Math.sqrt((this.variance * 60) / STEPS)
    let [price, high, low, total] = [from, from, from, 0]
    for (let move = 0; move < STEPS; move++) {
      total += drawNormal(random)
      price = from * (1 + total * step)
      if (price > high) high = price
      if (price < low) low = price
    }
    this.high = high
    this.low = low
    this.close = price
    const shock = total / Math.sqrt(STEPS)
    this.price = from * (1 + shock * step * Math.sqrt(STEPS))
    this.variance = nextVariance(this.variance, shock, REACTION, MEMORY)
    return 1 + Math.floor(this.ticks * (0.5 + random.next()))
  }

  /** The first minute at or after an instant at which the market is open. */
  private openMinute(at: UnixMs): UnixMs {
    const { instrument } = this
    const open = isOpen(instrument, at) ? at : nextOpen(instrument, at)
    if (open === undefined)
      throw new EngineError(
        'invalid-options',
        `${instrument.name} has no trading hours within 15 days of ${new Date(at).toISOString()}. Give it sessions, or none at all for a market that is always open.`,
      )
    this.openUntil = openUntil(instrument, open)
    return barSpan(open, 'm1').openedAt
  }
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
