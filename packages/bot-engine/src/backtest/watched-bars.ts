import type { BarColumns } from '../data/columns.ts'
import { rowEnd } from '../data/row-end.ts'
import { EngineError } from '../errors.ts'
import type { SimulatedRun } from './simulated-run.ts'
import { TradedRows } from './traded-rows.ts'

/** Where the bars of one watched instrument stand. */
interface Cursor {
  readonly data: BarColumns
  readonly traded: TradedRows
  /** The row that opens next. */
  row: number
  /** The row that has opened and whose close has not counted yet; −1: none. */
  openRow: number
}

/**
 * The bars of instruments that are only watched, in one order with those of the one traded: by opening time, then
 * symbol id, and before the traded one's.
 *
 * A bar counts for conversion with its open when it opens and with its close when it closes; a strategy sees it closed.
 */
export class WatchedBars {
  private readonly run: Pick<SimulatedRun, 'exchange' | 'kernel'>
  private readonly cursors: readonly Cursor[]

  /**
   * Takes over the watched bars of a run.
   *
   * @throws {@link EngineError} `invalid-options` when their timeframe is not that of the traded instrument
   */
  constructor(
    run: Pick<SimulatedRun, 'exchange' | 'kernel'>,
    { timeframe, openedAt }: BarColumns,
    watched: readonly BarColumns[],
    traded: ReadonlyMap<number, TradedRows>,
  ) {
    for (const data of watched)
      if (data.timeframe !== timeframe)
        throw new EngineError(
          'invalid-options',
          `The bars of symbol ${data.symbolId} are ${data.timeframe}, those of the traded instrument ${timeframe}. Pass bars ` +
            'of one timeframe; feeds make longer ones of them.',
          { details: { symbolId: data.symbolId, timeframe: data.timeframe, traded: timeframe } },
        )
    this.run = run
    this.cursors = [...watched]
      .sort((a, b) => a.symbolId - b.symbolId)
      .map(data => ({
        data,
        traded: traded.get(data.symbolId) ?? new TradedRows(),
        row: firstRow(data, openedAt[0] ?? 0),
        openRow: -1,
      }))
  }

  /** Opens every bar that opens at or before an instant, each after what closed before it. */
  open(by: number): void {
    for (let next = this.next(by); next !== undefined; next = this.next(by)) this.openRow(next)
    this.close(by)
  }

  /** Counts the closes at or before an instant. */
  close(by: number): void {
    const { exchange, kernel } = this.run
    for (const cursor of this.cursors) {
      const { data, openRow } = cursor
      if (openRow < 0 || rowEnd(data, openRow) > by) continue
      const close = data.close[openRow] as number
      cursor.openRow = -1
      exchange.quote(data.symbolId, rowEnd(data, openRow), close, close)
      kernel.state.watch(data.symbolId, close)
    }
  }

  private next(by: number): Cursor | undefined {
    let first: Cursor | undefined
    for (const cursor of this.cursors) {
      const at = openOf(cursor)
      if (at <= by && (first === undefined || at < openOf(first))) first = cursor
    }
    return first
  }

  private openRow(cursor: Cursor): void {
    const { exchange, kernel } = this.run
    const { data, row } = cursor
    const at = Math.max(openOf(cursor), kernel.state.now)
    this.close(at)
    cursor.row += 1
    cursor.openRow = row
    while (exchange.nextDueAt < at) exchange.runDue()
    const open = data.open[row] as number
    exchange.quote(data.symbolId, at, open, open)
    const bar = {
      openedAt: data.openedAt[row] as number,
      closedAt: rowEnd(data, row),
      open,
      high: data.high[row] as number,
      low: data.low[row] as number,
      close: data.close[row] as number,
      spread: 0,
      tickVolume: data.tickVolume[row] as number,
    }
    kernel.watchedBar(data.symbolId, bar, at)
  }
}

/** The first row that does not end before an instant. */
function firstRow(data: BarColumns, at: number): number {
  let row = 0
  while (row < data.length && rowEnd(data, row) < at) row += 1
  return row
}

/** When the market opens within the next row; a broker's day begins before, in the daily break. */
function openOf({ data, traded, row }: Cursor): number {
  return row < data.length ? traded.opensAt(row, data.openedAt[row] as number) : Number.POSITIVE_INFINITY
}
