import type { Indicator } from './indicator.ts'

/** Two lines of one instant. */
export interface Lines {
  readonly fast: number
  readonly slow: number
}

/**
 * Tells when one line crosses another: `over` when `fast` came from below to above `slow`, `under` for the reverse,
 * else `none`. Touching is not crossing: the last side counts until the other side is reached.
 */
export function cross(): Indicator<Lines, 'over' | 'under' | 'none'> {
  return new Crossing()
}

class Crossing implements Indicator<Lines, 'over' | 'under' | 'none'> {
  #above: boolean | undefined
  value: 'over' | 'under' | 'none' | undefined = undefined

  get ready(): boolean {
    return this.#above !== undefined
  }

  push({ fast, slow }: Lines): 'over' | 'under' | 'none' | undefined {
    if (fast === slow) {
      if (this.#above !== undefined) this.value = 'none'
      return this.value
    }
    const above = fast > slow
    this.value = this.#above === undefined || this.#above === above ? 'none' : above ? 'over' : 'under'
    this.#above = above
    return this.value
  }
}
