import type { Instrument, Timeframe, TradingHours } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { HoursCheck } from '../../quality/hours-check.ts'
import type { BarColumns, TickColumns } from '../columns.ts'
import { checkRecordDigits } from '../record-digits.ts'
import { columnsOf, lengthMsOf } from '../store/series.ts'
import { timeframeOf } from './bar-timeframe.ts'
import { type PlacedZone, placeTimes, previewOf, type TimePreview } from './file-zone.ts'
import { Quarantine, type QuarantineReport } from './quarantine.ts'
import type { RawRows } from './raw-rows.ts'
import { badText, readSources } from './read-sources.ts'
import type { FileShape, SourcePlan } from './shapes.ts'

/** How to import. */
export interface ImportOptions {
  /** Its id marks the columns; prices are rounded to its digits, once, half away from zero. */
  readonly instrument: Pick<Instrument, 'id' | 'digits'> & {
    readonly name?: string
    /** Rows more than an hour outside them are quarantined: no backtest takes them. Default: the market is always open. */
    readonly hours?: TradingHours
  }
  /** Digits of the symbol's record, where rows are kept with more: prices with two decimals beyond them are refused. Default: those of the instrument. */
  readonly recordDigits?: number
  /** Zone of the file's times: an IANA name, `UTC+2`, or `America/New_York+7`. Default: stated by the file, or detected. */
  readonly timeZone?: string
  /** `timeZone` counts also where the times contradict it. Default `false`. */
  readonly trustTimeZone?: boolean
  /** Of bars; default: as far as they lie apart. Files of several timeframes are refused. */
  readonly timeframe?: Timeframe
  /** Of Lean's prices: 10000 for equities, 1 for others; needed only where neither decimals nor the path tell. */
  readonly priceDivisor?: number
  /** Rows in quarantine from which the file is refused, in percent; 1 = 1 %. Default 1. */
  readonly mostBadPercent?: number
  /** Ends the import while it reads; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** What was imported, and what there is to say of it. */
export interface ImportedData {
  readonly data: TickColumns | BarColumns
  readonly shape: FileShape
  readonly timeZone: string
  /** How the zone is known. */
  readonly zoneBasis: PlacedZone['basis']
  readonly zoneEvidence: string
  /** Decimals of the most exact price in the files. */
  readonly decimals: number
  /** Rows that were read, with those in quarantine. */
  readonly rowsRead: number
  /** Rows that lay before the row above and were put in their place. */
  readonly sorted: number
  readonly quarantine: QuarantineReport
  /** The first three times, as in the file and in UTC. */
  readonly preview: readonly TimePreview[]
}

/** A market that stands still for so long rests. */
const REST_MS = 20 * 3_600_000
const HOUR_MS = 3_600_000

/**
 * Imports market data, text or Parquet: one file, or several of one series (Lean has one for each day).
 *
 * Shape, compression and bars or quotes are told by the content. What is no row is an error with its line (in Parquet the number of the row, from 1); a row that
 * no market can have had is quarantined and counted; the time zone is stated, or detected where there is only one
 * answer, and asked for otherwise.
 *
 * @throws {@link EngineError} `data-missing`, `data-invalid`, `data-zone-unclear`, `invalid-options`
 */
export async function importFiles(paths: readonly string[], options: ImportOptions): Promise<ImportedData> {
  const [path = ''] = paths
  const quarantine = new Quarantine()
  const { rows, plan } = await readSources(paths, options, quarantine)
  const { instrument, recordDigits = instrument.digits } = options
  checkRecordDigits(path, rows.decimals, { ...instrument, digits: recordDigits })
  const order = orderOf(rows)
  const bars = rows.series === 'bars'
  const resting = bars ? restingRows(rows, order.places) : new Set<number>()
  for (const place of resting) leaveOut(rows, place, 'resting', quarantine)
  const places = order.places.filter(place => !resting.has(place))
  const timeframe = bars ? timeframeOf(path, rows, places, options.timeframe ?? plan.timeframe) : undefined
  const zone = zoneOf(paths, rows, places, plan, timeframe, options)
  const single = withoutRepeats(rows, places, quarantine)
  const placed = onGrid(rows, single, { zone, timeframe }, quarantine)
  const kept = withinHours(rows, placed, { zone, timeframe, hours: options.instrument.hours }, quarantine)
  const rowsRead = rows.length + quarantine.report.rows - resting.size - (places.length - kept.length)
  refuseBad(paths, quarantine.report, rowsRead, options)
  return {
    data: columnsFrom(rows, kept, zone, timeframe, options),
    shape: plan.shape,
    timeZone: zone.timeZone,
    zoneBasis: zone.basis,
    zoneEvidence: zone.evidence,
    decimals: rows.decimals,
    rowsRead,
    sorted: order.sorted,
    quarantine: quarantine.report,
    preview: previewOf(picked(rows.local, kept.subarray(0, 3)), zone.toUtc),
  }
}

/** Places of the rows by time; those of one time stay in the order of the file. */
function orderOf(rows: RawRows): { readonly places: Uint32Array; readonly sorted: number } {
  const places = new Uint32Array(rows.length)
  for (let row = 0; row < rows.length; row++) places[row] = row
  const times = rows.statedOffsetMs === 'each' ? rows.utc : rows.local
  let sorted = 0
  for (let row = 1; row < rows.length; row++)
    if ((times[row] as number) < (times[row - 1] as number)) sorted += 1
  if (sorted > 0) places.sort((a, b) => (times[a] as number) - (times[b] as number) || a - b)
  return { places, sorted }
}

/** Bars that some vendors fill closed hours with: all prices alike, for 20 hours or more. */
function restingRows(rows: RawRows, places: Uint32Array): Set<number> {
  const found = new Set<number>()
  for (let from = 0; from < places.length; ) {
    const end = flatUntil(rows, places, from)
    const [first, last] = [places[from], places[end - 1]] as [number, number]
    if (end - from > 1 && (rows.local[last] as number) - (rows.local[first] as number) >= REST_MS)
      for (const place of places.slice(from, end)) found.add(place)
    from = Math.max(end, from + 1)
  }
  return found
}

/** Where a run of bars ends that have one price in common and no other. */
function flatUntil({ prices }: RawRows, places: Uint32Array, from: number): number {
  const points = prices[0]?.[places[from] as number]
  let end = from
  while (end < places.length && prices.every(column => column[places[end] as number] === points)) end += 1
  return end
}

function zoneOf(
  paths: readonly string[],
  rows: RawRows,
  places: Uint32Array,
  plan: SourcePlan,
  timeframe: Timeframe | undefined,
  options: ImportOptions,
): PlacedZone {
  const lengthMs = timeframe === undefined ? 0 : lengthMsOf(timeframe)
  const isEach = rows.statedOffsetMs === 'each'
  const times = isEach ? rows.utc : rows.local
  const placed = placeTimes({
    path: paths[0] ?? '',
    paths,
    symbol: options.instrument.name,
    local: picked(times, places),
    lengthMs,
    timeframe,
    timeZone: isEach ? undefined : options.timeZone,
    statedZone: rows.statedOffsetMs === undefined ? plan.statedZone : 'UTC',
    isTrusted: options.trustTimeZone ?? false,
    placeOf: row => {
      const place = places[row] as number
      const { file, line } = rows.placeOf(place)
      return `${file}:${line}`
    },
  })
  if (!isEach) return placed
  // Each row has its own offset, which was taken off already.
  const utcOf = new Map<number, number>()
  for (let row = 0; row < rows.length; row++) utcOf.set(rows.local[row] as number, rows.utc[row] as number)
  return { ...placed, timeZone: 'stated in each row', toUtc: local => utcOf.get(local) ?? local }
}

/** Rows without those that are there already. */
function withoutRepeats(rows: RawRows, places: Uint32Array, quarantine: Quarantine): Uint32Array {
  const times = rows.statedOffsetMs === 'each' ? rows.utc : rows.local
  let last: number | undefined
  return places.filter(place => {
    if (last === undefined || times[last] !== times[place]) {
      last = place
      return true
    }
    const before = last
    const isSame = rows.prices.every(column => column[before] === column[place])
    if (isSame || rows.series === 'bars') {
      leaveOut(rows, place, isSame ? 'duplicate' : 'conflict', quarantine)
      return false
    }
    last = place
    return true
  })
}

/** Bars that open where bars of their timeframe do; from four hours on that is for the zone to tell. */
function onGrid(
  rows: RawRows,
  places: Uint32Array,
  by: { readonly zone: PlacedZone; readonly timeframe: Timeframe | undefined },
  quarantine: Quarantine,
): Uint32Array {
  const lengthMs = by.timeframe === undefined ? 0 : lengthMsOf(by.timeframe)
  if (lengthMs === 0 || lengthMs > HOUR_MS) return places
  return places.filter(place => {
    const isOff = utcOf(rows, place, by.zone) % lengthMs !== 0
    if (isOff) leaveOut(rows, place, 'off-grid', quarantine)
    return !isOff
  })
}

/** Rows at which the market is open, or was within an hour. */
function withinHours(
  rows: RawRows,
  places: Uint32Array,
  by: {
    readonly zone: PlacedZone
    readonly timeframe: Timeframe | undefined
    readonly hours: TradingHours | undefined
  },
  quarantine: Quarantine,
): Uint32Array {
  if (by.hours === undefined) return places
  const check = new HoursCheck({ hours: by.hours })
  const lengthMs = by.timeframe === undefined ? 1 : Math.max(1, lengthMsOf(by.timeframe))
  return places.filter(place => {
    const at = utcOf(rows, place, by.zone)
    const isFar = at >= check.openUntil && check.isFarOutside(at, at + lengthMs)
    if (isFar) leaveOut(rows, place, 'closed', quarantine)
    return !isFar
  })
}

function utcOf(rows: RawRows, place: number, zone: PlacedZone): number {
  return rows.statedOffsetMs === 'each'
    ? (rows.utc[place] as number)
    : zone.toUtc(rows.local[place] as number)
}

function leaveOut(
  rows: RawRows,
  place: number,
  defect: 'duplicate' | 'conflict' | 'resting' | 'closed' | 'off-grid',
  quarantine: Quarantine,
): void {
  const text = new Date(rows.local[place] as number).toISOString()
  quarantine.add({ ...rows.placeOf(place), defect, text })
}

function refuseBad(
  paths: readonly string[],
  report: QuarantineReport,
  rowsRead: number,
  { mostBadPercent: mostPercent = 1, trustTimeZone = false }: ImportOptions,
): void {
  const { resting = 0, closed = 0, 'off-grid': offGrid = 0 } = report.byDefect
  // What a vendor filled closed hours with says nothing of the rest.
  const bad = report.rows - resting - (trustTimeZone ? closed : 0)
  const percent = (100 * bad) / rowsRead
  if (percent <= mostPercent) return
  const [path = ''] = paths
  // A share is of all rows that were read, not of those of the first file.
  const read = paths.length === 1 ? path : `${path} and ${paths.length - 1} more`
  const [first] = report.examples.filter(({ defect }) => defect !== 'resting')
  throw new EngineError(
    'data-invalid',
    `${read}: ${bad} of ${rowsRead} rows (${percent.toFixed(1)} %) are bad${badText(report)}` +
      `${first === undefined ? '' : `, the first at ${first.file}:${first.line} "${first.text}"`}. ` +
      `${closed === 0 ? '' : 'Closed is what lies outside the trading hours of the record: state the zone of the times (claw data import --tz), or the record that belongs to them. '}` +
      `${offGrid === 0 ? '' : 'Off-grid is a bar that opens where none of its timeframe does: state the zone of the times, or date each bar by the time at which it opens. '}` +
      `More than ${mostPercent} % are not imported unasked: look at the file, or raise mostBadPercent (claw data import --most-bad).`,
    { details: { path, ...report.byDefect } },
  )
}

function columnsFrom(
  rows: RawRows,
  kept: Uint32Array,
  zone: PlacedZone,
  timeframe: Timeframe | undefined,
  { instrument }: ImportOptions,
): TickColumns | BarColumns {
  const at = picked(rows.local, kept)
  for (let row = 0; row < kept.length; row++) at[row] = utcOf(rows, kept[row] as number, zone)
  const columns = [
    at,
    ...[...rows.prices, ...(timeframe === undefined ? [] : [rows.volume])].map(one => picked(one, kept)),
  ]
  return columnsOf({ length: kept.length, columns }, timeframe ?? 'ticks', instrument.id)
}

/** The values of a column at some places. */
function picked(column: Float64Array, places: Uint32Array): Float64Array {
  const values = new Float64Array(places.length)
  for (let row = 0; row < places.length; row++) values[row] = column[places[row] as number] as number
  return values
}
