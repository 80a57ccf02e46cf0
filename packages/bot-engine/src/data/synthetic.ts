import {
  type Instrument,
  isOpen,
  nextOpen,
  pointsPerTick,
  POINTS_PER_UNIT,
  roundPoints,
  type UnixMs,
  zoneOffsetMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { createRandom, type Random } from '../ports/random.ts'
import type { TickColumns } from './columns.ts'
import { drawNormal, drawWait, nextVariance } from './synthetic-noise.ts'
import { ACTIVITY_BY_HOUR, profileOf, SPREAD_BY_HOUR, type SyntheticProfile } from './synthetic-profile.ts'
import { TickBuffer } from './tick-buffer.ts'

/** One quote of a synthetic market; prices × 100000, whole. */
export interface SyntheticTick {
  readonly at: UnixMs
  readonly bid: number
  readonly ask: number
}

/** Everything a synthetic market needs to go on exactly where it stopped; JSON-safe. */
export interface SyntheticMarketState {
  /** State of the generator of random numbers. */
  readonly random: number
  /** Time of the last tick, or the start. */
  readonly at: number
  /** Middle of bid and ask × 100000, not rounded. */
  readonly mid: number
  /** Variance in units of the usual one. */
  readonly variance: number
}

/** What a synthetic market is made of. */
export interface SyntheticMarketOptions {
  /** Same seed, same market. */
  readonly seed: number
  /** Name, digits and trading hours of the symbol. */
  readonly instrument: Pick<Instrument, 'id' | 'name' | 'digits' | 'hours'>
  /** The first tick comes at or after this instant, once the market is open. */
  readonly startAt: UnixMs
  /** In quote currency; default: about the price of early 2025. */
  readonly startPrice?: number
  /** Continues from here; seed, `startAt` and `startPrice` then count no more. */
  readonly state?: SyntheticMarketState
}

/** A seeded market that makes one tick after another, for ever. */
export interface SyntheticMarket {
  /** The next tick; times strictly rise and lie in the trading hours. */
  next(): SyntheticTick
  /** Where it stands. */
  readonly state: SyntheticMarketState
}

const HOUR_MS = 3_600_000
/** Reaction and memory per tick: half of a burst is gone after 1,400 ticks, about 12 minutes. */
const REACTION = 0.012
const MEMORY = 0.9875
/** A pause longer than this is a weekend or a holiday and may open with a gap. */
const WEEKEND_MS = 24 * HOUR_MS

/**
 * Creates a seeded market: activity and spread by hour of the day, clusters of volatility, jumps, weekend gaps.
 *
 * It has no memory of the past beyond its {@link SyntheticMarketState} and no drift: there is nothing to predict in it.
 *
 * @throws {@link EngineError} `invalid-options` when the start price is not above 0 or the symbol never opens
 */
export function createSyntheticMarket(options: SyntheticMarketOptions): SyntheticMarket {
  return new Market(options)
}

class Market implements SyntheticMarket {
  readonly #instrument: SyntheticMarketOptions['instrument']
  readonly #profile: SyntheticProfile
  readonly #random: Random
  readonly #tick: number
  #at: number
  #mid: number
  #variance: number

  constructor(options: SyntheticMarketOptions) {
    this.#instrument = options.instrument
    this.#profile = profileOf(options.instrument)
    this.#tick = pointsPerTick(options.instrument)
    const { state, startPrice = this.#profile.startPrice } = options
    if (!(startPrice > 0) || !Number.isFinite(startPrice))
      throw new EngineError(
        'invalid-options',
        `A market cannot start at a price of ${startPrice}. Give a number above 0.`,
      )
    this.#random = createRandom(state?.random ?? options.seed)
    this.#at = state?.at ?? options.startAt - 1
    this.#mid = state?.mid ?? startPrice * POINTS_PER_UNIT
    this.#variance = state?.variance ?? 1
  }

  get state(): SyntheticMarketState {
    return { random: this.#random.state, at: this.#at, mid: this.#mid, variance: this.#variance }
  }

  next(): SyntheticTick {
    const random = this.#random
    const profile = this.#profile
    const hour = newYorkHour(this.#at as UnixMs)
    const activity = ACTIVITY_BY_HOUR[hour] ?? 1
    const waitMs = Math.round((1000 * drawWait(random)) / (profile.ticksPerSecond * activity))
    const wanted = (this.#at + (waitMs < 1 ? 1 : waitMs)) as UnixMs
    const at = isOpen(this.#instrument, wanted) ? wanted : this.#opening(wanted)
    const shock = drawNormal(random)
    // A closed market moves by its gap alone.
    const seconds = Math.min(at - this.#at, 60_000) / 1000
    let move = shock * profile.volatilityPerSecond * Math.sqrt(this.#variance * activity * seconds)
    if (at - this.#at > WEEKEND_MS) move += drawNormal(random) * profile.weekendGap
    if (random.next() < (profile.jumpsPerHour / 3600) * activity * seconds)
      move += drawNormal(random) * profile.jumpSize
    this.#variance = nextVariance(this.#variance, shock, REACTION, MEMORY)
    this.#mid *= 1 + move
    this.#at = at
    return this.#quote(at, SPREAD_BY_HOUR[newYorkHour(at)] ?? 1)
  }

  #quote(at: UnixMs, spreadOfHour: number): SyntheticTick {
    const nervous = 0.7 + 0.3 * Math.sqrt(this.#variance)
    const wanted =
      this.#profile.spread * POINTS_PER_UNIT * spreadOfHour * nervous * (0.8 + 0.4 * this.#random.next())
    const spread = Math.max(this.#tick, roundPoints(this.#instrument, wanted))
    const bid = Math.max(this.#tick, roundPoints(this.#instrument, this.#mid - spread / 2))
    return { at, bid, ask: bid + spread }
  }

  #opening(at: UnixMs): UnixMs {
    const open = nextOpen(this.#instrument, at)
    if (open !== undefined) return open
    throw new EngineError(
      'invalid-options',
      `${this.#instrument.name} has no trading hours within 15 days of ${new Date(at).toISOString()}. Give it sessions, or none at all for a market that is always open.`,
    )
  }
}

/** Hour of New York, 0 to 23. */
function newYorkHour(at: UnixMs): number {
  return Math.floor((at + zoneOffsetMs('America/New_York', at)) / HOUR_MS) % 24
}

/** How many ticks {@link syntheticTicks} makes: a number, or all before an instant. */
export type SyntheticTicksOptions = SyntheticMarketOptions &
  ({ readonly count: number; readonly until?: never } | { readonly until: UnixMs; readonly count?: never })

/** Ticks between two looks at what else there is to do: 20 to 50 ms of work. */
const TICKS_PER_LOOK = 65_536

/** Ticks of a synthetic market as columns. @throws {@link EngineError} `invalid-options` */
export function syntheticTicks(options: SyntheticTicksOptions): TickColumns {
  const making = ticksInParts(options)
  for (;;) {
    const { done, value } = making.next()
    if (done === true) return value
  }
}

/**
 * The same ticks, made in parts, so that signals and timers come to their turn meanwhile.
 *
 * @throws {@link EngineError} `invalid-options`; the reason of `signal` when it aborts
 */
export async function makeSyntheticTicks(
  options: SyntheticTicksOptions & { readonly signal?: AbortSignal },
): Promise<TickColumns> {
  const making = ticksInParts(options)
  for (;;) {
    const { done, value } = making.next()
    if (done === true) return value
    await new Promise(resolve => setImmediate(resolve))
    options.signal?.throwIfAborted()
  }
}

function* ticksInParts(options: SyntheticTicksOptions): Generator<undefined, TickColumns> {
  const market = createSyntheticMarket(options)
  const count = options.count ?? Number.POSITIVE_INFINITY
  const until = options.until ?? Number.POSITIVE_INFINITY
  const ticks = new TickBuffer(options.count ?? 65_536)
  while (ticks.length < count) {
    const tick = market.next()
    if (tick.at >= until) break
    ticks.push(tick.at, tick.bid, tick.ask)
    if (ticks.length % TICKS_PER_LOOK === 0) yield
  }
  return ticks.columns(options.instrument.id)
}
