import { barSpan, type Instrument, type Timeframe, type UnixMs } from '@openclaw-trading/trading-model'
import type { BarColumns, TickColumns } from '../data/columns.ts'
import { isPartOfDay, otherGrid } from '../data/bar-grid.ts'
import { firstRow } from '../data/first-row.ts'
import { rowEnd } from '../data/row-end.ts'
import { EngineError } from '../errors.ts'
import { fixedLengthMs } from '../kernel/bar-builder.ts'
import { HoursCheck } from '../quality/hours-check.ts'
import { firstOpen, TradedRows } from './traded-rows.ts'

/** Beyond ±2^53 a price is not whole any more. */
const MOST = Number.MAX_SAFE_INTEGER
/** A little before the last date that there is, because a bar ends after its open: in the year 255481. */
const LATEST = 8_000_000_000_000_000

/** After so many V8 has begun to compile a loop over them. */
const FIRST_ROWS = 8192
/** It takes up compiled code when a function is called: the first calls are short, and later ones few. */
const FIRST_ROWS_PER_CALL = 512
const ROWS_PER_CALL = 16_384

/** What is known of bars that have passed. */
export interface CheckedBars {
  /** Rows within an hour of the trading hours but outside them; orders are refused there. */
  readonly outside: number
  readonly traded: TradedRows
}

/**
 * Checks bars before anything runs on them: a run must not end differently because of a row that nobody noticed.
 *
 * @throws {@link EngineError} `data-out-of-order`, `data-invalid`; names the row
 */
export function checkBars(data: BarColumns, instrument: Instrument): CheckedBars {
  const { length, timeframe } = data
  if (!(length > 0)) throw empty(instrument.name)
  const hours = new HoursCheck(instrument)
  const traded = new TradedRows()
  const times = { data, instrument, lengthMs: fixedLengthMs(timeframe), row: 0, hours, traded }
  // Of both a few rows first: V8 compiles one loop while the other runs.
  const first = Math.min(length, FIRST_ROWS)
  checkTimes(times, first)
  let bars = leadingBars(data, 0, first)
  if (bars === first) {
    checkTimes(times, length)
    bars = leadingBars(data, first, length)
  }
  if (bars < length) throw noBar(data, bars)
  return { outside: hours.outside, traded }
}

interface Times {
  readonly data: BarColumns
  readonly instrument: Instrument
  /** 0: it hangs on the calendar. */
  readonly lengthMs: number
  readonly hours: HoursCheck
  readonly traded: TradedRows
  /** The first that was not checked. */
  row: number
}

/** Checks when the rows before `end` open; of what is wrong the first row is told, and of one row its prices. */
function checkTimes(times: Times, end: number): void {
  try {
    while (times.row < end) checkRun(times, end)
  } catch (error) {
    const { data, row } = times
    const bars = leadingBars(data, 0, row + 1)
    throw bars <= row ? noBar(data, bars) : error
  }
}

/**
 * Checks when a row opens, and those that follow it without a gap: nearly every bar opens where the one before it ends, in
 * hours that are known to be open.
 */
function checkRun(times: Times, end: number): void {
  const { data, lengthMs, hours, row } = times
  const { openedAt } = data
  if (row === 0 || openedAt[row] !== endOf(data, row - 1, lengthMs)) checkOpen(data, row, lengthMs)
  const gap = lengthMs > 0 ? nextGap(openedAt, lengthMs, row + 1, end) : row + 1
  while (times.row < gap) {
    const at = openedAt[times.row] as number
    if (lengthMs === 0 || at >= hours.openUntil) checkHours(times)
    // Of rows without a gap the one that opens when the hours may have ended need not be searched.
    times.row += lengthMs === 0 ? 1 : Math.max(1, Math.ceil((hours.openUntil - at) / lengthMs))
  }
  times.row = gap
}

