import {
  axisValue,
  type CreateOptimiser,
  type Optimiser,
  type SearchSpace,
  type Suggestion,
  type SuggestionResult,
} from './optimiser.ts'

/** The function that the npm package `ml-direct` exports. */
export type DirectSearch = (
  objective: (point: ArrayLike<number>) => number,
  lowerBoundaries: number[],
  upperBoundaries: number[],
  options: { readonly iterations: number; readonly epsilon?: number },
) => unknown

/** How DIRECT weighs looking closer against looking elsewhere. */
export interface DirectOptions {
  /** Share of the best value by which a rectangle must promise more to be divided. Default: that of the library, 0.0001. */
  readonly epsilon?: number
}

/** Value of a point that has no score. The method minimises, and compares values by lines through them. */
const NO_SCORE = 1e12
/** The method divides all rectangles of equal value at once, three times as many each round: so a later one is worse by this share. */
const TIE = 1e-9
/** Rounds in a row that need no new point, after which there is nothing left to ask. */
const MOST_EMPTY_ROUNDS = 100

/**
 * Makes an optimiser of the npm package `ml-direct`: `import direct from 'ml-direct'`, `directOptimiser(direct)`.
 *
 * It divides the space into ever smaller rectangles, where values are good and where little is known, and draws nothing:
 * the seed has no meaning. It suggests the centres of all rectangles of a round at once. For few numeric axes (up to
 * five or six) whose neighbours score alike.
 *
 * @see D. R. Jones, C. D. Perttunen, B. E. Stuckman, Lipschitzian Optimization Without the Lipschitz Constant, J. of Optimization Theory and Applications 79(1), 1993
 */
export function directOptimiser(direct: DirectSearch, options: DirectOptions = {}): CreateOptimiser {
  return space => new DirectRounds(direct, options, space)
}

/**
 * The library calls a function and wants its value at once. So each round is run from the start, with the values that
 * are known; points without one belong to the last round, whose values decide the next round only.
 */
class DirectRounds implements Optimiser {
  readonly #direct: DirectSearch
  readonly #options: DirectOptions
  readonly #axes: SearchSpace['axes']
  readonly #values = new Map<string, number>()
  #asked: readonly (readonly number[])[] = []
  #rounds = 0

  constructor(direct: DirectSearch, options: DirectOptions, { axes }: SearchSpace) {
    this.#direct = direct
    this.#options = options
    this.#axes = axes
  }

  ask(most: number): readonly Suggestion[] {
    this.#asked = this.#missing(most)
    for (let empty = 0; this.#asked.length === 0 && empty < MOST_EMPTY_ROUNDS; empty++) {
      this.#rounds += 1
      this.#asked = this.#missing(most)
    }
    return this.#asked.map(point =>
      Object.fromEntries(this.#axes.map((axis, i) => [axis.name, axisValue(axis, point[i] as number)])),
    )
  }

  tell(results: readonly SuggestionResult[]): void {
    results.forEach(({ score }, i) => {
      const point = this.#asked[i]
      const value = score === undefined || !Number.isFinite(score) ? NO_SCORE : -score
      const later = this.#values.size * TIE * Math.max(TIE, Math.abs(value))
      if (point !== undefined) this.#values.set(point.join(), value + later)
    })
  }

  /** The first points of the rounds so far whose values are not known. */
  #missing(most: number): readonly (readonly number[])[] {
    const missing: (readonly number[])[] = []
    const enough = Symbol('enough')
    const valueAt = (point: ArrayLike<number>): number => {
      const numbers = Array.from(point)
      const value = this.#values.get(numbers.join())
      if (value === undefined) missing.push(numbers)
      // Out of the library: it would go on with all points of the round.
      if (missing.length === most) throw enough
      return value ?? NO_SCORE
    }
    const lower = this.#axes.map(() => 0)
    const upper = this.#axes.map(() => 1)
    try {
      this.#direct(valueAt, lower, upper, { ...this.#options, iterations: this.#rounds })
    } catch (thrown) {
      if (thrown !== enough) throw thrown
    }
    return missing
  }
}
