import type { Instrument, LeverageTier, SymbolId, Timeframe } from '@openclaw-trading/trading-model'

/** What a store keeps of a symbol: its quotes, or its bars of one timeframe. */
export type HistorySeries = 'ticks' | Timeframe

/** Rows as columns, in time order: times in milliseconds since 1970-01-01 UTC, prices in whole points of 1/100000. */
export type HistoryColumns =
  | {
      readonly type: 'ticks'
      readonly symbolId: SymbolId
      readonly length: number
      readonly at: Float64Array
      readonly bid: Float64Array
      readonly ask: Float64Array
    }
  | {
      readonly type: 'bars'
      readonly symbolId: SymbolId
      readonly timeframe: Timeframe
      readonly length: number
      readonly openedAt: Float64Array
      readonly open: Float64Array
      readonly high: Float64Array
      readonly low: Float64Array
      readonly close: Float64Array
      readonly tickVolume: Float64Array
    }

/** A series that a store holds. */
export interface HeldSeries {
  readonly symbol: string
  readonly series: HistorySeries
  readonly rows: number
  /** Time of the first and the last row, in milliseconds since 1970-01-01 UTC. */
  readonly first: number
  readonly last: number
}

/** Rows to store, with what they are. */
export interface HistoryWrite {
  readonly symbol: string
  readonly data: HistoryColumns
  /** Decimal digits of the prices. */
  readonly digits: number
  /** Where the rows came from. */
  readonly source: string
  readonly timeZone: 'UTC'
}

/** What storing the broker's record of a symbol changed. */
export interface InstrumentStored {
  /** Where it lies. */
  readonly path: string
  /** `mended`: the record before could not be read. */
  readonly outcome: 'new' | 'same' | 'changed' | 'mended'
  readonly changes: readonly { readonly field: string; readonly before?: unknown; readonly after?: unknown }[]
}

/**
 * The port to a store of market data, where downloads go on.
 *
 * What `openDataStore()` of `@openclaw-trading/bot-engine/data` returns is one.
 */
export interface HistoryStore {
  /** Every series that it holds. */
  list(): readonly HeldSeries[]
  /** Adds rows; those of an instant that is there already are compared as a whole, and the new ones count. */
  write(rows: HistoryWrite): Promise<{ readonly added: number }>
  /** Stores digits, sizes, costs, hours and leverage tiers of a symbol in the place of what was known before. */
  writeInstrument(record: {
    readonly instrument: Instrument
    /** Absent: the leverage of the account alone. */
    readonly leverageTiers?: readonly LeverageTier[]
    readonly source: string
  }): Promise<InstrumentStored>
}
