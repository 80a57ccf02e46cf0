import type { BarColumns, TickColumns } from '@openclaw-trading/bot-engine'
import {
  type DataStore,
  type InstrumentTerms,
  openDataStore,
  isEngineError,
  type StoreEntry,
  type StoreRead,
  type StoreSeries,
} from '@openclaw-trading/bot-engine/data'
import {
  barSpan,
  type Instrument,
  type Timeframe,
  TIMEFRAMES,
  type UnixMs,
  unixMs,
} from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'
import type { Warning } from '../output.ts'
import { DEFAULT_SYMBOL, type Project, storeFolder, syntheticOf } from './config.ts'
import { readDataFile } from './data-file.ts'
import { checkConversion } from './conversion.ts'
import { gapNotes } from './gap-notes.ts'
import { type MadeMarket, makeBars } from './made-market.ts'
import { BUILT_IN, builtIn, knownInstrument, type KnownInstrument, noRecord } from './instruments.ts'

/** Which market data a run shall have. */
export interface MarketDataRequest {
  /** Absent: the project's. */
  readonly symbol?: string
  /** Symbols that feeds watch besides: they convert too. */
  readonly watched?: readonly Instrument[]
  readonly timeframe: Timeframe
  /** Of the seeded market; default: the project's. */
  readonly seed?: number
  /** Bars of the seeded market; default: the project's. */
  readonly bars?: number
  /** A file instead. */
  readonly file?: string
  /** Without the quotes of the file that look wrong. */
  readonly clean?: boolean
  /** Quotes of the store, also where it has bars. */
  readonly ticks?: boolean
  readonly from?: number
  readonly to?: number
  readonly signal: AbortSignal
}

/** Market data, and what there is to say of it. */
export interface MarketData extends InstrumentTerms {
  readonly columns: BarColumns | TickColumns
  /** Where the rows and the costs come from, e.g. `synthetic market, seed 1 · built-in record`. */
  readonly source: string
  /** What was noticed in a file, and changes or may change a result. */
  readonly notes: readonly Warning[]
  readonly firstAt: UnixMs
  readonly lastAt: UnixMs
  /** Where a row stands in its file; absent where that is not known. */
  readonly placeOf?: (row: number) => string
  /** Rows from an instant on to where the run begins, as far as there are; absent: a market that begins there. */
  readonly readBefore?: (from: number) => Promise<BarColumns | TickColumns | undefined>
  /** How a seeded market was made; absent: it was not. */
  readonly made?: MadeMarket
}

/** The shortest of some timeframes: bars of it make all the others. */
export function shortest(timeframes: readonly Timeframe[]): Timeframe | undefined {
  return TIMEFRAMES.find(timeframe => timeframes.includes(timeframe))
}

/** Reads or makes what a run shall have. @throws {@link CliError} `data-missing`; `EngineError` of a damaged file */
export async function readMarketData(request: MarketDataRequest, project: Project): Promise<MarketData> {
  const { file } = request
  const symbol = request.symbol ?? project.config.market.symbol ?? DEFAULT_SYMBOL
  checkOneSource(request)
  const store = openDataStore(storeFolder(project))
  const known = knownInstrument(symbol, store)
  const isMade = request.seed !== undefined || request.bars !== undefined
  if (file !== undefined || !isMade) {
    if (known === undefined) throw noRecord(symbol, store)
    checkConversion(known.instrument, project.config.account.currency, request.watched)
    const { instrument, origin } = known
    if (file !== undefined) {
      const { columns, told, ...facts } = await readDataFile(file, instrument, request)
      return { ...spanOf(known, columns, `${file}${told} · ${origin}`), ...facts }
    }
    const stored = await readStore(store, known, { ...request, symbol }, mayBeMade(request, project))
    if (stored !== undefined) return stored
  }
  const made = await makeMarket({ ...request, symbol }, project)
  return isMade ? made : { ...made, notes: [standsIn(made)] }
}

/** @throws {@link CliError} `usage` where one option would make another one count for nothing */
function checkOneSource({ file, clean = false, ticks = false, seed, bars }: MarketDataRequest): void {
  const made = seed === undefined ? (bars === undefined ? undefined : '--bars') : '--synthetic'
  if (clean && file === undefined)
    throw new CliError('usage', '--clean is for a file of quotes. State --data FILE with it.')
  if (file !== undefined && made !== undefined)
    throw new CliError('usage', `${made} is of a seeded market, and --data of a file. Leave out one of them.`)
  if (!ticks || (file === undefined && made === undefined)) return
  throw new CliError(
    'usage',
    file === undefined
      ? `--ticks takes quotes of the store, and ${made} makes bars. Leave out one of them; for made quotes: claw data get SYMBOL --synthetic --ticks --store FOLDER.`
      : '--ticks takes quotes of the store, and --data what its file holds. Leave out one of them.',
  )
}

/** Who names a symbol wants its data: only one that nobody named, or that the project has a seeded market of, is made up. */
function mayBeMade({ symbol }: MarketDataRequest, { config: { market } }: Project): boolean {
  return symbol === undefined && (market.symbol === undefined || market.synthetic !== undefined)
}

