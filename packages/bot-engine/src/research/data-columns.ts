import { createHash, type Hash } from 'node:crypto'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { BacktestOptions } from '../backtest/options.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { firstRow } from '../data/first-row.ts'
import type { AnyStrategy } from '../strategy/define.ts'

/** Data of a run: bars, quotes, or quotes of several instruments. */
export type RunData = TickColumns | BarColumns | readonly TickColumns[]

type Columns = TickColumns | BarColumns

const COLUMN_NAMES = {
  ticks: ['at', 'bid', 'ask'],
  bars: ['openedAt', 'open', 'high', 'low', 'close', 'tickVolume', 'spread'],
} as const

/** The parts of the data, one for each instrument. */
export function partsOf(data: RunData): readonly Columns[] {
  return 'type' in data ? [data] : data
}

/** The part of the instrument traded: quotes of several come in any order. */
export function tradedPart(data: RunData, { id }: Pick<Instrument, 'id'>): Columns | undefined {
  return partsOf(data).find(({ symbolId }) => symbolId === id)
}

/** The same data with each part changed. */
export function mapParts(data: RunData, change: (columns: Columns) => Columns): RunData {
  return 'type' in data ? change(data) : (data.map(change) as readonly TickColumns[])
}

/** The same columns with each one replaced, e.g. by a part or a copy of it. */
export function mapColumns(
  columns: Columns,
  length: number,
  change: (column: Float64Array, name: string) => Float64Array,
): Columns {
  const source = columns as unknown as Readonly<Record<string, Float64Array | undefined>>
  const changed = COLUMN_NAMES[columns.type].flatMap(name => {
    const column = source[name]
    return column === undefined ? [] : [[name, change(column, name)] as const]
  })
  return { ...columns, ...Object.fromEntries(changed), length } as Columns
}

/** Times of the rows: of quotes their own, of bars their opens. */
export function timesOf(columns: Columns): Float64Array {
  return columns.type === 'bars' ? columns.openedAt : columns.at
}

/** First row at or after an instant. */
export function rowAt(columns: Columns, at: number): number {
  return firstRow(timesOf(columns), at, 0, columns.length)
}

/** The rows from `from` to before `to`, both times in milliseconds; nothing is copied. */
export function between(data: RunData, from: number, to: number): RunData {
  return mapParts(data, columns => {
    const first = rowAt(columns, from)
    const end = rowAt(columns, to)
    return mapColumns(columns, end - first, column => column.subarray(first, end))
  })
}

/** All rows, in objects of the form that {@link between} makes: what the engine was compiled for on a part fits them. */
export function asPart(data: RunData): RunData {
  return mapParts(data, columns => mapColumns(columns, columns.length, column => column))
}

/** First and last row time over all parts; `undefined` without a row. */
export function spanOf(data: RunData): { readonly from: number; readonly to: number } | undefined {
  const filled = partsOf(data).filter(({ length }) => length > 0)
  if (filled.length === 0) return undefined
  const firsts = filled.map(columns => timesOf(columns)[0] as number)
  const lasts = filled.map(columns => timesOf(columns)[columns.length - 1] as number)
  return { from: Math.min(...firsts), to: Math.max(...lasts) }
}

/** The same options with all of their data changed: those of the instrument, of the watched ones, and within bars. */
export function withData<O extends Pick<BacktestOptions<AnyStrategy>, 'data' | 'watchedBars' | 'intrabar'>>(
  options: O,
  change: (data: RunData) => RunData,
): O {
  const { data, watchedBars, intrabar } = options
  const finer = intrabar?.policy === 'replay' ? intrabar : undefined
  return {
    ...options,
    data: change(data),
    ...(watchedBars !== undefined && { watchedBars: watchedBars.map(bars => change(bars) as BarColumns) }),
    ...(finer !== undefined && {
      intrabar: { policy: 'replay', data: change(finer.data) as typeof finer.data },
    }),
  }
}

/** The data over shared memory, so that threads read the same bytes; a column that is shared already stays. */
export function shareData(data: RunData): RunData {
  return mapParts(data, columns =>
    mapColumns(columns, columns.length, column => {
      if (column.buffer instanceof SharedArrayBuffer) return column
      const shared = new Float64Array(new SharedArrayBuffer(columns.length * 8))
      shared.set(column.subarray(0, columns.length))
      return shared
    }),
  )
}

/** The first 16 hex digits of the SHA-256 of symbols, timeframes and every value: the name of a data set. */
export function dataHash(data: RunData): string {
  const hash = createHash('sha256')
  for (const columns of partsOf(data)) {
    const timeframe = columns.type === 'bars' ? columns.timeframe : ''
    hash.update(`${columns.type} ${columns.symbolId} ${timeframe} ${columns.length}\n`)
    mapColumns(columns, columns.length, column => hashed(hash, column.subarray(0, columns.length)))
  }
  return hash.digest('hex').slice(0, 16)
}

function hashed(hash: Hash, column: Float64Array): Float64Array {
  hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength))
  return column
}
