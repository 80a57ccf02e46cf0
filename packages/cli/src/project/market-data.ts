import { join } from 'node:path'
import type { BarColumns, TickColumns } from '@openclaw-trading/bot-engine'
import {
  DEFAULT_STORE_FOLDER,
  importFiles,
  isEngineError,
  openDataStore,
  readTickFile,
  SYNTHETIC_EURUSD,
  SYNTHETIC_XAUUSD,
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
import type { Project } from './config.ts'

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
  readonly from?: number
  readonly to?: number
  readonly signal: AbortSignal
}

/** Market data, and what there is to say of it. */
export interface MarketData {
  readonly instrument: Instrument
  readonly columns: BarColumns | TickColumns
  /** E.g. `synthetic seed 1`. */
  readonly source: string
  readonly firstAt: UnixMs
  readonly lastAt: UnixMs
}

const INSTRUMENTS: Readonly<Record<string, Instrument>> = {
  XAUUSD: SYNTHETIC_XAUUSD,
  EURUSD: SYNTHETIC_EURUSD,
}

/** The shortest of some timeframes: bars of it make all the others. */
export function shortest(timeframes: readonly Timeframe[]): Timeframe | undefined {
  return TIMEFRAMES.find(timeframe => timeframes.includes(timeframe))
}

/** Reads or makes what a run shall have. @throws {@link CliError} `data-missing`; `EngineError` of a damaged file */
export async function readMarketData(request: MarketDataRequest, project: Project): Promise<MarketData> {
  const instrument = instrumentOf(request.symbol)
  if (request.file !== undefined)
    return spanOf(instrument, await readFile(request.file, instrument, request), request.file)
  if (request.seed === undefined && request.bars === undefined) {
    const stored = await readStore(instrument, request, project)
    if (stored !== undefined) return stored
  }
  const { seed, bars, from } = project.config.market.synthetic
  const columns = syntheticBars({
    instrument,
    timeframe: request.timeframe,
    seed: request.seed ?? seed,
    count: request.bars ?? bars,
    startAt: unixMs(request.from ?? Date.parse(`${from}T00:00Z`)),
  })
  return spanOf(instrument, columns, `synthetic market, seed ${request.seed ?? seed}`)
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

/** What the store has: the series itself, else the bars of a minute that make it; `undefined`: nothing of the symbol. */
async function readStore(
  instrument: Instrument,
  { symbol, timeframe, from, to }: MarketDataRequest,
  project: Project,
): Promise<MarketData | undefined> {
  const store = openDataStore(join(project.folder, DEFAULT_STORE_FOLDER))
  const held = store.list().filter(entry => entry.symbol === symbol)
  if (held.length === 0) return undefined
  const series = [timeframe, 'm1' as const].find(one => held.some(entry => entry.series === one)) ?? timeframe
  const columns = await store.read({
    symbol,
    series,
    instrument,
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  })
  const sources = held.find(entry => entry.series === series)?.sources.map(({ source }) => source) ?? []
  return spanOf(instrument, columns, `store, ${symbol} ${series} (${sources.join(', ')})`)
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

function instrumentOf(symbol: string): Instrument {
  const instrument = INSTRUMENTS[symbol]
  if (instrument !== undefined) return instrument
  throw new CliError(
    'data-missing',
    `There is no record of ${symbol}: costs, digits and hours come from it. Known without an account: ${Object.keys(INSTRUMENTS).join(', ')}.`,
  )
}

function spanOf(instrument: Instrument, columns: BarColumns | TickColumns, source: string): MarketData {
  const times = columns.type === 'bars' ? columns.openedAt : columns.at
  return {
    instrument,
    columns,
    source,
    firstAt: unixMs(times[0] ?? 0),
    lastAt: unixMs(times[columns.length - 1] ?? 0),
  }
}
