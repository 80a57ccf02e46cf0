import type { EquityColumns } from '../backtest/equity-curve.ts'
import type { Metrics } from '../backtest/metrics.ts'
import { logitHistogram, type LogitBin, type Overfitting } from '../statistics/overfitting.ts'
import { type HeatMap, heatMapOf, type SearchAxis } from './heat-map.ts'
import { pageWith } from './html.ts'
import { toFigures } from './run-document.ts'
import type { SearchRow } from './search-row.ts'
import { type EquityLine, equityLineOf } from './tables.ts'

/** A figure that a search is judged by. */
export interface SearchFigure {
  readonly name: string
  /** Absent: there is no base for it. */
  readonly value?: number
  /** Decimals of the value; default 2. */
  readonly digits?: number
  /** What would be good enough, in words. */
  readonly enough?: string
  /** What it says, in a sentence. */
  readonly meaning: string
}

/** How much of the best of a search is luck. */
export interface SearchLuck {
  /** How often one has tried, as the ledger counts. */
  readonly trials: number
  /** What they are worth as independent ones. */
  readonly effectiveTrials: number
  /** Absent: there is no base for it. */
  readonly deflatedSharpe?: number
}

/** What a page of a sweep or of a walk-forward tells. */
export interface SearchFacts {
  readonly kind: 'sweep' | 'walk-forward'
  readonly title: string
  /** What was run on what, in short phrases. */
  readonly facts: readonly string[]
  readonly currency: string
  /** The whole command that makes it anew. */
  readonly command?: string
  /** The command that goes on with it where its runs are kept. */
  readonly resume?: string
  readonly warnings?: readonly string[]
  /** What the runs are compared by. */
  readonly objective: string
  readonly judged: readonly SearchFigure[]
  /** Of a sweep: stated wherever its best is. */
  readonly luck?: SearchLuck
  /** Of a sweep, in words: how the score changes one step aside of the best. */
  readonly neighbours?: string
  /** What a sweep varied: of two or more there is a heat map. */
  readonly axes?: readonly SearchAxis[]
  /** Cross-validation of the choice. */
  readonly overfitting?: Overfitting
  /** The best first, or fold after fold. At most {@link MOST_SEARCH_ROWS} are kept. */
  readonly rows: readonly (Omit<SearchRow, 'figures'> & { readonly metrics?: Metrics })[]
  /** Out of sample, of a walk-forward. */
  readonly equity?: EquityColumns
}

/** A search as a document: JSON-safe, all that its page shows. */
export interface SearchDocument extends Omit<SearchFacts, 'axes' | 'overfitting' | 'rows' | 'equity'> {
  readonly schema: 'openclaw.search/1'
  /** Rows that there were, also those that are left out. */
  readonly rowCount: number
  readonly rows: readonly SearchRow[]
  /** Of all rows, also those that are left out. */
  readonly heatMap?: HeatMap
  readonly overfitting?: {
    readonly probability: number
    readonly lossProbability: number
    /** Ways to halve the days. */
    readonly splits: number
    /** Logits of the rank in the other half, from the worst to the best. */
    readonly bins: readonly LogitBin[]
  }
  readonly equity?: EquityLine
}

/** Rows of a page; a reader who wants more takes the JSON. */
export const MOST_SEARCH_ROWS = 200
/** A wide screen has fewer columns. */
const EQUITY_SAMPLES = 3000

/** Sums a search up for its page. */
export function createSearchDocument({
  axes = [],
  overfitting,
  rows,
  equity,
  ...facts
}: SearchFacts): SearchDocument {
  const found = rows.map(
    ({ metrics, ...row }): SearchRow => ({ ...row, ...(metrics && { figures: toFigures(metrics) }) }),
  )
  const heatMap = heatMapOf(axes, found)
  return {
    schema: 'openclaw.search/1',
    ...facts,
    rowCount: rows.length,
    rows: found.slice(0, MOST_SEARCH_ROWS),
    ...(heatMap && { heatMap }),
    ...(overfitting && {
      overfitting: {
        probability: overfitting.probability,
        lossProbability: overfitting.lossProbability,
        splits: overfitting.logits.length,
        bins: logitHistogram(overfitting),
      },
    }),
    ...(equity && { equity: equityLineOf(equity, digitsOf(rows), EQUITY_SAMPLES) }),
  }
}

/** Of the currency, as the results have it. */
function digitsOf(rows: SearchFacts['rows']): number {
  return rows.find(({ metrics }) => metrics !== undefined)?.metrics?.netProfit.digits ?? 2
}

/** A search as one HTML file that needs nothing else, as {@link reportHtml} makes of a run. */
export function searchHtml(document: SearchDocument): string {
  return pageWith(document, document.kind === 'sweep' ? 'sweep' : 'walk-forward')
}
