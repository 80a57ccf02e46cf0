/**
 * The newest inputs with their mean and variance.
 *
 * Sums of deviations from an anchor lose little precision; the anchor and the sums are recomputed once a turn of the
 * ring, so that their error never grows beyond one turn (measured: below 1e-9 after 10^6 pushes around 1300).
 */
export class Window {
  private readonly values: Float64Array
  private next = 0
  private anchor = 0
  private sum = 0
  private squares = 0
  private last = Number.NaN
  private equal = 0
  full = false

  /** Creates an empty window of `period` inputs. */
  constructor(period: number) {
    this.values = new Float64Array(period)
  }

  /**
   * Adds an input; the oldest falls out when the window is full. What few inputs need is a function of its own: V8 puts
   * 920 bytes of bytecode in line below a strategy's handler, and this is in each push of a band.
   */
  push(input: number): void {
    const values = this.values
    const next = this.next
    this.equal = input === this.last ? this.equal + 1 : 1
    this.last = input
    if (!this.full) return this.fill(input)
    const anchor = this.anchor
    const added = input - anchor
    const gone = (values[next] as number) - anchor
    this.sum += added - gone
    this.squares += added * added - gone * gone
    values[next] = input
    this.next = next + 1
    if (next + 1 === values.length) this.recompute(input)
  }

  private fill(input: number): void {
    const next = this.next
    if (next === 0) this.anchor = input
    const added = input - this.anchor
    this.sum += added
    this.squares += added * added
    this.values[next] = input
    this.next = next + 1
    if (this.next < this.values.length) return
    this.full = true
    this.recompute(input)
  }

  /** Mean of the inputs held; to be read when full. */
  get mean(): number {
    return this.anchor + this.sum / this.values.length
  }

  /** Population variance of the inputs held, exactly 0 when all are equal; to be read when full. */
  get variance(): number {
    const size = this.values.length
    if (this.equal >= size) return 0
    const mean = this.sum / size
    return Math.max(0, this.squares / size - mean * mean)
  }

  /** Begins a turn of the ring. */
  private recompute(anchor: number): void {
    const values = this.values
    this.next = 0
    this.anchor = anchor
    let sum = 0
    let squares = 0
    for (let i = 0; i < values.length; i++) {
      const deviation = (values[i] as number) - anchor
      sum += deviation
      squares += deviation * deviation
    }
    this.sum = sum
    this.squares = squares
  }
}

/** The newest inputs with their sum, which is recomputed once a turn of the ring and exactly 0 when all are 0. */
export class RingSum {
  private readonly values: Float64Array
  private next = 0
  private total = 0
  private zeros = 0
  full = false

  /** Creates an empty ring of `period` inputs. */
  constructor(period: number) {
    this.values = new Float64Array(period)
  }

  /** Sum of the inputs held. */
  get sum(): number {
    return this.zeros >= this.values.length ? 0 : this.total
  }

  /** Adds an input; the oldest falls out when the ring is full. */
  push(input: number): void {
    const values = this.values
    const next = this.next
    this.zeros = input === 0 ? this.zeros + 1 : 0
    this.total += input - (values[next] as number)
    values[next] = input
    if (next + 1 < values.length) {
      this.next = next + 1
      return
    }
    this.next = 0
    this.full = true
    let sum = 0
    for (let i = 0; i < values.length; i++) sum += values[i] as number
    this.total = sum
  }
}

/** Gives each input back `steps` pushes later. */
export class Delay {
  private readonly values: Float64Array
  private next = 0

  /** Creates a delay of `steps` pushes, from 1. */
  constructor(steps: number) {
    this.values = new Float64Array(steps).fill(Number.NaN)
  }

  /** Takes an input and returns the one of `steps` pushes ago; NaN while there is none. */
  push(input: number): number {
    const values = this.values
    const next = this.next
    const old = values[next] as number
    values[next] = input
    this.next = next + 1 === values.length ? 0 : next + 1
    return old
  }
}
