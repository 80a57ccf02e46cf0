import { type Instrument, lotsToCents, roundVolume, type Side } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import type { DepthModel } from '../venue-model.ts'

/** What one level gives an order. */
export interface DepthOffer {
  /** Index of the level. */
  readonly level: number
  readonly pricePoints: number
  readonly volumeCents: number
}

/** What was taken of the levels since the last quote: buys take what is asked, sells what is bid. */
export interface TakenDepth {
  readonly buy: readonly number[]
  readonly sell: readonly number[]
}

/** The levels of a market, and what is left of them until the next quote. */
export class MarketDepth {
  private readonly levels: readonly { readonly distancePoints: number; readonly volumeCents: number }[]
  private taken: { readonly buy: number[]; readonly sell: number[] }
  /** Something was taken since the last quote. */
  isTaken = false

  /** Creates a book of which nothing is taken. @throws {@link EngineError} `invalid-options` */
  constructor({ levels }: DepthModel, instrument: Instrument, tick: number) {
    this.levels = levels.map(({ distanceTicks, volume }) => {
      const volumeCents = lotsToCents(instrument, roundVolume(instrument, volume))
      if (volumeCents > 0) return { distancePoints: distanceTicks * tick, volumeCents }
      throw new EngineError(
        'invalid-options',
        `venue.depth has a level of ${volume} lots, below the volume step of ${instrument.name}. ` +
          `Pass at least ${instrument.volumeStep}.`,
        { details: { symbolId: instrument.id, volume } },
      )
    })
    this.taken = this.nothing()
  }

  /**
   * What an order would get, best level first: at most `volumeCents`, at no price beyond `worstPoints`. The best level
   * has the price `bestPoints`.
   */
  offers(side: Side, bestPoints: number, volumeCents: number, worstPoints?: number): readonly DepthOffer[] {
    const sign = side === 'buy' ? 1 : -1
    const offers: DepthOffer[] = []
    let left = volumeCents
    for (const [level, { distancePoints, volumeCents: all }] of this.levels.entries()) {
      const pricePoints = bestPoints + sign * distancePoints
      const isBeyond = worstPoints !== undefined && (pricePoints - worstPoints) * sign > 0
      if (left === 0 || isBeyond || pricePoints <= 0) break
      // Less than nothing may be left where a restart has smaller levels.
      const free = Math.min(left, Math.max(0, all - (this.taken[side][level] as number)))
      if (free > 0) offers.push({ level, pricePoints, volumeCents: free })
      left -= free
    }
    return offers
  }

  /** Takes what was offered. */
  take(side: Side, offers: readonly DepthOffer[]): void {
    const taken = this.taken[side]
    for (const { level, volumeCents } of offers) taken[level] = (taken[level] as number) + volumeCents
    if (offers.length > 0) this.isTaken = true
  }

  /** A quote has brought every level anew. */
  refill(): void {
    this.taken = this.nothing()
    this.isTaken = false
  }

  /** What was taken, for a restart. */
  copy(): TakenDepth {
    return { buy: [...this.taken.buy], sell: [...this.taken.sell] }
  }

  /** Goes on as a copy has it. */
  restore({ buy, sell }: TakenDepth): void {
    const amounts = (taken: readonly number[]) => this.levels.map((_, level) => taken[level] ?? 0)
    this.taken = { buy: amounts(buy), sell: amounts(sell) }
    this.isTaken = true
  }

  private nothing(): { readonly buy: number[]; readonly sell: number[] } {
    return { buy: this.levels.map(() => 0), sell: this.levels.map(() => 0) }
  }
}
