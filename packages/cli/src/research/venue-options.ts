import type { DepthModel, IntrabarPolicy, VenueModel } from '@openclaw-trading/bot-engine'
import { openDataStore, type StoreSeries } from '@openclaw-trading/bot-engine/data'
import { barSpan, TIMEFRAMES } from '@openclaw-trading/trading-model'
import type { Command } from 'commander'
import { CliError } from '../errors.ts'
import { depthLevels, oneOf, wholeNumber } from '../option-values.ts'
import { type Project, storeFolder } from '../project/config.ts'
import type { MarketData } from '../project/market-data.ts'

/** How the venue fills, besides its costs. */
export interface VenueOptions {
  /** What decides within a bar. */
  readonly intrabar?: IntrabarPolicy['policy']
  /** From a decision to its fill, in milliseconds; over quotes. */
  readonly latency?: number
  /** Added against each market fill, in steps of the last digit. */
  readonly slippage?: number
  /** What the market has at each price. */
  readonly depth?: DepthModel
}

const DEFAULT_LATENCY_MS = 50
/** Usual of gold, in cents; of no other symbol. */
export const DEFAULT_SPREAD_TICKS = 28

/** Adds the options of {@link VenueOptions}. */
export function addVenueOptions(command: Command): Command {
  return command
    .option(
      '--intrabar <policy>',
      'within a bar: worst (the stop first), path (by its shape) or replay (ticks or m1 of the store); default worst',
      oneOf('worst', 'path', 'replay'),
    )
    .option(
      '--latency <ms>',
      `from a decision to its fill, over quotes (default ${DEFAULT_LATENCY_MS})`,
      wholeNumber(0, 60_000),
    )
    .option(
      '--slippage <ticks>',
      'against each market fill, in steps of the last digit (default 0)',
      wholeNumber(0, 100_000),
    )
    .option(
      '--depth <levels>',
      'what the market has at each price, as steps of the last digit behind the quote and lots: 0:2,10:5,40:20 (default: everything at the quote)',
      depthLevels,
    )
}

/** The venue of a run. @throws {@link CliError} `usage` for a latency over bars, which would change nothing */
export function venueOf(
  { latency, slippage, depth }: VenueOptions,
  { columns }: MarketData,
  { config: { market } }: Project,
): VenueModel {
  if (latency !== undefined && columns.type === 'bars')
    throw new CliError(
      'usage',
      'Over bars what is decided at a close fills at the next open, whatever the latency. State --ticks or a file of quotes with --latency.',
    )
  return {
    latencyMs: latency ?? DEFAULT_LATENCY_MS,
    barSpreadTicks: market.spreadTicks ?? DEFAULT_SPREAD_TICKS,
    ...(slippage === undefined ? {} : { slippageTicks: slippage }),
    ...(depth === undefined ? {} : { depth }),
  }
}

/**
 * What decides within the bars of a run: with `replay` the ticks of the store, else its bars of a minute.
 *
 * @throws {@link CliError} `usage` over quotes; `data-missing` where the store has nothing shorter
 */
export async function intrabarOf(
  { intrabar: policy }: VenueOptions,
  { columns, instrument, firstAt, lastAt }: MarketData,
  project: Project,
): Promise<IntrabarPolicy | undefined> {
  if (policy === undefined) return undefined
  if (columns.type === 'ticks')
    throw new CliError('usage', `The run is over quotes, which decide themselves. Leave out --intrabar.`)
  if (policy !== 'replay') return { policy }
  const store = openDataStore(storeFolder(project))
  const isShorter = (series: StoreSeries) =>
    series === 'ticks' || TIMEFRAMES.indexOf(series) < TIMEFRAMES.indexOf(columns.timeframe)
  const { openedAt, closesAt } = barSpan(lastAt, columns.timeframe)
  // A row that opens after the broker's bar ends after it.
  const end = Math.max(closesAt, lastAt + (closesAt - openedAt))
  const held = store
    .list()
    .filter(entry => entry.symbol === instrument.name && isShorter(entry.series))
    .filter(({ first, last }) => first < end && last >= firstAt)
  const found = (['ticks', 'm1'] as const).flatMap(
    series => held.find(entry => entry.series === series) ?? [],
  )
  const [entry] = found
  if (entry === undefined)
    throw new CliError(
      'data-missing',
      `--intrabar replay needs ticks or m1 bars of ${instrument.name} in the store, in the span of the ${columns.timeframe} bars. Get them: claw data get ${instrument.name} --ticks --from ${new Date(firstAt).toISOString().slice(0, 10)}; or state --intrabar worst or path.`,
    )
  const [from, to] = [Math.max(firstAt, entry.first), Math.min(end, entry.last + 1)]
  const data = await store.read({ symbol: instrument.name, series: entry.series, instrument, from, to })
  return { policy, data }
}
