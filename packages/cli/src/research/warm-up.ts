import type {
  AnyStrategy,
  BacktestOptions,
  BarColumns,
  Feeds,
  TickColumns,
} from '@openclaw-trading/bot-engine'
import { isEngineError, openDataStore } from '@openclaw-trading/bot-engine/data'
import { dataBetween, type RowsBefore, warmUpBefore, warmUpFrom } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import type { Instrument } from '@openclaw-trading/trading-model'
import type { Warning } from '../output.ts'
import { type Project, storeFolder } from '../project/config.ts'
import { type MarketData, storedBefore } from '../project/market-data.ts'
import { withWatched } from '../project/watched-data.ts'
import { dayText } from '../span.ts'
import type { Axis } from './axes.ts'

type Options = BacktestOptions<AnyStrategy>

/** What a run that begins in the middle of recorded data is warmed up with. */
export interface WarmStart {
  readonly warmUp?: NonNullable<Options['warmUp']>
  readonly rowsBefore?: RowsBefore
  /** E.g. `warmed up with 500 m15 bars`; absent: no feed asks for bars. */
  readonly told?: string
  readonly notes: readonly Warning[]
}

/** What is run, and from when on. */
interface WarmRequest {
  readonly strategy: AnyStrategy
  readonly feeds: Feeds
  readonly options: Options
  readonly data: MarketData
  readonly watched: readonly Instrument[]
  readonly project: Project
  /** Of a sweep: its combinations may ask for more bars. */
  readonly axes?: readonly Axis[]
  readonly from: number | undefined
}

/** Combinations of a sweep whose feeds are looked at for the longest history. */
const MOST_COMBINATIONS = 5000

/** Days of quotes that are read before a run over quotes: some millions of rows, where a feed of days may ask for a year. */
const MOST_QUOTE_DAYS = 31
const DAY_MS = 86_400_000

function isOfQuotes({ data }: Options): boolean {
  return !('type' in data) || data.type === 'ticks'
}

/** The bars before `--from` that the feeds ask for, as a live start has them; nothing without it, or of a made market. */
export async function warmStart(request: WarmRequest): Promise<WarmStart> {
  const { strategy, options, from } = request
  if (from === undefined || request.data.made !== undefined) return { notes: [] }
  try {
    const rowsBefore = await readRowsBefore(request, from)
    const warmUp = rowsBefore && (await warmUpBefore(strategy, { ...options, ...rowsBefore }, from))
    return {
      ...(warmUp && { warmUp, rowsBefore }),
      ...toldOf(request.feeds, warmUp ?? {}, from, isOfQuotes(options)),
    }
  } catch (error) {
    // Rows that the run itself does not have must not keep it from running.
    if (!isEngineError(error) || !error.code.startsWith('data-')) throw error
    return {
      notes: [
        {
          code: 'warm-up-short',
          message: `The run begins cold at ${dayText(from)}, because the rows before cannot be used: ${error.message}`,
        },
      ],
    }
  }
}

async function readRowsBefore(
  { strategy, options, data, watched, project, axes = [] }: WarmRequest,
  at: number,
): Promise<RowsBefore | undefined> {
  const wanted = Math.min(...paramSets(options.params, axes).map(params => fromOf(strategy, params, at)))
  const since = isOfQuotes(options) ? Math.max(wanted, at - MOST_QUOTE_DAYS * DAY_MS) : wanted
  const rows = await data.readBefore?.(since)
  if (rows === undefined || rows.length === 0) return undefined
  const store = openDataStore(storeFolder(project))
  const series = rows.type === 'bars' ? rows.timeframe : 'ticks'
  const others: (BarColumns | TickColumns)[] = []
  for (const instrument of watched) {
    const other = await storedBefore(store, {
      symbol: instrument.name,
      series,
      instrument,
      from: since,
      to: at,
    })
    // Its feeds alone are cold.
    others.push(other ?? noneOf(rows, instrument))
  }
  const { data: past, watchedBars } = withWatched(rows, watched, others)
  return { at, data: past, ...(watchedBars !== undefined && { watchedBars }) }
}

/** No row of an instrument, of the kind that another has. */
function noneOf(rows: BarColumns | TickColumns, { id }: Instrument): BarColumns | TickColumns {
  const none = dataBetween(rows, 0, 0) as BarColumns | TickColumns
  return { ...none, symbolId: id }
}

/** A combination that breaks a rule of the schema is none of the sweep either. */
function fromOf(strategy: AnyStrategy, params: unknown, at: number): number {
  try {
    return warmUpFrom(strategy, params, at)
  } catch (error) {
    if (!isEngineError(error, 'invalid-params')) throw error
    return at
  }
}

/** The parameters, and with axes the combinations that they make, the last of them always. */
function paramSets(
  params: Readonly<Record<string, unknown>>,
  axes: readonly Axis[],
): readonly Readonly<Record<string, unknown>>[] {
  let sets: readonly Readonly<Record<string, unknown>>[] = [params]
  for (const { name, values } of axes)
    sets = sets.flatMap(set => values.map(value => ({ ...set, [name]: value }))).slice(0, MOST_COMBINATIONS)
  const last = Object.fromEntries(axes.map(({ name, values }) => [name, values.at(-1)]))
  return [...sets, { ...params, ...last }]
}

function toldOf(
  feeds: Feeds,
  warmUp: NonNullable<Options['warmUp']>,
  from: number,
  isQuotes: boolean,
): Pick<WarmStart, 'told' | 'notes'> {
  const asked = Object.entries(feeds)
    .map(([name, { timeframe, symbol, history = 0 }]) => ({
      timeframe: symbol === undefined ? timeframe : `${symbol} ${timeframe}`,
      history,
      count: warmUp[name]?.closed.length ?? 0,
    }))
    .filter(({ history }) => history > 0)
  if (asked.length === 0) return { notes: [] }
  const short = asked.filter(({ history, count }) => count < history)
  const counts = asked.map(({ timeframe, count }) => `${grouped(count)} ${timeframe}`).join(' and ')
  const lack = short.map(
    ({ timeframe, history, count }) =>
      `${grouped(history)} bars of ${timeframe} (there are ${grouped(count)})`,
  )
  return {
    told: `warmed up with ${counts} bars`,
    notes:
      short.length === 0
        ? []
        : [
            {
              code: 'warm-up-short',
              message: `The strategy asks for ${lack.join(' and ')} before ${dayText(from)}, where the run begins: what it measures settles within the run. ${isQuotes ? `Of quotes the ${MOST_QUOTE_DAYS} days before are read; a run over bars reads as many as it asks for.` : 'Get earlier data, or state a later --from.'}`,
            },
          ],
  }
}
