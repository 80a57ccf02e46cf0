import { type Instrument, pointsPerTick, roundPoints } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { checkRecordDigits } from '../record-digits.ts'
import type { ColumnsOf, StoreRead } from './data-store.ts'
import { SeriesFolder, seriesFolders } from './folder.ts'
import {
  chunkSpan,
  columnNamesOf,
  columnsOf,
  isPriceColumn,
  type SeriesRows,
  type StoreSeries,
} from './series.ts'
import { SpanRead } from './span-read.ts'

/** The longest that a market stays closed: Christmas beside a weekend. */
const LONGEST_REST_MS = 4 * 86_400_000

/** Reads rows of a span. @throws {@link EngineError} `data-missing`, `data-invalid` */
export async function readSeries<Series extends StoreSeries>(
  root: string,
  query: StoreRead<Series>,
): Promise<ColumnsOf<Series>> {
  const { symbol, series, instrument, from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY } = query
  const folder = new SeriesFolder(root, symbol, series)
  const names = folder.names()
  const missing = folder.missing(names)
  if (missing.length > 0) throw missingFiles(folder, missing)
  const files = names.filter(name => {
    const span = chunkSpan(name, series)
    return span !== undefined && span.from < to && span.to > from
  })
  const fronts = files.map(name => folder.front(name))
  const rows = await new SpanRead(folder, files, fronts, { from, to }).rows()
  checkSpan(root, query, names, folder, rows.length)
  const digits = fronts.reduce((most, { head }) => Math.max(most, head.digits), 0)
  checkRecordDigits(`${symbol} ${series} in ${root}`, digits, instrument)
  if (digits > instrument.digits) roundTo(rows, series, instrument)
  return columnsOf(rows, series, instrument.id) as ColumnsOf<Series>
}

/** A broker may quote fewer digits than the data has. */
function roundTo(
  { length, columns }: SeriesRows,
  series: StoreSeries,
  instrument: Pick<Instrument, 'digits'>,
): void {
  const names = columnNamesOf(series)
  const least = pointsPerTick(instrument)
  for (const [place, column] of columns.entries()) {
    if (!isPriceColumn(names[place] as string)) continue
    for (let row = 0; row < length; row++)
      column[row] = Math.max(least, roundPoints(instrument, column[row] as number))
  }
}

function checkSpan(
  root: string,
  { symbol, series, from, to, partial }: StoreRead,
  names: readonly string[],
  folder: SeriesFolder,
  length: number,
): void {
  const [firstName, lastName] = [names[0], names.at(-1)]
  if (firstName === undefined || lastName === undefined) {
    const known = seriesFolders(root).filter(one => one.names().length > 0)
    throw new EngineError(
      'data-missing',
      `No ${symbol} ${series} data in ${root}${known.length === 0 ? ', which is empty' : ` (it has ${known.map(one => `${one.symbol} ${one.series}`).join(', ')})`}. ` +
        `Fix: ${getCommand(symbol, series, from)}, or import a file: claw data import FILE --symbol ${symbol}.`,
      { details: { symbol, series } },
    )
  }
  const have = { first: folder.head(firstName).first, last: folder.head(lastName).last }
  const begins = from ?? have.first
  const ends = to ?? have.last + 1
  const lacksFront = have.first - begins > LONGEST_REST_MS
  const lacksBack = ends - have.last > LONGEST_REST_MS
  if (length > 0 && (partial === true || !(lacksFront || lacksBack))) return
  const missingFrom = lacksFront || length === 0 ? begins : have.last
  const missingTo = lacksBack || length === 0 ? ends : have.first
  throw new EngineError(
    'data-missing',
    `No ${symbol} ${series} data for ${day(missingFrom)} → ${day(missingTo)} (have ${day(have.first)} → ${day(have.last)}). ` +
      `Fix: ${getCommand(symbol, series, missingFrom)}, or shorten the range.`,
    { details: { symbol, series, ...have, missingFrom, missingTo } },
  )
}

function getCommand(symbol: string, series: StoreSeries, from: number | undefined): string {
  const what = series === 'ticks' ? '--ticks' : `--timeframe ${series}`
  return `claw data get ${symbol} ${what}${from === undefined ? '' : ` --from ${day(from)}`}`
}

function day(at: number): string {
  return new Date(at).toISOString().slice(0, 10)
}

function missingFiles(folder: SeriesFolder, missing: readonly string[]): EngineError {
  const paths = missing.map(name => folder.fileOf(name))
  return new EngineError(
    'data-missing',
    `${paths.slice(0, 3).join(', ')} ${missing.length === 1 ? 'is' : 'are'} missing although the manifest names ${missing.length === 1 ? 'it' : 'them'}. Load the span again.`,
    { details: { paths } },
  )
}
