import type { Lots, Position, PositionId } from '@openclaw-trading/trading-model'

/** A position whose close the broker refuses. */
export interface RefusedClose {
  readonly positionId: PositionId
  /** Of the position: what is still open of it. */
  readonly volume: Lots
  /** In a row, of the whole and of parts; a position that became smaller begins anew. */
  readonly refusals: number
  /** Of the last one. */
  readonly reason: string
}

/** Positions of a run that were to be closed, or a part of them, and are not: for the people who look after it. */
export class RefusedCloses {
  readonly #noted = new Map<PositionId, RefusedClose>()

  /** A close was refused; of a position that is gone nothing is noted. */
  add(position: Position | undefined, reason: string): RefusedClose | undefined {
    if (position === undefined) return undefined
    const { id, volume } = position
    const before = this.#noted.get(id)
    const refusals = before !== undefined && volume >= before.volume ? before.refusals + 1 : 1
    const noted = { positionId: id, refusals, reason, volume }
    this.#noted.set(id, noted)
    return noted
  }

  /** Those that still stand. */
  of(positions: readonly Position[]): readonly RefusedClose[] {
    const standing = positions.flatMap(({ id, volume }) => {
      const noted = this.#noted.get(id)
      return noted !== undefined && volume >= noted.volume ? [noted] : []
    })
    // Only of positions that are open something is kept.
    if (standing.length < this.#noted.size) {
      this.#noted.clear()
      for (const noted of standing) this.#noted.set(noted.positionId, noted)
    }
    return standing
  }
}