/** The first of the rows `begin` to `end` that does not open where the one before it ends. */
function nextGap(openedAt: Float64Array, lengthMs: number, begin: number, end: number): number {
  let row = begin
  let at = (openedAt[row - 1] as number) + lengthMs
  while (row < end && openedAt[row] === at) {
    row += 1
    at += lengthMs
  }
  return row
}

function checkHours({ data, instrument, lengthMs, hours, traded, row }: Times): void {
  const at = data.openedAt[row] as number
  const end = endOf(data, row, lengthMs)
  if (hours.isFarOutside(at, end)) throw outsideHours(instrument, row, at)
  if (isOffGrid(data.timeframe, instrument, at)) throw offGrid(row, at, data.timeframe)
  if (end > hours.openUntil) traded.look(row, instrument, at, end)
}

/**
 * Whether a part of a trading day opens where no such part does; the first of a session may be dated when the market
 * opens. Days and longer bars may follow another calendar, and end with it: see {@link rowEnd}.
 */
function isOffGrid(timeframe: Timeframe, instrument: Instrument, at: number): boolean {
  if (!isPartOfDay(timeframe)) return false
  const { openedAt } = barSpan(at as UnixMs, timeframe)
  return at !== openedAt && firstOpen(instrument, openedAt, at) !== undefined
}

function endOf(data: BarColumns, row: number, lengthMs: number): number {
  return lengthMs > 0 ? (data.openedAt[row] as number) + lengthMs : rowEnd(data, row)
}

function checkOpen(data: BarColumns, row: number, lengthMs: number): void {
  const { openedAt, timeframe } = data
  const at = openedAt[row] as number
  const last = row === 0 ? Number.NaN : (openedAt[row - 1] as number)
  if (Math.abs(at) > LATEST) throw noDate(row, at)
  if (!(row === 0 ? Number.isFinite(at) : at > last)) throw unsorted(data, row)
  const isEarly = row > 0 && at < endOf(data, row - 1, lengthMs)
  if (isEarly || !isWhole(at) || (lengthMs > 0 && !isWhole(at / lengthMs))) throw noPlace(row, at, timeframe)
}

/** The first of the rows `begin` to `end` whose prices no bar can have; `end`: there is none. */
function leadingBars(data: BarColumns, begin: number, end: number): number {
  const rows = begin < FIRST_ROWS ? FIRST_ROWS_PER_CALL : ROWS_PER_CALL
  for (let from = begin; from < end; from += rows) {
    const to = Math.min(end, from + rows)
    const row = leadingOf(data, from, to)
    if (row < to) return row
  }
  return end
}

function leadingOf({ open, high, low, close, tickVolume }: BarColumns, begin: number, end: number): number {
  for (let row = begin; row < end; row++) {
    const o = open[row] as number
    const h = high[row] as number
    const l = low[row] as number
    const c = close[row] as number
    const isBar = l > 0 && l <= o && l <= c && h >= o && h >= c && h <= MOST
    // One comparison for all four: no fraction is below 0.
    const fractions = o - Math.floor(o) + (h - Math.floor(h)) + (l - Math.floor(l)) + (c - Math.floor(c))
    if (!isBar || fractions !== 0 || !((tickVolume[row] as number) >= 0)) return row
  }
  return end
}

/**
 * Checks quotes of one symbol before anything runs on them.
 *
 * @returns rows within an hour of the trading hours but outside them; orders are refused there
 * @throws {@link EngineError} `data-out-of-order`, `data-invalid`; names the row
 */
export function checkTicks(data: TickColumns, instrument: Instrument): number {
  const { at, length } = data
  if (!(length > 0)) throw empty(instrument.name)
  const hours = new HoursCheck(instrument)
  const quotes = leadingQuotes(data)
  for (let row = 0; row < quotes; row = firstRow(at, hours.openUntil, row + 1, quotes)) {
    const time = at[row] as number
    if (hours.isFarOutside(time, time + 1)) throw outsideHours(instrument, row, time)
  }
  if (quotes < length) throw noQuote(data, quotes, instrument.name)
  return hours.outside
}

