import type { DepthModel } from '@openclaw-trading/bot-engine/simulation'
import type { ProtoOADepthQuote } from '@openclaw-trading/ctrader-client/protocol'
import { type Instrument, lotsToCents, pointsPerTick, roundVolume } from '@openclaw-trading/trading-model'

/** Levels of each side. */
export const DEPTH_LEVELS = 10
/** Ticks between levels behind the best one; they stay where they are while the best one moves. */
const GRID_TICKS = 5
/** Sizes are up to so many times the smallest order. */
const MAX_SIZE_STEPS = 400

/** What changed in a book: levels that are new or have another size, and levels that are gone. */
export interface DepthChange {
  readonly newQuotes: readonly ProtoOADepthQuote[]
  readonly deletedQuotes: readonly number[]
}

interface Level {
  readonly id: number
  readonly size: number
}

type Side = 'bid' | 'ask'

/**
 * The book around the quote: that of the venue model, as each quote brings it – what orders take is not shown –, or a
 * made-up one of which nothing is filled.
 *
 * The best levels of a made-up book are the quote, the others stand on a grid of prices. Its sizes come from seed and
 * price alone, that of the best level also from how often the quote moved.
 */
export class DepthBook {
  readonly #tick: number
  readonly #step: number
  readonly #seed: number
  /** Of the venue model, from the quote outward: points behind it, and hundredths of a unit. */
  readonly #model: readonly { readonly distance: number; readonly size: number }[] | undefined
  readonly #levels = { bid: new Map<number, Level>(), ask: new Map<number, Level>() }
  #nextId = 1
  #bid = 0
  #ask = 0
  #moves = 0

  /** Creates an empty book. */
  constructor(instrument: Instrument, seed: number, model?: DepthModel) {
    this.#tick = pointsPerTick(instrument)
    this.#step = lotsToCents(instrument, instrument.minVolume)
    this.#seed = seed
    this.#model = model?.levels.map(({ distanceTicks, volume }) => ({
      distance: distanceTicks * this.#tick,
      size: lotsToCents(instrument, roundVolume(instrument, volume)),
    }))
  }

  /** Every level, as a first event tells it. */
  get all(): readonly ProtoOADepthQuote[] {
    return (['bid', 'ask'] as const).flatMap(side =>
      Array.from(this.#levels[side], ([points, level]) => encodeLevel(side, points, level)),
    )
  }

  /** Moves the book to a quote. @returns what that changes; nothing where it stands there already */
  move(bid: number, ask: number): DepthChange {
    if (bid === this.#bid && ask === this.#ask) return { newQuotes: [], deletedQuotes: [] }
    this.#bid = bid
    this.#ask = ask
    this.#moves += 1
    const changes = [this.#moveSide('bid', bid), this.#moveSide('ask', ask)]
    return {
      newQuotes: changes.flatMap(({ newQuotes }) => newQuotes),
      deletedQuotes: changes.flatMap(({ deletedQuotes }) => deletedQuotes),
    }
  }

  #moveSide(side: Side, best: number): DepthChange {
    const newQuotes: ProtoOADepthQuote[] = []
    const deletedQuotes: number[] = []
    const wanted = this.#wanted(side, best)
    const levels = this.#levels[side]
    for (const [points, { id }] of levels) {
      if (wanted.has(points)) continue
      levels.delete(points)
      deletedQuotes.push(id)
    }
    for (const [points, size] of wanted) {
      const known = levels.get(points)
      if (known?.size === size) continue
      const level = { id: known?.id ?? this.#nextId++, size }
      levels.set(points, level)
      newQuotes.push(encodeLevel(side, points, level))
    }
    return { newQuotes, deletedQuotes }
  }

  /** Sizes by price; a price that would not be above 0 is left out. */
  #wanted(side: Side, best: number): ReadonlyMap<number, number> {
    if (this.#model === undefined)
      return new Map(
        this.#pricesBehind(side, best).map(points => [points, this.#sizeOf(points, points === best)]),
      )
    const away = side === 'bid' ? -1 : 1
    const levels = this.#model.map(({ distance, size }) => [best + away * distance, size] as const)
    return new Map(levels.filter(([points]) => points > 0))
  }

  /** The best price, then the grid away from it; a price that would not be above 0 is left out. */
  #pricesBehind(side: Side, best: number): readonly number[] {
    const grid = this.#tick * GRID_TICKS
    const away = side === 'bid' ? -1 : 1
    const first = side === 'bid' ? Math.ceil(best / grid) - 1 : Math.floor(best / grid) + 1
    const behind = Array.from({ length: DEPTH_LEVELS - 1 }, (_, i) => (first + away * i) * grid)
    return [best, ...behind].filter(points => points > 0)
  }

  #sizeOf(points: number, isBest: boolean): number {
    const salt = isBest ? this.#moves : 0
    return (
      this.#step * (1 + (mixed(this.#seed ^ mixed(points / this.#tick) ^ mixed(salt + 1)) % MAX_SIZE_STEPS))
    )
  }
}

function encodeLevel(side: Side, points: number, { id, size }: Level): ProtoOADepthQuote {
  return { id, size, [side]: points }
}

/** A whole number from 0 whose bits all depend on those of another. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b)
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35)
  return (bits ^ (bits >>> 16)) >>> 0
}
