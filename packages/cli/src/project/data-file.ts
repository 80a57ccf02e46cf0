import { relative } from 'node:path'
import type { BarColumns, TickColumns } from '@openclaw-trading/bot-engine'
import {
  cleanTicks,
  findBarSpikes,
  findScaleChanges,
  type ImportedData,
  importFiles,
  isEngineError,
  readTickFile,
  type QuoteFilterReport,
  type TickFileColumns,
  WIDE_QUOTE_LIMITS,
} from '@openclaw-trading/bot-engine/data'
import { dataBetween } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { type Instrument, POINTS_PER_UNIT, unixMs } from '@openclaw-trading/trading-model'
import { CliError } from '../errors.ts'
import type { Warning } from '../output.ts'
import { fileSymbolNotes } from './file-symbol.ts'
import { gapNotes } from './gap-notes.ts'

/** What to take of a file. */
export interface DataFileRequest {
  /** Without the quotes that look wrong. */
  readonly clean?: boolean
  /** Milliseconds since 1970-01-01 UTC; `to` does not count. */
  readonly from?: number
  readonly to?: number
  readonly signal: AbortSignal
}

/** Rows of a file, with what there is to say of them. */
export interface DataFile {
  readonly columns: TickColumns | BarColumns
  /** Behind the name of the file, in words. */
  readonly told: string
  readonly notes: readonly Warning[]
  /** Rows from an instant on to where the run begins. */
  readonly readBefore?: (from: number) => Promise<TickColumns | BarColumns>
  /** Where a row stands, e.g. `gold.csv:17`; absent where rows were left out or put in order. */
  readonly placeOf?: (row: number) => string
}

/** Reads quotes of a plain file, or what an export of another program holds. @throws `EngineError`, {@link CliError} `usage` */
export async function readDataFile(
  file: string,
  instrument: Instrument,
  request: DataFileRequest,
): Promise<DataFile> {
  const { columns: read, notes, firstLine, zone = '' } = await readRows(file, instrument, request)
  const { columns: good, told } = cleaned(read, instrument, request)
  const columns = cutColumns(good, request)
  const first =
    firstLine === undefined || request.clean === true ? undefined : firstLine + firstRow(good, request)
  const { from: begin } = request
  return {
    columns,
    told: `${zone}${told}`,
    notes: [...fileSymbolNotes(file, instrument), ...notes, ...columnNotes(columns, instrument)],
    ...(begin !== undefined && { readBefore: async from => cutColumns(good, { from, to: begin }) }),
    ...(first !== undefined && { placeOf: row => `${relative('', file)}:${first + row}` }),
  }
}

async function readRows(
  file: string,
  instrument: Instrument,
  { to, signal, clean = false }: DataFileRequest,
): Promise<Pick<DataFile, 'columns' | 'notes'> & { readonly firstLine?: number; readonly zone?: string }> {
  try {
    const until = to === undefined ? {} : { until: unixMs(to) }
    const columns = await readTickFile(file, { instrument, signal, isRaw: clean, ...until })
    return { columns, notes: tickNotes(columns), firstLine: columns.firstLine }
  } catch (error) {
    if (!isEngineError(error, 'data-invalid') || !isOfOtherShape(error.details)) throw error
  }
  const imported = await importFiles([file], { instrument, signal })
  return { columns: imported.data, notes: importNotes(imported), zone: zoneText(imported) }
}

/** Its first line is, or the one below the header has quotes, which plain rows have not. */
function isOfOtherShape({ line, text }: Readonly<Record<string, unknown>>): boolean {
  return line === 1 || (line === 2 && String(text).startsWith('"'))
}

/** The zone that was found where nobody stated one: the result rests on it. */
function zoneText({ timeZone, zoneBasis }: ImportedData): string {
  return zoneBasis === 'detected' ? ` (its times are ${timeZone}, as its weekends show)` : ''
}

/** Of rows that were left out or put in their place: the result is not that of the file as it stands. */
export function importNotes({ quarantine, sorted, rowsRead }: ImportedData): readonly Warning[] {
  const notes: Warning[] = []
  const [first] = quarantine.examples
  const kinds = Object.entries(quarantine.byDefect).map(([defect, count]) => `${grouped(count)} ${defect}`)
  if (first !== undefined)
    notes.push({
      code: 'rows-quarantined',
      message: `${grouped(quarantine.rows)} of ${grouped(rowsRead)} rows were left out (${kinds.join(', ')}), the first at ${relative('', first.file)}:${first.line}.`,
    })
  if (sorted > 0)
    notes.push({
      code: 'rows-sorted',
      message: `${counted(sorted, 'row')} before the row above; all were put in order of time.`,
    })
  return notes
}

function tickNotes({ steppedBack }: TickFileColumns): readonly Warning[] {
  return steppedBack === 0
    ? []
    : [
        {
          code: 'rows-sorted',
          message: `${counted(steppedBack, 'quote')} before the one above, and took its time instead.`,
        },
      ]
}

const counted = (count: number, what: string): string =>
  count === 1 ? `1 ${what} lay` : `${grouped(count)} ${what}s lay`

/** Of rows as they are run. */
function columnNotes(columns: TickColumns | BarColumns, instrument: Instrument): readonly Warning[] {
  if (columns.length === 0) return []
  const notes: Warning[] = [...spikeNotes(columns, instrument)]
  if (columns.type === 'ticks') notes.push(...quoteNotes(columns))
  notes.push(...gapNotes(columns, instrument))
  return notes
}

