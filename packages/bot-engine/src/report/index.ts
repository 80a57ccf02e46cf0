// A run as files: a document (JSON), a table of its trades (CSV), and one page that needs nothing else (HTML).
export type { Candles } from './candles.ts'
export type { Finding, TrialFacts } from './findings.ts'
export type { HeatAxis, HeatCell, HeatMap, SearchAxis } from './heat-map.ts'
export { reportHtml } from './html.ts'
export { type ReportFile, reportFiles } from './report-files.ts'
export {
  createRunDocument,
  type DocumentPart,
  type Figures,
  type RunDocument,
  type RunFacts,
  toFigures,
} from './run-document.ts'
export { roundTripColumns } from './round-trip-columns.ts'
export { type RunTrade, type TradeColumns, tradesOf } from './run-trade.ts'
export {
  createSearchDocument,
  MOST_SEARCH_ROWS,
  type SearchDocument,
  type SearchFacts,
  type SearchFigure,
  searchHtml,
  type SearchLuck,
} from './search-document.ts'
export type { SearchRow } from './search-row.ts'
export { stressedOptions } from './stress.ts'
export type { CostSplit, EquityLine, Group, YearOfMonths } from './tables.ts'
export { tradesCsv } from './trades-csv.ts'
export { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
