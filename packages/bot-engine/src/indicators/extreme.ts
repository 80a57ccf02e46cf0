/**
 * The highest or lowest of the newest inputs, and how long ago it was: a queue of the inputs that can still become it.
 *
 * Of equal inputs the newest counts. Each input enters and leaves the queue once: O(1) amortised.
 */
export class Extreme {
  private readonly sign: number
  private readonly period: number
  private readonly inputs: Float64Array
  private readonly pushedAt: Float64Array
  private head = 0
  private size = 0
  private count = 0

  /** Creates an empty window of `period` inputs. */
  constructor(side: 'highest' | 'lowest', period: number) {
    this.sign = side === 'highest' ? 1 : -1
    this.period = period
    this.inputs = new Float64Array(period)
    this.pushedAt = new Float64Array(period)
  }

  /** It holds as many inputs as its period. */
  get full(): boolean {
    return this.count >= this.period
  }

  /** The extreme of the inputs held; to be read after a push. */
  get value(): number {
    return this.inputs[this.head] as number
  }

  /** Pushes since the extreme: 0 when it is the newest input. */
  get age(): number {
    return this.count - 1 - (this.pushedAt[this.head] as number)
  }

  /** Adds an input and returns the extreme of those held. */
  push(input: number): number {
    const inputs = this.inputs
    const period = this.period
    if (this.size > 0 && (this.pushedAt[this.head] as number) <= this.count - period) {
      this.head = this.head + 1 === period ? 0 : this.head + 1
      this.size -= 1
    }
    let end = this.head + this.size
    if (end >= period) end -= period
    while (this.size > 0) {
      const last = end === 0 ? period - 1 : end - 1
      if (((inputs[last] as number) - input) * this.sign > 0) break
      end = last
      this.size -= 1
    }
    inputs[end] = input
    this.pushedAt[end] = this.count
    this.size += 1
    this.count += 1
    return inputs[this.head] as number
  }
}
