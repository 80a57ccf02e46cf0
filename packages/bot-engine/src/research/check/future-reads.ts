import { rowEnd } from '../../data/row-end.ts'
import { mapColumns, partsOf, type RunData, timesOf } from '../data-columns.ts'
import { placeAbove } from './stack-line.ts'

/** A row that was read before it was over. */
export interface FutureRead {
  /** As it is written: `close[151]`. */
  readonly what: string
  readonly value: number
  /** Time of the row. */
  readonly rowAt: number
  /** Market time of the reading. */
  readonly at: number
  readonly line: string | undefined
}

/** Data that note the first row read before its time, while a strategy is running. */
export class TrackedData {
  readonly data: RunData
  first: FutureRead | undefined
  /** Market time while the strategy is running. */
  now: number | undefined

  /** Shows data as they are. */
  constructor(data: RunData) {
    const parts = partsOf(data).map(columns => {
      const times = timesOf(columns)
      const endOf = (row: number): number => {
        return columns.type === 'bars' ? rowEnd(columns, row) : (times[row] as number)
      }
      return mapColumns(columns, columns.length, (column, name) => this.#tracked(column, name, times, endOf))
    })
    this.data = ('type' in data ? parts[0] : parts) as RunData
  }

  #tracked(
    column: Float64Array,
    name: string,
    times: Float64Array,
    endOf: (row: number) => number,
  ): Float64Array {
    const get = (target: Float64Array, key: string | symbol): unknown => {
      const row = typeof key === 'string' ? Number(key) : Number.NaN
      const value: unknown = Reflect.get(target, key, target)
      if (Number.isNaN(row)) return typeof value === 'function' ? value.bind(target) : value
      const { now } = this
      if (now !== undefined && this.first === undefined && row < times.length && endOf(row) > now)
        this.first = {
          what: `${name}[${row}]`,
          value: value as number,
          rowAt: times[row] as number,
          at: now,
          line: placeAbove(get).line(),
        }
      return value
    }
    return new Proxy(column, { get })
  }
}
