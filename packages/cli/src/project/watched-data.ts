import type {
  AnyStrategy,
  BacktestOptions,
  BarColumns,
  Feeds,
  TickColumns,
} from '@openclaw-trading/bot-engine'
import { type DataStore, openDataStore } from '@openclaw-trading/bot-engine/data'
import { dataBetween } from '@openclaw-trading/bot-engine/research'
import type { Instrument } from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'
import { type Project, storeFolder } from './config.ts'
import { dayText } from '../span.ts'
import { builtIn, type KnownInstrument, knownInstrument, noRecord } from './instruments.ts'
import { makeBars } from './made-market.ts'
import type { MarketData, MarketDataRequest } from './market-data.ts'
import { capital, earlierOr } from './watched-rows.ts'

/** The symbols that feeds watch besides the one traded, each once. */
export function watchedSymbols(feeds: Feeds, traded: string): readonly string[] {
  const named = Object.values(feeds).flatMap(({ symbol }) => (symbol === undefined ? [] : [symbol]))
  return [...new Set(named)].filter(symbol => symbol !== traded)
}

/** Their records. @throws {@link CliError} `data-missing` where there is none */
export function watchedInstruments(
  symbols: readonly string[],
  project: Project,
  isMade: boolean,
): readonly KnownInstrument[] {
  const store = openDataStore(storeFolder(project))
  return symbols.map(symbol => {
    const known = isMade ? builtIn(symbol) : knownInstrument(symbol, store)
    if (known === undefined) throw noRecord(symbol, store)
    return known
  })
}

/**
 * The data of the symbols watched, of the kind and timeframe that the traded one has: from the store, or of the same
 * seed where that market is made.
 *
 * @throws {@link CliError} `data-missing` with the command that gets them
 */
export async function readWatched(
  instruments: readonly Instrument[],
  traded: MarketData,
  span: Pick<MarketDataRequest, 'from' | 'to' | 'signal'>,
  project: Project,
): Promise<readonly (BarColumns | TickColumns)[]> {
  const store = openDataStore(storeFolder(project))
  const { made } = traded
  return Promise.all(
    instruments.map(instrument =>
      made === undefined
        ? readStored(store, instrument, traded, span)
        : makeBars(made, instrument, span.signal),
    ),
  )
}

async function readStored(
  store: DataStore,
  instrument: Instrument,
  market: MarketData,
  { from, to }: Pick<MarketDataRequest, 'from' | 'to'>,
): Promise<BarColumns | TickColumns> {
  const { name: symbol } = instrument
  const { columns } = market
  const series = columns.type === 'bars' ? columns.timeframe : 'ticks'
  const held = store.list().filter(entry => entry.symbol === symbol)
  const entry = held.find(one => one.series === series)
  if (entry === undefined)
    throw new CliError(
      'data-missing',
      `A feed watches ${symbol}, and the store has no ${series} of it beside those of ${market.instrument.name}` +
        `${held.length === 0 ? '' : ` (it has ${held.map(entry => entry.series).join(', ')})`}. Get them: claw data get ${symbol} ${series === 'ticks' ? '--ticks' : `--tf ${series}`}, or claw data import FILE --symbol ${symbol}.`,
    )
  const end = to ?? market.lastAt + 1
  // Of a span that is stated as a whole the store says what it lacks.
  if ((from === undefined || to === undefined) && entry.first >= end)
    throw noneBefore(end, entry.first, instrument, market)
  return store.read({
    symbol,
    series,
    instrument,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
}

function noneBefore(to: number, first: number, instrument: Instrument, market: MarketData): CliError {
  return new CliError(
    'data-missing',
    `${instrument.name}, which a feed watches, begins ${dayText(first)}, and the run ends at ${dayText(to)}. ${capital(earlierOr(instrument, market, first))}state a later --to, for which ${market.instrument.name} needs rows too.`,
  )
}

type Options = BacktestOptions<AnyStrategy>

/** What a run needs of the symbols watched, beside the rows of the one traded. */
export function withWatched(
  traded: BarColumns | TickColumns,
  instruments: readonly Instrument[],
  watched: readonly (BarColumns | TickColumns)[],
): Pick<Options, 'data' | 'watched' | 'watchedBars'> {
  if (instruments.length === 0) return { data: traded }
  if (traded.type === 'ticks')
    return { data: [traded, ...(watched as readonly TickColumns[])], watched: instruments }
  return { data: traded, watched: instruments, watchedBars: watched as readonly BarColumns[] }
}

/** The same run over a part of the rows of the traded symbol; quotes of the others within its time. */
export function overRows(options: Options, rows: BarColumns | TickColumns): Options {
  const { data } = options
  if ('type' in data) return { ...options, data: rows }
  const traded = rows as TickColumns
  const from = traded.at[0] ?? 0
  const to = (traded.at[traded.length - 1] ?? 0) + 1
  const watched = dataBetween(data.slice(1), from, to) as readonly TickColumns[]
  return { ...options, data: [traded, ...watched] }
}

/** How many of the first rows of a run, which go by time and at one instant by symbol id, are of the symbol traded. */
export function tradedAmong(data: Options['data'], rows: number): number {
  if ('type' in data) return rows
  const [traded, ...watched] = data
  if (traded === undefined) return 0
  const isWithin = (at: number, row: number) => {
    const before = watched.map(other => rowsUntil(other, at, other.symbolId < traded.symbolId))
    return row + before.reduce((sum, count) => sum + count, 0) < rows
  }
  return partition(traded.length, row => isWithin(traded.at[row] as number, row))
}

/** Quotes before an instant, or `orAt` it. */
function rowsUntil({ at, length }: TickColumns, instant: number, orAt: boolean): number {
  return partition(length, row => (at[row] as number) < instant || (orAt && at[row] === instant))
}

/** How many rows hold, of rows of which the first ones do and the others do not. */
function partition(length: number, holds: (row: number) => boolean): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if (holds(middle)) low = middle + 1
    else high = middle
  }
  return low
}