function standsIn({ instrument: { name }, made }: MarketData): Warning {
  return {
    code: 'made-market',
    message: `There are no recorded data of ${name} here: this market is made up, by the seed ${made?.seed}, and its figures say nothing of a real one. For data: claw data get ${name} --tf ${made?.timeframe}, or claw data import FILE --symbol ${name}.`,
  }
}

type NamedRequest = MarketDataRequest & { readonly symbol: string }

/** A seeded market with the record that belongs to it: a seed gives the same figures on every machine. */
async function makeMarket(request: NamedRequest, project: Project): Promise<MarketData> {
  const known = builtIn(request.symbol)
  if (known === undefined)
    throw new CliError(
      'data-missing',
      `There is no seeded market of ${request.symbol}, and no data of it in the store. Seeded are ${BUILT_IN.map(({ name }) => name).join(' and ')}; data: claw data get ${request.symbol} --tf m15, or claw data import FILE --symbol ${request.symbol}.`,
    )
  const { instrument, origin } = known
  checkConversion(instrument, project.config.account.currency, request.watched)
  const { seed, bars, from } = syntheticOf(project)
  const { to } = request
  const count = request.bars ?? (to === undefined ? bars : undefined)
  const made: MadeMarket = {
    timeframe: request.timeframe,
    seed: request.seed ?? seed,
    startAt: unixMs(request.from ?? Date.parse(`${from}T00:00Z`)),
    ...(count === undefined ? {} : { count }),
    ...(to === undefined ? {} : { until: unixMs(to) }),
  }
  const columns = await makeBars(made, instrument, request.signal)
  return { ...spanOf(known, columns, `synthetic market, seed ${made.seed} · ${origin}`), made }
}

/**
 * What the store has: the series itself, else the bars of a minute or the quotes that make it; `undefined`: nothing of
 * the symbol, where that may be.
 *
 * @throws `EngineError` `data-missing` with what there is and the command that gets more
 */
async function readStore(
  store: DataStore,
  known: KnownInstrument,
  { symbol, timeframe, from, to, ticks = false }: NamedRequest,
  mayBeMissing: boolean,
): Promise<MarketData | undefined> {
  const { instrument, origin } = known
  const held = store.list().filter(entry => entry.symbol === symbol)
  if (held.length === 0 && mayBeMissing) return undefined
  const wanted: readonly StoreSeries[] = ticks ? ['ticks'] : [timeframe, 'm1', 'ticks']
  const series = wanted.find(one => held.some(entry => entry.series === one)) ?? (ticks ? 'ticks' : timeframe)
  const missing = held.every(entry => entry.series !== series)
  const shorter = ticks || !missing ? [] : shorterThan(timeframe, held)
  if (shorter.length > 0)
    throw new CliError(
      'data-missing',
      `No ${symbol} ${timeframe} data in the store, which has ${held.map(entry => entry.series).join(', ')}. Bars of ${shorter.at(-1)} make those of ${timeframe}: run with --timeframe ${shorter.at(-1)}; or claw data get ${symbol} --tf ${timeframe}.`,
    )
  const columns = await store.read({
    symbol,
    series,
    instrument,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
  const sources = held.find(entry => entry.series === series)?.sources.map(({ source }) => source) ?? []
  const data = {
    ...spanOf(known, columns, `store, ${symbol} ${series} (${sources.join(', ')}) · ${origin}`),
    notes: gapNotes(columns, instrument),
  }
  return from === undefined
    ? data
    : {
        ...data,
        readBefore: since => storedBefore(store, { symbol, series, instrument, from: since, to: from }),
      }
}

/** Rows before a run; undefined where there are none. */
export async function storedBefore<Series extends StoreSeries>(
  store: DataStore,
  query: StoreRead<Series> & { readonly from: number; readonly to: number },
) {
  const held = store.list().find(({ symbol, series }) => symbol === query.symbol && series === query.series)
  if (held === undefined || held.first >= query.to) return undefined
  const from = Math.max(query.from, held.first)
  return store.read({ ...query, from, partial: true }).catch((error: unknown) => {
    if (isEngineError(error, 'data-missing')) return undefined
    throw error
  })
}

/** Timeframes of the store of which a longer one can be made, the longest last. */
function shorterThan(timeframe: Timeframe, held: readonly StoreEntry[]): readonly Timeframe[] {
  const lengthOf = (one: Timeframe) => barSpan(0 as UnixMs, one).closesAt - barSpan(0 as UnixMs, one).openedAt
  const wanted = TIMEFRAMES.slice(0, TIMEFRAMES.indexOf(timeframe))
  return wanted.filter(
    one => lengthOf(timeframe) % lengthOf(one) === 0 && held.some(({ series }) => series === one),
  )
}

function spanOf(
  { instrument, leverageTiers }: InstrumentTerms,
  columns: BarColumns | TickColumns,
  source: string,
): MarketData {
  const times = columns.type === 'bars' ? columns.openedAt : columns.at
  return {
    instrument,
    ...(leverageTiers !== undefined && { leverageTiers }),
    columns,
    source,
    notes: [],
    firstAt: unixMs(times[0] ?? 0),
    lastAt: unixMs(times[columns.length - 1] ?? 0),
  }
}
