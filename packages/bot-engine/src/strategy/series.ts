import type { Bar, Price, UnixMs } from '@openclaw-trading/trading-model'

/** Values in time order, newest last; `at(-1)` is the last closed bar, `at(0)` the oldest that is kept. */
export interface Series<T> {
  /** Values kept: the newest 1,000, or as many as the feed's `history` when that is more. */
  readonly length: number
  /** The value at an index, counted from the end when negative. */
  at(index: number): T | undefined
}

/** Numbers of a bar: times, prices, ticks. */
const WIDTH = 7

/**
 * The newest bars of one feed, as numbers; {@link BarSeries.at} makes the object.
 *
 * Bars kept as objects would outlive each other by a thousand bars: the garbage collector would copy them all, several
 * times, while a backtest makes millions.
 */
export class BarSeries<Kept extends Bar = Bar> implements Series<Kept> {
  readonly #same: Omit<Kept, BarNumbers>
  readonly #numbers: Float64Array
  readonly #capacity: number
  #length = 0
  #next = 0

  /** Creates an empty series of the newest `capacity` bars; `same` is what they have in common. */
  constructor(capacity: number, same: Omit<Kept, BarNumbers>) {
    this.#same = same
    this.#capacity = capacity
    this.#numbers = new Float64Array(capacity * WIDTH)
  }

  get length(): number {
    return this.#length
  }

  at(index: number): Kept | undefined {
    const length = this.#length
    const position = index < 0 ? length + index : index
    if (!(position >= 0 && position < length)) return undefined
    const row = length < this.#capacity ? position : (this.#next + position) % length
    const number = (column: number) => this.#numbers[row * WIDTH + column] as number
    const numbers: Pick<Bar, BarNumbers> = {
      openedAt: number(0) as UnixMs,
      closedAt: number(1) as UnixMs,
      open: number(2) as Price,
      high: number(3) as Price,
      low: number(4) as Price,
      close: number(5) as Price,
      tickVolume: number(6),
    }
    return { ...this.#same, ...numbers } as Kept
  }

  /** Appends a bar; the oldest goes when the series is full. */
  push(bar: Pick<Bar, BarNumbers>): void {
    const numbers = this.#numbers
    const first = this.#next * WIDTH
    numbers[first] = bar.openedAt
    numbers[first + 1] = bar.closedAt
    numbers[first + 2] = bar.open
    numbers[first + 3] = bar.high
    numbers[first + 4] = bar.low
    numbers[first + 5] = bar.close
    numbers[first + 6] = bar.tickVolume
    if (this.#length < this.#capacity) this.#length += 1
    this.#next = this.#next + 1 === this.#capacity ? 0 : this.#next + 1
  }
}

type BarNumbers = 'openedAt' | 'closedAt' | 'open' | 'high' | 'low' | 'close' | 'tickVolume'
