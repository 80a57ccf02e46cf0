import { checkOption } from './sample.ts'

/** The first numbers of close seeds are close. */
const WARM_UP = 15
const WORDS = 2 ** 32

/**
 * Words of 32 bits from a seed of 32 bits (sfc32: 128 bits of state), all that is drawn by chance in statistics.
 *
 * Resampling draws up to 10^9 numbers; a generator with 32 bits of state would repeat itself.
 */
export class SeededWords {
  readonly #state: Int32Array

  /** Begins with a seed. @throws {@link EngineError} `invalid-options` */
  constructor(seed: number) {
    checkOption('seed', seed, Number.isSafeInteger(seed) && seed >= 0, 'a whole number from 0')
    this.#state = Int32Array.of(seed, Math.floor(seed / WORDS), 0x9e3779b9, 1)
    this.fill(new Int32Array(WARM_UP))
  }

  /** Fills a list with the next words. In one loop the state stays in registers: word by word takes three times as long. */
  fill(words: Int32Array): void {
    const state = this.#state
    let a = state[0] as number
    let b = state[1] as number
    let c = state[2] as number
    let count = state[3] as number
    for (let i = 0; i < words.length; i++) {
      const sum = (a + b + count) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + sum) | 0
      count = (count + 1) | 0
      words[i] = sum
    }
    state[0] = a
    state[1] = b
    state[2] = c
    state[3] = count
  }

  /**
   * Draws a place in two columns of one length so often, each word as {@link uniformOf} times the length, and adds up
   * what stands there: in half the time that lists of words and of places would take.
   *
   * @param into - Takes the sum of the one column and that of the other.
   */
  addDrawn(times: number, one: Float64Array, other: Float64Array, into: Float64Array): void {
    const state = this.#state
    const placesPerWord = one.length / WORDS
    let a = state[0] as number
    let b = state[1] as number
    let c = state[2] as number
    let count = state[3] as number
    let sum = 0
    let otherSum = 0
    for (let i = 0; i < times; i++) {
      const word = (a + b + count) | 0
      a = b ^ (b >>> 9)
      b = (c + (c << 3)) | 0
      c = (((c << 21) | (c >>> 11)) + word) | 0
      count = (count + 1) | 0
      const place = ((word >>> 0) * placesPerWord) | 0
      sum += one[place] as number
      otherSum += other[place] as number
    }
    state[0] = a
    state[1] = b
    state[2] = c
    state[3] = count
    into[0] = sum
    into[1] = otherSum
  }
}

/** A word as a number in [0, 1). */
export function uniformOf(word: number): number {
  return (word >>> 0) / WORDS
}

/** So many words are drawn at once. */
const ROOM = 256

/** Uniform numbers in [0, 1) with 32 bits each, of {@link SeededWords}. @throws {@link EngineError} `invalid-options` */
export function seededUniform(seed: number): () => number {
  const source = new SeededWords(seed)
  const words = new Int32Array(ROOM)
  let used = ROOM
  return () => {
    if (used === ROOM) {
      source.fill(words)
      used = 0
    }
    return uniformOf(words[used++] as number)
  }
}
