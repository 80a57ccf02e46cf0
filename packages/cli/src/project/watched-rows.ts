import type { AnyStrategy, BacktestOptions, BarColumns, TickColumns } from '@openclaw-trading/bot-engine'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { type Instrument, nextOpen } from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'
import type { Warning } from '../output.ts'
import { dayText } from '../span.ts'
import type { MarketData } from './market-data.ts'

type Options = Pick<BacktestOptions<AnyStrategy>, 'data' | 'watched' | 'watchedBars'>

const DAY_MS = 86_400_000
/** The longest that a market stays closed, Christmas beside a weekend: so much later a symbol may just open later. */
const LONGEST_REST_MS = 4 * DAY_MS

/** A symbol watched, with its first row. */
interface Watched {
  readonly instrument: Instrument
  readonly name: string
  readonly firstAt: number
}

/** A first quote or bar comes so much behind the open of its market at most, or it has been missing. */
const FIRST_ROW_MS = 3_600_000

/** Tells of symbols whose feeds are cold for the first days of a run. */
export function watchedLate(options: Options, data: MarketData): readonly Warning[] {
  const { name: traded } = data.instrument
  return watchedOf(options)
    .filter(({ instrument, firstAt }) => firstAt - opensAt(instrument, data, firstAt) > LONGEST_REST_MS)
    .map(one => ({
      code: 'watched-late',
      message: `${one.name}, which a feed watches, begins ${dayText(one.firstAt)}, ${grouped(Math.round((one.firstAt - data.firstAt) / DAY_MS))} days after ${traded}: its feeds are cold until then. Get earlier data: ${getEarlier(one.name, data)}; or begin with it: --from ${dayText(one.firstAt)}.`,
    }))
}

/**
 * Refuses to search rows in which no combination would see a row of a symbol watched: what is chosen there says nothing
 * of it.
 *
 * @param cut - The first instant that is held back.
 * @throws {@link CliError} `data-missing`
 */
export function checkWatchedBefore(cut: number, options: Options, data: MarketData): void {
  const unseen = watchedOf(options).find(({ firstAt }) => firstAt >= cut)
  if (unseen === undefined) return
  const { name, firstAt, instrument } = unseen
  const percent = Math.floor(((data.lastAt - firstAt) / (data.lastAt - data.firstAt)) * 100)
  const less = percent > 0 ? `hold less than ${percent} % back` : 'hold nothing back'
  throw new CliError(
    'data-missing',
    `${name}, which a feed watches, begins ${dayText(firstAt)}, and from ${dayText(cut)} on everything is held back: no combination would see a row of it. ${capital(earlierOr(instrument, data, firstAt))}${less}: --out-of-sample ${Math.max(0, percent - 1)}.`,
  )
}

/** When a market opens at or behind the first row of the symbol traded; one that stays closed for weeks tells nothing of what is missing. */
function opensAt(instrument: Instrument, { firstAt }: Pick<MarketData, 'firstAt'>, first: number): number {
  return nextOpen(instrument, firstAt) ?? first
}

/** That earlier data are to be had, where there can be any: of a market that is closed until its first row nothing is missing. */
export function earlierOr(instrument: Instrument, data: MarketData, firstAt: number): string {
  return firstAt - opensAt(instrument, data, firstAt) > FIRST_ROW_MS
    ? `get earlier data: ${getEarlier(instrument.name, data)}; or `
    : `its market is closed until then, and nothing is missing: `
}

/** Begins a sentence. */
export function capital(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

function watchedOf({ data, watched = [], watchedBars = [] }: Options): readonly Watched[] {
  const columns: readonly (BarColumns | TickColumns)[] = 'type' in data ? watchedBars : data
  return watched.map(instrument => {
    const { id, name } = instrument
    const rows = columns.find(({ symbolId }) => symbolId === id)
    return {
      instrument,
      name,
      firstAt: (rows?.type === 'bars' ? rows.openedAt : rows?.at)?.[0] ?? Number.NaN,
    }
  })
}

/** The command that gets the data of a symbol watched from the first row of the one traded on. */
export function getEarlier(symbol: string, { columns, firstAt }: MarketData): string {
  const series = columns.type === 'bars' ? `--tf ${columns.timeframe}` : '--ticks'
  return `claw data get ${symbol} ${series} --from ${dayText(Math.floor(firstAt / DAY_MS) * DAY_MS)}`
}
