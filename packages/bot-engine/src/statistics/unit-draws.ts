import { SeededWords, seededUniform, uniformOf } from './seeded.ts'

/** What {@link UnitDraws} draw from. */
export interface UnitDrawOptions {
  /** Number of values, at each of which a unit may start. */
  readonly starts: number
  /** Values of a unit, no more than there are. */
  readonly length: number
  /** Mean length of a block in values. */
  readonly blockLength: number
  readonly seed: number
}

/** Starts of the units of one resample after another, in blocks of geometric length around the end of the series. */
export class UnitDraws {
  /** Values of a resample. */
  readonly values: number
  readonly #starts: number
  readonly #length: number
  /** How likely it is that a unit does not follow the one before. */
  readonly #restart: number
  readonly #words: SeededWords
  readonly #uniform: () => number
  readonly #drawn: Int32Array

  /** Begins with a seed. @throws {@link EngineError} `invalid-options` */
  constructor({ starts, length, blockLength, seed }: UnitDrawOptions) {
    const count = Math.floor(starts / length)
    this.values = count * length
    this.#starts = starts
    this.#length = length
    this.#restart = Math.min(1, length / blockLength)
    this.#words = new SeededWords(seed)
    this.#uniform = seededUniform(seed)
    this.#drawn = new Int32Array(count)
  }

  /** Draws a resample, into the list of the one before. */
  next(): Int32Array {
    if (this.#restart === 1) this.#drawApart()
    else this.#drawBlocks()
    return this.#drawn
  }

  /**
   * Draws a resample as {@link UnitDraws.next} does, and adds up what two columns hold at its starts.
   *
   * @param into - Takes the sum of the one column and that of the other.
   */
  addNext(one: Float64Array, other: Float64Array, into: Float64Array): void {
    if (this.#restart === 1) {
      this.#words.addDrawn(this.#drawn.length, one, other, into)
      return
    }
    this.#drawBlocks()
    let sum = 0
    let otherSum = 0
    for (let i = 0; i < this.#drawn.length; i++) {
      const start = this.#drawn[i] as number
      sum += one[start] as number
      otherSum += other[start] as number
    }
    into[0] = sum
    into[1] = otherSum
  }

  /** Two short loops, whose numbers stay in registers: a quarter less than one that does both. */
  #drawApart(): void {
    const drawn = this.#drawn
    const starts = this.#starts
    this.#words.fill(drawn)
    for (let i = 0; i < drawn.length; i++) drawn[i] = Math.floor(uniformOf(drawn[i] as number) * starts)
  }

  #drawBlocks(): void {
    const drawn = this.#drawn
    const starts = this.#starts
    const length = this.#length
    const restart = this.#restart
    const uniform = this.#uniform
    let start = 0
    for (let i = 0; i < drawn.length; i++) {
      if (i === 0 || uniform() < restart) start = Math.floor(uniform() * starts)
      else {
        start += length
        // Not by `%`, which takes as long as all the rest of a step; a unit is never longer than the series.
        if (start >= starts) start -= starts
      }
      drawn[i] = start
    }
  }
}
