import { POINTS_PER_UNIT } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../../data/columns.ts'
import { rowAt } from '../data-columns.ts'

/** A bar moves by less than a tenth of its price. */
const PRICE_SHARE = 0.1
/** Volumes and spreads are several times as large from one bar to the next. */
const OTHER_SHARE = 0.9

/**
 * Does something while all rows from an instant on, of every symbol, hold other values, in the arrays themselves: a strategy that keeps
 * the data in a variable of its own cannot see the future either. The values are put back whatever happens.
 */
export async function withoutFuture<T>(
  parts: readonly (BarColumns | TickColumns)[],
  from: number,
  work: () => Promise<T>,
): Promise<T> {
  const undo = parts.flatMap(columns => {
    const row = rowAt(columns, from)
    const prices =
      columns.type === 'bars'
        ? [columns.open, columns.high, columns.low, columns.close]
        : [columns.bid, columns.ask]
    const { tickVolume, spread } = columns.type === 'bars' ? columns : {}
    return [
      ...prices.map((column, phase) => overwritten(column, row, PRICE_SHARE, phase)),
      ...[tickVolume, spread].flatMap((column, phase) =>
        column === undefined ? [] : [overwritten(column, row, OTHER_SHARE, prices.length + phase)],
      ),
    ]
  })
  try {
    return await work()
  } finally {
    for (const restore of undo) restore()
  }
}

/**
 * Each value is moved by up to a share of it, up and down in turns of irregular length, whole points as before; each
 * column by other turns, so that a bar which rose need not rise.
 */
function overwritten(column: Float64Array, from: number, share: number, phase: number): () => void {
  const kept = column.slice(from)
  for (let row = from; row < column.length; row++) {
    const value = column[row] as number
    column[row] = Math.max(1, Math.round(value * (1 + share * Math.sin(row * row + phase))))
    // A value that stays would hide who reads it.
    if (column[row] === value) column[row] = value + POINTS_PER_UNIT
  }
  return () => column.set(kept, from)
}
