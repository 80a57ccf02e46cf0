import type { BarColumns } from '../data/columns.ts'
import type { QuotedBar } from '../kernel/feed-builders.ts'

/**
 * The bar of a run over bars that is handled now. Its prices are read where somebody asks for them: of most bars that is
 * the close alone.
 */
export class CurrentBar implements QuotedBar {
  private readonly data: BarColumns
  row = 0
  openedAt = 0
  closedAt = 0
  /** Its last millisecond of trading hours. */
  lastAt = 0
  spread = 0

  /** Creates it at the first of the bars. */
  constructor(data: BarColumns) {
    this.data = data
  }

  get open(): number {
    return this.data.open[this.row] as number
  }

  get high(): number {
    return this.data.high[this.row] as number
  }

  get low(): number {
    return this.data.low[this.row] as number
  }

  get close(): number {
    return this.data.close[this.row] as number
  }

  get tickVolume(): number {
    return this.data.tickVolume[this.row] as number
  }
}
