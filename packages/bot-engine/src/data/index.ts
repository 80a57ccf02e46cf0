// Market data as columns: read from tick files, or made by a seeded synthetic market.
export type { BarColumns, TickColumns } from './columns.ts'
export {
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
  type VenueAccount,
} from './instruments.ts'
export {
  createSyntheticMarket,
  makeSyntheticTicks,
  type SyntheticMarket,
  type SyntheticMarketOptions,
  type SyntheticMarketState,
  type SyntheticTick,
  syntheticTicks,
  type SyntheticTicksOptions,
} from './synthetic.ts'
export { makeSyntheticBars, syntheticBars, type SyntheticBarsOptions } from './synthetic-bars.ts'
export { type MergedTicks, mergeTicks, rowBefore, symbolOfRow } from './merged-ticks.ts'
export { readTickFile, type TickFileColumns, type TickFileOptions } from './tick-file.ts'
export { type ParquetWriteOptions, type ParquetWriteReport, writeParquet } from './write-parquet.ts'
export { DEFAULT_STORE_FOLDER, openDataStore } from './store/store.ts'
export type {
  ColumnsOf,
  DataStore,
  StoreEntry,
  StoreProblem,
  StoreRead,
  StoreVerification,
  StoreWrite,
  StoreWriteReport,
} from './store/data-store.ts'
export type { DataSource } from './store/folder.ts'
export {
  type InstrumentChange,
  instrumentChanges,
  type InstrumentRecord,
  type InstrumentTerms,
  type InstrumentWrite,
  type InstrumentWriteReport,
  leverageTiersOf,
  parseInstrument,
} from './store/instrument-record.ts'
export { findGaps, type Gap, type GapReport, type GapsOptions } from './store/gaps.ts'
export { importFiles, type ImportedData, type ImportOptions } from './importers/import-files.ts'
export type { PlacedZone, TimePreview } from './importers/file-zone.ts'
export type { QuarantinedRow, QuarantineReport, RowDefect } from './importers/quarantine.ts'
export type { FileShape } from './importers/shapes.ts'
export { detectTimeZone, type ZoneFinding } from './importers/zone-detection.ts'
export { isStoreSeries, type StoreSeries } from './store/series.ts'
export { type CleanTicks, cleanTicks } from './clean-ticks.ts'
export { type BarPrices, type BarSpikes, findBarSpikes, findScaleChanges } from '../quality/bar-spikes.ts'
export { QUOTE_DEFECTS, type QuoteDefect } from '../quality/quote-defect.ts'
export { QuoteFilter } from '../quality/quote-filter.ts'
export type { QuoteFilterOptions, QuoteFilterReport } from '../quality/quote-filter-options.ts'
export { WIDE_QUOTE_LIMITS } from '../quality/quote-limits.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
