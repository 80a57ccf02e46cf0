/** A parameter with the values that an optimiser may choose from. */
export interface SearchAxis {
  readonly name: string
  /** At least one, in the order in which they were given: a range ascends. */
  readonly values: readonly unknown[]
}

/** What an optimiser is made for. */
export interface SearchSpace {
  /** At least one; every combination of their values may be suggested. */
  readonly axes: readonly SearchAxis[]
  /** Where it draws, it draws with this seed, so that the same search suggests the same. A whole number from 0. */
  readonly seed: number
  /** Different combinations that will be run at most. */
  readonly trials: number
}

/** A value for each axis, by name. */
export type Suggestion = Readonly<Record<string, unknown>>

/** What came of a suggestion. */
export interface SuggestionResult {
  readonly suggestion: Suggestion
  /** The objective of its run: higher is better. `undefined`: the run has no value, or the schema refuses the parameters. */
  readonly score: number | undefined
  /** Why the schema of the strategy refuses the parameters. */
  readonly problem?: string
}

/**
 * Chooses what to try next from what came of all before: the plug for an optimiser of any library.
 *
 * The two methods are called in turn, never both at a time. To be resumed and repeated, an optimiser must suggest the
 * same after the same results: no clock, and no randomness but from the seed.
 */
export interface Optimiser {
  /**
   * What to try next: at least one combination, at most `most`. All of one answer are run side by side, so an optimiser
   * that suggests one at a time keeps one thread busy. Nothing ends the search.
   */
  ask(most: number): readonly Suggestion[] | Promise<readonly Suggestion[]>
  /** The results of all suggestions of the last answer, in its order. */
  tell(results: readonly SuggestionResult[]): void | Promise<void>
}

/** Makes an optimiser for a space. */
export type CreateOptimiser = (space: SearchSpace) => Optimiser

/** The value of an axis at a share of its length, 0 to 1: for optimisers that think in numbers from 0 to 1. */
export function axisValue({ values }: SearchAxis, share: number): unknown {
  const place = Math.floor(Math.min(1, Math.max(0, share)) * values.length)
  return values[Math.min(values.length - 1, place)]
}
