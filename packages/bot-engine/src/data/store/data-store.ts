import type { Instrument, Timeframe } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../columns.ts'
import type { DataSource } from './folder.ts'
import type { GapReport, GapsOptions } from './gaps.ts'
import type { InstrumentRecord, InstrumentWrite, InstrumentWriteReport } from './instrument-record.ts'
import type { StoreSeries } from './series.ts'

/** What a store holds of one series. */
export interface StoreEntry {
  readonly symbol: string
  readonly series: StoreSeries
  readonly digits: number
  readonly rows: number
  /** Time of the first and the last row, in milliseconds since 1970-01-01 UTC. */
  readonly first: number
  readonly last: number
  readonly files: number
  /** On disk. */
  readonly bytes: number
  readonly sources: readonly DataSource[]
  /** The record of the symbol, one for all its series. Absent: none was stored. */
  readonly record?: InstrumentRecord
}

/** What to write. */
export interface StoreWrite extends Partial<DataSource> {
  readonly symbol: string
  readonly data: TickColumns | BarColumns
  /** Decimal digits of the prices, 0 to 5. */
  readonly digits: number
  /** Writes nothing: the report says what would come of it. Default `false`. */
  readonly dryRun?: boolean
}

/** What a write did. */
export interface StoreWriteReport {
  /** Rows of new instants. */
  readonly added: number
  /** Rows that were there already. */
  readonly duplicates: number
  /** Rows that gave way to others of the same instant. */
  readonly replaced: number
  readonly files: number
}

/** What to read. */
export interface StoreRead<Series extends StoreSeries = StoreSeries> {
  readonly symbol: string
  readonly series: Series
  /** Inclusive, milliseconds since 1970-01-01 UTC. Default: the first row. */
  readonly from?: number
  /** Exclusive. Default: behind the last row. */
  readonly to?: number
  /** Its id marks the columns; prices are rounded to its digits. */
  readonly instrument: Pick<Instrument, 'id' | 'digits'>
  /** A span of which the store has only a part is read as far as it goes, instead of refused. Default `false`. */
  readonly partial?: boolean
}

/** Columns of a series. */
export type ColumnsOf<Series extends StoreSeries> = Series extends 'ticks'
  ? TickColumns
  : Series extends Timeframe
    ? BarColumns
    : never

/** A file of a store that cannot be trusted, and why. */
export interface StoreProblem {
  readonly path: string
  readonly problem: string
}

/** What a check of a store found. */
export interface StoreVerification {
  readonly files: number
  readonly rows: number
  readonly problems: readonly StoreProblem[]
}

/** Market data on this machine's disk, by symbol and series. */
export interface DataStore {
  readonly folder: string
  /** Every series, by symbol. @throws {@link EngineError} `data-invalid` with the damaged file */
  list(): readonly StoreEntry[]
  /**
   * Adds rows; those of an instant that is there already are compared as a whole, and the new ones count.
   *
   * @throws {@link EngineError} `data-invalid`, `data-out-of-order`, `data-busy`, `not-writable`
   */
  write(options: StoreWrite): Promise<StoreWriteReport>
  /**
   * Rows of a span, in time order.
   *
   * @throws {@link EngineError} `data-missing` when the store has not the whole span, but for a weekend and its
   *   holidays at either end (see `partial`); `data-invalid` with the damaged file
   */
  read<Series extends StoreSeries>(query: StoreRead<Series>): Promise<ColumnsOf<Series>>
  /** What trading a symbol costs, its digits and hours. @throws {@link EngineError} `data-invalid` with the damaged file */
  instrument(symbol: string): InstrumentRecord | undefined
  /** Stores the record of a symbol in the place of the one before, and tells what differs. @throws {@link EngineError} `invalid-options`, `not-writable` */
  writeInstrument(options: InstrumentWrite): Promise<InstrumentWriteReport>
  /** Reads every file whole and checks it. Never throws for what it finds. */
  verify(options?: { readonly symbol?: string; readonly series?: StoreSeries }): Promise<StoreVerification>
  /** Where rows are missing inside trading hours. @throws {@link EngineError} `data-missing`, `data-invalid` */
  gaps(options: GapsOptions): Promise<GapReport>
}