/** How many rows are quotes in time order; in a loop of its own and without a number kept between rows, for V8. */
function leadingQuotes({ at, bid, ask, length }: TickColumns): number {
  for (let row = 0; row < length; row++) {
    const time = at[row] as number
    const b = bid[row] as number
    const a = ask[row] as number
    if (!(time >= (row === 0 ? 0 : (at[row - 1] as number)))) return row
    if (!(b > 0 && a > 0 && b <= MOST && a <= MOST && time <= LATEST)) return row
    if (!isWhole(time) || !isWhole(b) || !isWhole(a)) return row
  }
  return length
}

/** Not by `%`: of doubles it takes ten times as long, and there are millions of rows. */
function isWhole(value: number): boolean {
  return Math.floor(value) === value
}

function empty(name: string): EngineError {
  return new EngineError('data-invalid', `The data of ${name} has no rows. Pass at least one.`)
}

function noQuote({ at, bid, ask }: TickColumns, row: number, name: string): EngineError {
  const time = at[row] as number
  const last = row === 0 ? 0 : (at[row - 1] as number)
  if (time < last)
    return new EngineError(
      'data-out-of-order',
      `Row ${row} of ${name} has the time ${time}, ${last - time} ms before the row above. Sort the data by time.`,
      { details: { row, at: time, previousAt: last } },
    )
  return new EngineError(
    'data-invalid',
    `Row ${row} of ${name} is no quote: time ${time}, bid ${bid[row]}, ask ${ask[row]}. Times are whole milliseconds, prices whole ` +
      'steps of 1/100000 above 0.',
    { details: { row } },
  )
}

function noBar({ open, high, low, close, tickVolume }: BarColumns, row: number): EngineError {
  return new EngineError(
    'data-invalid',
    `Bar ${row} is no bar: open ${open[row]}, high ${high[row]}, low ${low[row]}, close ${close[row]}, tick volume ${tickVolume[row]}. Prices are whole ` +
      'steps of 1/100000 above 0, with low and high around open and close.',
    { details: { row } },
  )
}

function unsorted({ openedAt }: BarColumns, row: number): EngineError {
  const at = openedAt[row] as number
  const last = openedAt[row - 1] as number
  if (Number.isNaN(at))
    return new EngineError('data-invalid', `Bar ${row} has no time.`, { details: { row } })
  return new EngineError(
    'data-out-of-order',
    `Bar ${row} opens at ${at}, not after ${last} of the bar before. Sort the bars by time and drop repeats.`,
    { details: { row, at, previousAt: last } },
  )
}

function noDate(row: number, at: number): EngineError {
  return new EngineError(
    'data-invalid',
    `Bar ${row} opens at ${at}, which is no date. Times are whole milliseconds since 1970-01-01 UTC.`,
    { details: { row, at } },
  )
}

function noPlace(row: number, at: number, timeframe: Timeframe): EngineError {
  return new EngineError(
    'data-invalid',
    `Bar ${row} opens at ${at} (${new Date(at).toISOString()}), where no ${timeframe} bar opens. State the timeframe that ` +
      'the bars have, with their opens in UTC.',
    { details: { row, at, timeframe } },
  )
}

function offGrid(row: number, at: number, timeframe: Timeframe): EngineError {
  const { openedAt } = barSpan(at as UnixMs, timeframe)
  return new EngineError(
    'data-invalid',
    `Bar ${row} opens at ${new Date(at).toISOString()}, within the ${timeframe} bar of ${new Date(openedAt).toISOString()}: ${otherGrid(timeframe)}`,
    { details: { row, at, timeframe } },
  )
}

function outsideHours({ name, hours }: Instrument, row: number, at: number): EngineError {
  return new EngineError(
    'data-invalid',
    `Row ${row} of ${name} is of ${new Date(at).toISOString()}, more than an hour outside the trading hours ` +
      `(${hours.timeZone}): a weekend, a holiday, or times of another zone. Drop such rows, or state the zone when importing.`,
    { details: { row, at } },
  )
}