function barSpikeNotes(columns: BarColumns): readonly Warning[] {
  const total = `${grouped(columns.length)} bars`
  const priceOf = (column: Float64Array, row: number) => (column[row] as number) / POINTS_PER_UNIT
  const at = (row: number) => new Date(columns.openedAt[row] as number).toISOString()
  const spikes = findBarSpikes(columns)
  const changes = findScaleChanges(columns)
  const notes: Warning[] = []
  if (spikes.count > 0)
    notes.push({
      code: 'bars-spiked',
      message: `${grouped(spikes.count)} of ${total} ${spikes.count === 1 ? 'has' : 'have'} a price that lies far from all around it, the first at ${at(spikes.first)} (low ${priceOf(columns.low, spikes.first)}, high ${priceOf(columns.high, spikes.first)}); they were taken as they are. Correct the file if it is wrong.`,
    })
  // A lone wick has been told.
  if (changes.count > spikes.count)
    notes.push({
      code: 'bars-rescaled',
      message: `${grouped(changes.count)} of ${total} ${changes.count === 1 ? 'has' : 'have'} prices about half or twice those before, or farther off, the first at ${at(changes.first)} (close before ${priceOf(columns.close, changes.first - 1)}, then open ${priceOf(columns.open, changes.first)}, low ${priceOf(columns.low, changes.first)}, high ${priceOf(columns.high, changes.first)}): a split, two symbols in one file or a lost decimal point. They were taken as they are: results across them say nothing. Correct the file.`,
    })
  return notes
}

/** Of prices and dates that no market around them knows of. */
export function spikeNotes(columns: TickColumns | BarColumns, instrument: Instrument): readonly Warning[] {
  if (columns.type === 'bars') return barSpikeNotes(columns)
  const { report } = cleanTicks(columns, { instrument, ...WIDE_QUOTE_LIMITS })
  const { spike, future } = report.defects
  if (spike + future === 0) return []
  // What else the filter counts, e.g. repeated rows, jumps nowhere.
  const kinds = defectsText({ spike, future })
  const real = report.confirmedJumps
  // Behind a pause or a jump that is real its first quotes are in doubt, until enough of them agree.
  const how =
    real === 0
      ? `and nothing goes on from there (${kinds})`
      : `(${kinds}), among them the first quotes of ${real === 1 ? 'a jump that was' : `${grouped(real)} jumps that were`} real`
  return [
    {
      code: 'quotes-spiked',
      message: `${grouped(spike + future)} of ${grouped(columns.length)} quotes jump in price or time ${how}; they were taken as they are. claw backtest --data FILE --clean leaves such quotes out.`,
    },
  ]
}

/** What a filter left out, by kind. */
function defectsText(defects: Partial<QuoteFilterReport['defects']>): string {
  return Object.entries(defects)
    .filter(([, count]) => count > 0)
    .map(([defect, count]) => `${grouped(count)} ${defect}`)
    .join(', ')
}

function quoteNotes({ at, bid, ask, length }: TickColumns): readonly Warning[] {
  let crossed = 0
  let repeated = 0
  let firstCrossed = 0
  for (let row = 0; row < length; row++) {
    if ((bid[row] as number) > (ask[row] as number) && crossed++ === 0) firstCrossed = at[row] as number
    if (row > 0 && at[row] === at[row - 1] && bid[row] === bid[row - 1] && ask[row] === ask[row - 1])
      repeated++
  }
  return [
    ...(crossed === 0
      ? []
      : [
          {
            code: 'quotes-crossed',
            message: `${grouped(crossed)} of ${grouped(length)} quotes ${crossed === 1 ? 'has' : 'have'} the bid above the ask, the first at ${new Date(firstCrossed).toISOString()}; they were run as they are. --clean leaves them out.`,
          },
        ]),
    ...(repeated === 0
      ? []
      : [
          {
            code: 'rows-repeated',
            message: `${grouped(repeated)} of ${grouped(length)} quotes ${repeated === 1 ? 'repeats' : 'repeat'} the one above to the millisecond; they were run as they are.`,
          },
        ]),
  ]
}

/**
 * Only where it was asked for: the same rows give the same trades by file, by import and by replay, and a filter that
 * nobody asked for would take real jumps after news out of a result.
 */
function cleaned(columns: TickColumns | BarColumns, instrument: Instrument, { clean }: DataFileRequest) {
  if (clean !== true) return { columns, told: '' }
  if (columns.type === 'bars')
    throw new CliError('usage', '--clean is for quotes, and the file holds bars. Leave it out.')
  const { ticks, report } = cleanTicks(columns, { instrument })
  const kinds = report.quarantined === 0 ? '' : `: ${defectsText(report.defects)}`
  return { columns: ticks, told: ` (${columns.length - ticks.length} quotes left out by --clean${kinds})` }
}

const timesOf = (data: TickColumns | BarColumns) => (data.type === 'ticks' ? data.at : data.openedAt)

function firstRow(
  data: TickColumns | BarColumns,
  { from = Number.NEGATIVE_INFINITY }: Pick<DataFileRequest, 'from'>,
): number {
  const first = timesOf(data).findIndex(at => at >= from)
  return first < 0 ? data.length : first
}

function cutColumns(
  data: TickColumns | BarColumns,
  { from = Number.NEGATIVE_INFINITY, to = Number.POSITIVE_INFINITY }: Pick<DataFileRequest, 'from' | 'to'>,
): TickColumns | BarColumns {
  return dataBetween(data, from, to) as TickColumns | BarColumns
}
