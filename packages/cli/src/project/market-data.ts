import type { BarColumns, TickColumns } from '@openclaw-trading/bot-engine'
import {
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
  if (request.file !== undefined) {
    const { file, to, signal } = request
    const columns = await readTickFile(file, {
      instrument,
      signal,
      ...(to === undefined ? {} : { until: unixMs(to) }),
    })
    return spanOf(instrument, columns, file)
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
