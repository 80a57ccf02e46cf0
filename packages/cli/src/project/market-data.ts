import type { BarColumns, TickColumns } from '@openclaw-trading/bot-engine'
import {
  cleanTicks,
  type DataStore,
  importFiles,
  type InstrumentTerms,
  isEngineError,
  openDataStore,
  readTickFile,
  type StoreSeries,
  syntheticBars,
} from '@openclaw-trading/bot-engine/data'
import {
  type Instrument,
  type Timeframe,
  TIMEFRAMES,
  type UnixMs,
  unixMs,
} from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'
import { type Project, storeFolder } from './config.ts'
import { checkConversion } from './conversion.ts'
import { BUILT_IN, builtIn, knownInstrument, type KnownInstrument, noRecord } from './instruments.ts'

/** Which market data a run shall have. */
export interface MarketDataRequest {
  readonly symbol: string
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
  readonly firstAt: UnixMs
  readonly lastAt: UnixMs
}

/** The shortest of some timeframes: bars of it make all the others. */
export function shortest(timeframes: readonly Timeframe[]): Timeframe | undefined {
  return TIMEFRAMES.find(timeframe => timeframes.includes(timeframe))
}

/** Reads or makes what a run shall have. @throws {@link CliError} `data-missing`; `EngineError` of a damaged file */
export async function readMarketData(request: MarketDataRequest, project: Project): Promise<MarketData> {
  const { symbol, file } = request
  if (request.clean === true && file === undefined)
    throw new CliError('usage', '--clean is for a file of quotes. State --data FILE with it.')
  const store = openDataStore(storeFolder(project))
  const known = knownInstrument(symbol, store)
  const isMade = request.seed !== undefined || request.bars !== undefined
  if (file !== undefined || !isMade) {
    if (known === undefined) throw noRecord(symbol)
    checkConversion(known.instrument, project.config.account.currency)
    const { instrument, origin } = known
    if (file !== undefined) {
      const { columns, told } = cleaned(await readFile(file, instrument, request), instrument, request)
      return spanOf(known, columns, `${file}${told} · ${origin}`)
    }
    const stored = await readStore(store, known, request)
    if (stored !== undefined) return stored
  }
  return makeMarket(request, project)
}

/** A seeded market with the record that belongs to it: a seed gives the same figures on every machine. */
function makeMarket(request: MarketDataRequest, project: Project): MarketData {
  const known = builtIn(request.symbol)
  if (known === undefined)
    throw new CliError(
      'data-missing',
      `There is no seeded market of ${request.symbol}, and no data of it in the store. Seeded are ${BUILT_IN.map(({ name }) => name).join(' and ')}; data: claw data get ${request.symbol} --tf m15, or claw data import FILE --symbol ${request.symbol}.`,
    )
  const { instrument, origin } = known
  checkConversion(instrument, project.config.account.currency)
  const { seed, bars, from } = project.config.market.synthetic
  const columns = syntheticBars({
    instrument,
    timeframe: request.timeframe,
    seed: request.seed ?? seed,
    count: request.bars ?? bars,
    startAt: unixMs(request.from ?? Date.parse(`${from}T00:00Z`)),
  })
  return spanOf(known, columns, `synthetic market, seed ${request.seed ?? seed} · ${origin}`)
}

/** Quotes of a plain file, or what an export of another program holds. */
async function readFile(
  file: string,
  instrument: Instrument,
  { from, to, signal }: MarketDataRequest,
): Promise<TickColumns | BarColumns> {
  try {
    return await readTickFile(file, {
      instrument,
      signal,
      ...(to === undefined ? {} : { until: unixMs(to) }),
    })
  } catch (error) {
    // Its first line is of another shape.
    if (!isEngineError(error, 'data-invalid') || error.details['line'] !== 1) throw error
  }
  const { data } = await importFiles([file], { instrument, signal })
  return cutColumns(data, from, to)
}

/**
 * Only where it was asked for: the same rows give the same trades by file, by import and by replay, and a filter that
 * nobody asked for would take real jumps after news out of a result.
 */
function cleaned(columns: TickColumns | BarColumns, instrument: Instrument, { clean }: MarketDataRequest) {
  if (clean !== true) return { columns, told: '' }
  if (columns.type === 'bars')
    throw new CliError('usage', '--clean is for quotes, and the file holds bars. Leave it out.')
  const { ticks } = cleanTicks(columns, { instrument })
  return { columns: ticks, told: ` (${columns.length - ticks.length} quotes left out by --clean)` }
}

/**
 * What the store has: the series itself, else the bars of a minute or the quotes that make it; `undefined`: nothing of
 * the symbol.
 */
async function readStore(
  store: DataStore,
  known: KnownInstrument,
  { symbol, timeframe, from, to, ticks = false }: MarketDataRequest,
): Promise<MarketData | undefined> {
  const { instrument, origin } = known
  const held = store.list().filter(entry => entry.symbol === symbol)
  if (held.length === 0) return undefined
  const wanted: readonly StoreSeries[] = ticks ? ['ticks'] : [timeframe, 'm1', 'ticks']
  const series = wanted.find(one => held.some(entry => entry.series === one)) ?? (ticks ? 'ticks' : timeframe)
  const columns = await store.read({
    symbol,
    series,
    instrument,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
  const sources = held.find(entry => entry.series === series)?.sources.map(({ source }) => source) ?? []
  return spanOf(known, columns, `store, ${symbol} ${series} (${sources.join(', ')}) · ${origin}`)
}

function cutColumns(
  data: TickColumns | BarColumns,
  from = Number.NEGATIVE_INFINITY,
  to = Number.POSITIVE_INFINITY,
): TickColumns | BarColumns {
  const times = data.type === 'ticks' ? data.at : data.openedAt
  const first = times.findIndex(at => at >= from)
  const end = times.findIndex(at => at >= to)
  const begin = first < 0 ? data.length : first
  const stop = end < 0 ? data.length : end
  const cut = (column: Float64Array) => column.subarray(begin, stop)
  const length = Math.max(0, stop - begin)
  if (data.type === 'ticks')
    return { ...data, length, at: cut(data.at), bid: cut(data.bid), ask: cut(data.ask) }
  const { openedAt, open, high, low, close, tickVolume } = data
  return {
    ...data,
    length,
    openedAt: cut(openedAt),
    open: cut(open),
    high: cut(high),
    low: cut(low),
    close: cut(close),
    tickVolume: cut(tickVolume),
  }
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
    firstAt: unixMs(times[0] ?? 0),
    lastAt: unixMs(times[columns.length - 1] ?? 0),
  }
}
