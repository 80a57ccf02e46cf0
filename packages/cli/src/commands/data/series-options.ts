import { resolve } from 'node:path'
import {
  type DataStore,
  DEFAULT_STORE_FOLDER,
  openDataStore,
  type StoreSeries,
} from '@openclaw-trading/bot-engine/data'
import type { Timeframe } from '@openclaw-trading/trading-model'
import type { Command } from 'commander'
import type { CommandContext } from '../../command.ts'
import { CliError } from '../../errors.ts'
import { openProject, storeFolder } from '../../project/config.ts'
import { jsonResult, type Warning } from '../../output.ts'
import { checkSpan } from '../../span.ts'
import { dayOrInstant } from '../../option-values.ts'
import { readTimeframe } from '../../research/options.ts'

/** Options of every command on data. */
export interface StoreOptions {
  readonly store?: string
  readonly json: boolean
}

/** Which series. */
export interface SeriesOptions {
  readonly timeframe?: Timeframe
  readonly ticks: boolean
}

/** Which span, in milliseconds since 1970-01-01 UTC; `to` does not count. */
export interface SpanOptions {
  readonly from?: number
  readonly to?: number
}

/** Adds the options of {@link StoreOptions}. */
export function addStoreOptions(command: Command): Command {
  return command
    .option('--store <folder>', `where the data lie (default of the project, ${DEFAULT_STORE_FOLDER})`)
    .option('--json', 'one JSON object on stdout', false)
}

/** Adds the options of {@link SeriesOptions}. */
export function addSeriesOptions(command: Command): Command {
  return command
    .option('--tf, --timeframe <name>', 'of the bars, e.g. m15', readTimeframe)
    .option('--ticks', 'quotes instead of bars', false)
}

/** Adds the options of {@link SpanOptions}. */
export function addSpanOptions(command: Command): Command {
  return command
    .option('--from <day>', 'first day or instant, e.g. 2024-01-02 or 2024-01-02T08:00Z', dayOrInstant)
    .option('--to <day>', 'the first day or instant that no longer counts', dayOrInstant)
}

/** The one series that was asked for. @throws {@link CliError} `usage` */
export function seriesOf({ ticks, timeframe }: SeriesOptions): StoreSeries {
  if (ticks && timeframe === undefined) return 'ticks'
  if (!ticks && timeframe !== undefined) return timeframe
  throw new CliError('usage', 'Which series? State --timeframe (e.g. m15) or --ticks.')
}

/** The store that was asked for, or the project's: the one that a backtest reads. @throws {@link CliError} `config-invalid` */
export async function storeOf({ store }: StoreOptions, { terminal }: CommandContext): Promise<DataStore> {
  if (store !== undefined) return openDataStore(resolve(terminal.cwd, store))
  return openDataStore(storeFolder(await openProject(terminal)))
}

/** Only what is stated, for functions that tell absent from undefined. @throws {@link CliError} `usage` of an empty span */
export function spanOf({ from, to }: SpanOptions): { readonly from?: number; readonly to?: number } {
  checkSpan({ from, to })
  return { ...(from === undefined ? {} : { from }), ...(to === undefined ? {} : { to }) }
}

/** A result as text or as JSON. */
export interface DataResult {
  readonly schema: string
  readonly data: unknown
  readonly text: string
  readonly warnings?: readonly Warning[]
  /** Default true. */
  readonly ok?: boolean
}

/** Prints a result in the form that was asked for. */
export function printResult(
  { schema, data, text, warnings = [], ok = true }: DataResult,
  { json }: StoreOptions,
  { terminal }: CommandContext,
  startedAt: number,
): void {
  if (json) terminal.out(jsonResult(schema, data, { warnings, ok, tookMs: performance.now() - startedAt }))
  else terminal.out(text)
}
