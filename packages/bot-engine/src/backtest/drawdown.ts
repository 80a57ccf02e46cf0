import type { EquityColumns } from './equity-curve.ts'

/** V8 takes up compiled code when a function is called: the first calls are short, and later ones few. */
const FIRST_ROWS_PER_CALL = 512
export const ROWS_PER_CALL = 16_384

/** Finds the deepest fall of an equity curve below its highest value before; a value that is not above 0 is no peak. */
export class Drawdown {
  private readonly equityMinor: Float64Array
  private readonly length: number
  /** The highest value so far, and the lowest since; NaN before the first above 0. */
  private peak = Number.NaN
  private lowest = Number.NaN
  private deepest = 0
  private row = 0

  /** Creates it before the first sample. */
  constructor({ length, equityMinor }: Pick<EquityColumns, 'length' | 'equityMinor'>) {
    this.length = length
    this.equityMinor = equityMinor
    while (this.row < length && !((equityMinor[this.row] as number) > 0)) this.row += 1
    this.peak = equityMinor[this.row] ?? Number.NaN
    this.lowest = this.peak
  }

  /** Takes the samples up to a row. */
  follow(end: number): void {
    const last = Math.min(end, this.length)
    const rows = this.row < ROWS_PER_CALL ? FIRST_ROWS_PER_CALL : ROWS_PER_CALL
    while (this.row < last) {
      const to = Math.min(last, this.row + rows)
      this.take(this.row, to)
      this.row = to
    }
  }

  /** In percent of the highest value. */
  get percent(): number {
    return (this.peak > 0 ? Math.max(this.deepest, 1 - this.lowest / this.peak) : 0) * 100
  }

  private take(begin: number, end: number): void {
    const { equityMinor } = this
    let { peak, lowest } = this
    for (let row = begin; row < end; row++) {
      const equity = equityMinor[row] as number
      if (equity < lowest) lowest = equity
      else if (equity > peak) {
        // Of all samples below one peak the lowest is the deepest: one division a peak and not one a sample.
        this.deepest = Math.max(this.deepest, 1 - lowest / peak)
        peak = equity
        lowest = equity
      }
    }
    this.peak = peak
    this.lowest = lowest
  }
}
