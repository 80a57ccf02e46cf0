import type { Metrics } from '../backtest/metrics.ts'
import type { BacktestOptions } from '../backtest/options.ts'
import { readAccount } from '../backtest/options.ts'
import type { BacktestReport } from '../backtest/report.ts'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { EngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'
import { type Candles, candlesOf } from './candles.ts'
import { type Finding, findingsOf, type TrialFacts } from './findings.ts'
import { roundTripColumns } from './round-trip-columns.ts'
import type { TradeColumns } from './run-trade.ts'
import {
  type CostSplit,
  costsOf,
  type EquityLine,
  equityLineOf,
  type Group,
  groupsOf,
  monthlyOf,
  type YearOfMonths,
} from './tables.ts'
import { tradeColumnsOf } from './trade-columns.ts'

/** Key figures as plain numbers: money is decimal, in the currency of the account. */
export interface Figures extends Omit<Metrics, 'netProfit'> {
  readonly netProfit: number
}

/** The key figures of a span of a run. */
export interface DocumentPart {
  readonly name: string
  readonly from: number
  readonly to: number
  readonly figures: Figures
}

/** What a run is told with besides its result. */
export interface RunFacts {
  /** What the strategy is called. */
  readonly title: string
  /** Short hash of the strategy's file. */
  readonly codeHash?: string
  /** Where the data came from, in words. */
  readonly dataSource?: string
  /** Hash of the data: two runs with one hash saw the same market. */
  readonly dataHash?: string
  /** Hash of all that decides the result besides strategy, parameters and data: record of the symbol, account, venue, limits. */
  readonly termsHash?: string
  /** What was assumed of costs and of the venue, by name: spread, latency, commission. */
  readonly costTerms?: Readonly<Record<string, string | number>>
  /** The exact command that does the run again. */
  readonly command?: string
  /** When the report was made, in milliseconds since 1970-01-01 UTC. */
  readonly createdAt?: number
  readonly parts?: readonly DocumentPart[]
  /** The same run with dearer costs, by factor. */
  readonly stress?: readonly { readonly factor: number; readonly figures: Figures }[]
  /** What was tried on this market so far, this run included. */
  readonly trials?: TrialFacts
  /** What the reader should know before he believes it. */
  readonly warnings?: readonly string[]
}

/** A run as a document: JSON-safe, all that the page shows. */
export interface RunDocument extends RunFacts {
  /** `/2` and before counted each closing as a trade; `/1` had the trades row by row. */
  readonly schema: 'openclaw.run/3'
  readonly params: Readonly<Record<string, unknown>>
  readonly seed: number
  readonly market: {
    readonly symbol: string
    readonly digits: number
    readonly rows: number
    readonly rowsAre: string
    readonly from: number
    readonly to: number
  }
  readonly account: { readonly currency: string; readonly balance: number; readonly leverage: number }
  readonly figures: Figures
  readonly equity: EquityLine
  readonly candles: Candles
  /** One for each closing, a list for each field; {@link tradesOf} makes trades of them, {@link roundTripColumns} makes the parts of a position one. */
  readonly trades: TradeColumns
  readonly monthly: readonly YearOfMonths[]
  readonly byHour: readonly Group[]
  readonly byWeekday: readonly Group[]
  readonly costs: CostSplit
  readonly findings: readonly Finding[]
  /** Round trips of which the order of prices within a bar decided, and by which policy. */
  readonly intrabar?: { readonly policy: string; readonly dependentTrades: number }
  readonly blockedCount: number
  /** Orders of which the depth of the market cut a part. Absent: the run had no depth. */
  readonly ordersCut?: number
}

/** A wide screen has fewer columns. */
const EQUITY_SAMPLES = 3000
/** Candles in a page: two years of h1 are 12,500, and half a megabyte of text. */
const MAX_CANDLES = 15_000

/**
 * Sums a run up as a document, which is the JSON beside a report and the data in its page.
 *
 * @throws {@link EngineError} `invalid-options` for a run over several symbols' quotes without its own
 */
export function createRunDocument<S extends AnyStrategy>(
  report: BacktestReport,
  options: BacktestOptions<S>,
  facts: RunFacts,
): RunDocument {
  const data = ownData(options)
  const { currency, digits, balanceMinor, leverage } = readAccount(options.account)
  const { instrument, seed = 1 } = options
  const { equity, metrics, intrabar } = report
  const trades = tradeColumnsOf(report, data, instrument, { currency, digits })
  const roundTrips = roundTripColumns(trades)
  const times = data.type === 'bars' ? data.openedAt : data.at
  return {
    schema: 'openclaw.run/3',
    ...facts,
    params: { ...Object(options.params) },
    seed,
    market: {
      symbol: instrument.name,
      digits: instrument.digits,
      rows: data.length,
      rowsAre: data.type === 'bars' ? `${data.timeframe} bars` : 'ticks',
      from: times[0] ?? 0,
      to: times[data.length - 1] ?? 0,
    },
    account: { currency, balance: balanceMinor / 10 ** digits, leverage },
    figures: toFigures(metrics),
    equity: equityLineOf(equity, digits, EQUITY_SAMPLES),
    candles: candlesOf(data, MAX_CANDLES),
    trades,
    monthly: monthlyOf(trades),
    ...groupsOf(trades, roundTrips),
    costs: costsOf(trades),
    findings: findingsOf(equity, roundTrips, { seed, ...(facts.trials && { trials: facts.trials }) }),
    ...(intrabar && { intrabar: { policy: intrabar.policy, dependentTrades: intrabar.dependentTrades } }),
    blockedCount: report.blockedCount,
    ...(report.ordersCut === undefined ? {} : { ordersCut: report.ordersCut }),
  }
}

/** Key figures as plain numbers. */
export function toFigures({ netProfit, ...rest }: Metrics): Figures {
  return { ...rest, netProfit: netProfit.minor / 10 ** netProfit.digits }
}

function ownData({ data, instrument }: BacktestOptions<AnyStrategy>): BarColumns | TickColumns {
  const columns: readonly (BarColumns | TickColumns)[] = 'type' in data ? [data] : data
  const own = columns.find(({ symbolId }) => symbolId === instrument.id)
  if (own !== undefined) return own
  throw new EngineError(
    'invalid-options',
    `The data hold no quotes of ${instrument.name} (${instrument.id}). Pass the options of the run itself.`,
  )
}
