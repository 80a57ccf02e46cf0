import type { BarColumns, TickColumns } from '@openclaw-trading/bot-engine'
import {
  type DataStore,
  type InstrumentTerms,
  openDataStore,
  type StoreSeries,
  syntheticBars,
} from '@openclaw-trading/bot-engine/data'
import { type Timeframe, TIMEFRAMES, type UnixMs, unixMs } from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'
import type { Warning } from '../output.ts'
import { type Project, storeFolder } from './config.ts'
import { readDataFile } from './data-file.ts'
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
  /** What was noticed in a file, and changes or may change a result. */
  readonly notes: readonly Warning[]
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
      const { columns, told, notes } = await readDataFile(file, instrument, request)
      return { ...spanOf(known, columns, `${file}${told} · ${origin}`), notes }
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
