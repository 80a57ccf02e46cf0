import type { TradeResult } from '../strategy/entry-protection.ts'
import { OpenParts, type PartlyClosed } from './open-parts.ts'

/** A position with all its closings. */
export interface ClosedPosition extends PartlyClosed {
  /** When the last of them was. */
  readonly at: number
  /** 0: not known. */
  readonly of: number
}

/** A stop loss or a stop-out that lost; one that was trailed into a profit is none. */
export function isLosingStop({ exitReason, net }: Pick<TradeResult, 'exitReason' | 'net'>): boolean {
  return (exitReason === 'stop-loss' || exitReason === 'stop-out') && net.minor < 0
}

/**
 * Makes positions of closings: one counts once the last of its closings is told.
 *
 * Of closings before a run nobody knows whether more follow: the position counts with each, and becomes one with the
 * next.
 */
export class ClosedPositions {
  #closed: readonly ClosedPosition[]
  readonly #parts: OpenParts

  /** Begins with what is known. */
  constructor(closed: readonly ClosedPosition[] = [], open: Iterable<readonly [number, PartlyClosed]> = []) {
    this.#closed = closed
    this.#parts = new OpenParts(open)
  }

  /** Those that are not forgotten. */
  get closed(): readonly ClosedPosition[] {
    return this.#closed
  }

  /** Those of which something is left, by their id. */
  get open(): ReadonlyMap<number, PartlyClosed> {
    return this.#parts.all
  }

  /** Takes a closing. @returns whether its position is closed with it */
  take(trade: TradeResult): boolean {
    const of: number = trade.positionId ?? 0
    const earlier = this.#take(of)
    const minor = trade.net.minor + earlier.minor
    const isStopped = earlier.isStopped || isLosingStop(trade)
    if (trade.isOpen === true && of !== 0) {
      this.#parts.keep(of, { minor, isStopped })
      return false
    }
    const position = { at: Math.max(trade.closedAt, earlier.at), minor, isStopped, of }
    this.#closed = [...this.#closed, position]
    return true
  }

  /** Forgets those that were closed at an instant or before, and of more than `most` those told first. @returns them */
  forgetUpTo(at: number, most = Number.POSITIVE_INFINITY): readonly ClosedPosition[] {
    const old = this.#closed.filter(position => position.at <= at)
    const young = this.#closed.filter(position => position.at > at)
    const tooMany = Math.max(0, young.length - most)
    this.#closed = young.slice(tooMany)
    return [...old, ...young.slice(0, tooMany)]
  }

  /** What the closings of a position before made; they count no more by themselves. */
  #take(of: number): PartlyClosed & { readonly at: number } {
    const whole = of === 0 ? undefined : this.#closed.find(position => position.of === of)
    if (whole !== undefined) this.#closed = this.#closed.filter(position => position !== whole)
    const parts = this.#parts.take(of)
    return {
      at: whole?.at ?? Number.NEGATIVE_INFINITY,
      minor: (whole?.minor ?? 0) + parts.minor,
      isStopped: whole?.isStopped === true || parts.isStopped,
    }
  }
}
