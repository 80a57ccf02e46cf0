/** Positions closed in part whose results are kept; a run holds a handful, and of the oldest the parts are forgotten. */
const MOST_OPEN = 1000

/** What the closings of a position have made so far. */
export interface PartlyClosed {
  readonly minor: number
  /** A stop loss or a stop-out that lost is among them. */
  readonly isStopped: boolean
}

/** What was closed of positions of which something is left. */
export class OpenParts {
  readonly #open: Map<number, PartlyClosed>

  /** Begins with what is known. */
  constructor(open: Iterable<readonly [number, PartlyClosed]> = []) {
    this.#open = new Map(open)
  }

  /** By the id of their position. */
  get all(): ReadonlyMap<number, PartlyClosed> {
    return this.#open
  }

  /** The parts of a position, which are kept no more; none is a result of 0. */
  take(of: number): PartlyClosed {
    const parts = this.#open.get(of)
    if (parts === undefined) return { minor: 0, isStopped: false }
    this.#open.delete(of)
    return parts
  }

  /** Keeps what the closings of a position have made. */
  keep(of: number, parts: PartlyClosed): void {
    this.#open.set(of, parts)
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) return
      this.#open.delete(oldest)
    }
  }
}
