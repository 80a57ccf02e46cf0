import type { TradeResult } from '../strategy/entry-protection.ts'
import { OpenParts } from './open-parts.ts'

/**
 * Results that are kept one by one. A year of a strategy that trades in every fourth minute has 90,000; of more than this
 * the older half leaves the window in groups of two and more, each with its last one.
 */
const MOST_RESULTS = 100_000
/**
 * Results that the next process is left: with some 35 characters each they take a third of the 65,536 of a record, in
 * which other protections and 500 deals have to fit.
 */
const MOST_KEPT = 500

/** What a closed position made, or several that leave the window together. */
export interface WindowResult {
  /** When the last closing was. */
  readonly at: number
  readonly minor: number
  /** Whose it was; 0: not known, or of several. */
  readonly of: number
  readonly positions: number
}

/**
 * The results of the positions that were closed within a window, and their sum.
 *
 * A position counts once the last of its closings is told. Of closings before a run nobody knows whether more follow: the
 * position counts with each, and becomes one with the next.
 */
export class ProfitWindow {
  /** By time. */
  #results: WindowResult[]
  readonly #byPosition = new Map<number, WindowResult>()
  readonly #parts: OpenParts
  #positions = 0
  #netMinor = 0

  /** Begins with what is known. */
  constructor(
    results: readonly WindowResult[] = [],
    open: readonly (readonly [id: number, minor: number])[] = [],
  ) {
    this.#results = results.toSorted((one, other) => one.at - other.at)
    this.#parts = new OpenParts(open.map(([id, minor]) => [id, { minor, isStopped: false }]))
    for (const result of this.#results) this.#count(result)
  }

  /** Positions in the window. */
  get positions(): number {
    return this.#positions
  }

  /** What they made together, in minor units. */
  get netMinor(): number {
    return this.#netMinor
  }

  /** Results that are kept: at most as many as positions. */
  get resultCount(): number {
    return this.#results.length
  }

  /** Takes a closing. @returns whether its position is closed with it */
  take({ positionId, closedAt, net, isOpen }: TradeResult): boolean {
    const of = positionId ?? 0
    const whole = this.#byPosition.get(of)
    if (whole !== undefined) this.#drop(this.#results.lastIndexOf(whole), 1)
    const minor = net.minor + this.#parts.take(of).minor + (whole?.minor ?? 0)
    if (isOpen === true && of !== 0) {
      this.#parts.keep(of, { minor, isStopped: false })
      return false
    }
    this.#add({ at: Math.max(closedAt, whole?.at ?? closedAt), minor, of, positions: 1 })
    return true
  }

  /** Forgets those that were closed at an instant or before. */
  forgetUpTo(at: number): void {
    const staying = this.#results.findIndex(result => result.at > at)
    this.#drop(0, staying === -1 ? this.#results.length : staying)
  }

  /** What the next process must know: of many results the older ones together. */
  kept(): {
    readonly results: readonly WindowResult[]
    readonly open: readonly (readonly [number, number])[]
  } {
    return {
      results: together(this.#results, MOST_KEPT),
      open: [...this.#parts.all].map(([id, { minor }]) => [id, minor]),
    }
  }

  #add(result: WindowResult): void {
    // Closings of the past may be told behind younger ones.
    const behind = this.#results.findLastIndex(({ at }) => at <= result.at)
    if (behind === this.#results.length - 1) this.#results.push(result)
    else this.#results.splice(behind + 1, 0, result)
    this.#count(result)
    if (this.#results.length <= MOST_RESULTS) return
    this.#results = together(this.#results, MOST_RESULTS)
    this.#byPosition.clear()
    for (const single of this.#results) if (single.of !== 0) this.#byPosition.set(single.of, single)
  }

  #count(result: WindowResult): void {
    this.#positions += result.positions
    this.#netMinor += result.minor
    if (result.of !== 0) this.#byPosition.set(result.of, result)
  }

  #drop(from: number, count: number): void {
    if (count === 0) return
    for (const { positions, minor, of } of this.#results.splice(from, count)) {
      this.#positions -= positions
      this.#netMinor -= minor
      this.#byPosition.delete(of)
    }
  }
}

/** At most so many results: the newest half of them as they are, those before in groups of one size. */
function together(results: readonly WindowResult[], most: number): WindowResult[] {
  if (results.length <= most) return [...results]
  const half = Math.floor(most / 2)
  const older = results.slice(0, -half)
  const size = Math.ceil(older.length / half)
  const groups: WindowResult[] = []
  for (let first = 0; first < older.length; first += size)
    groups.push(sumOf(older.slice(first, first + size)))
  return [...groups, ...results.slice(-half)]
}

function sumOf(results: readonly WindowResult[]): WindowResult {
  const [only, second] = results
  if (only !== undefined && second === undefined) return only
  return results.reduce(
    (sum, { at, minor, positions }) => ({
      at: Math.max(sum.at, at),
      minor: sum.minor + minor,
      of: 0,
      positions: sum.positions + positions,
    }),
    { at: Number.NEGATIVE_INFINITY, minor: 0, of: 0, positions: 0 },
  )
}
