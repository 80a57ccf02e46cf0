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
import { profileOf, type SyntheticProfile } from './synthetic-profile.ts'

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
  const minutes = new Minutes(options)
  const bars = emptyBars(instrument.id, timeframe, count)
  let length = 0
  let closesAt = Number.NEGATIVE_INFINITY
  for (let made = 1; ; made++) {
    if (minutes.openedAt >= closesAt) {
      const span = barSpan(minutes.openedAt, timeframe)
      if (length === count || span.openedAt >= until) return length === count ? bars : firstBars(bars, length)
      bars.openedAt[length] = span.openedAt
      closesAt = span.closesAt
      length += 1
    }
    if (made % MINUTES_PER_LOOK === 0) yield
    minutes.addTo(bars, length - 1)
  }
}

/** The path of a seeded market, a minute at a time. */
class Minutes {
  readonly #instrument: SyntheticBarsOptions['instrument']
  readonly #profile: SyntheticProfile
  readonly #random: Random
  #price: number
  #variance = 1
  #span: BarSpan

  constructor({ instrument, seed, startAt, startPrice }: SyntheticBarsOptions) {
    this.#instrument = instrument
    this.#profile = profileOf(instrument)
    this.#random = createRandom(seed)
    this.#price = (startPrice ?? this.#profile.startPrice) * POINTS_PER_UNIT
    this.#span = openMinute(instrument, startAt)
  }

  /** Of the minute that comes next. */
  get openedAt(): UnixMs {
    return this.#span.openedAt
  }

  /** Makes it part of a bar, as a walk of {@link STEPS} moves. */
  addTo(bars: BarColumns, index: number): void {
    const step = this.#profile.volatilityPerSecond * Math.sqrt((this.#variance * 60) / STEPS)
    const from = this.#price
    let [price, high, low, total] = [from, from, from, 0]
    for (let move = 0; move < STEPS; move++) {
      total += drawNormal(this.#random)
      price = from * (1 + total * step)
      if (price > high) high = price
      if (price < low) low = price
    }
    extend(bars, index, this.#instrument, [from, high, low, price])
    const shock = total / Math.sqrt(STEPS)
    this.#price = from * (1 + shock * step * Math.sqrt(STEPS))
    this.#variance = nextVariance(this.#variance, shock, REACTION, MEMORY)
    const ticks = 1 + Math.floor(60 * this.#profile.ticksPerSecond * (0.5 + this.#random.next()))
    bars.tickVolume[index] = (bars.tickVolume[index] as number) + ticks
    this.#span = openMinute(this.#instrument, this.#span.closesAt)
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

type BarSpan = ReturnType<typeof barSpan>

function openMinute(instrument: SyntheticBarsOptions['instrument'], at: UnixMs): BarSpan {
  if (isOpen(instrument, at)) return barSpan(at, 'm1')
  const open = nextOpen(instrument, at)
  if (open !== undefined) return barSpan(open, 'm1')
  throw new EngineError(
    'invalid-options',
    `${instrument.name} has no trading hours within 15 days of ${new Date(at).toISOString()}. Give it sessions, or none at all for a market that is always open.`,
  )
}

/** A bar that no minute is in yet has prices of 0. */
function extend(
  bars: BarColumns,
  index: number,
  instrument: Pick<Instrument, 'digits'>,
  [open, high, low, close]: readonly [number, number, number, number],
): void {
  const highest = roundPoints(instrument, high)
  const lowest = roundPoints(instrument, low)
  const isFirst = bars.high[index] === 0
  if (isFirst) bars.open[index] = roundPoints(instrument, open)
  if (isFirst || highest > (bars.high[index] as number)) bars.high[index] = highest
  if (isFirst || lowest < (bars.low[index] as number)) bars.low[index] = lowest
  bars.close[index] = roundPoints(instrument, close)
}
