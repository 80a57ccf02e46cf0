import type { Timeframe } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import {
  BAR_ROLES,
  type ColumnRole,
  isInMilliseconds,
  placeOf,
  plainName,
  QUOTE_ROLES,
} from './column-names.ts'
import { delimiterOf, fieldsOf } from './fields.ts'
import { eachLine, type TextSource } from './text-source.ts'
import { isEpoch, parseTime, timeProblem, type TimeText } from './time-text.ts'

/** Whose export a file is; `plain` and `parquet` are nobody's. */
export type FileShape = 'plain' | 'mt4' | 'mt5' | 'histdata' | 'dukascopy' | 'lean' | 'parquet'

/** What a file is. */
export interface SourcePlan {
  readonly shape: FileShape
  readonly series: 'ticks' | 'bars'
  /** Zone that the shape or the header states. */
  readonly statedZone: string | undefined
  /** Of its bars, where the file states it. */
  readonly timeframe?: Timeframe
}

/** How the lines of a file are read. */
export interface FilePlan extends SourcePlan {
  readonly delimiter: string
  readonly hasHeader: boolean
  /** Columns a row has at least. */
  readonly columns: number
  /** Places of the prices: bid and ask, or open, high, low, close; and of the volume. */
  readonly prices: readonly number[]
  readonly volume: number | undefined
  /** Prices are so many times what they mean; `undefined`: it cannot be told. */
  readonly priceFactor: number | undefined
  /** A side that is left out is the last one, as MetaTrader writes ticks. */
  readonly carriesSides: boolean
  timeOf(fields: readonly string[]): TimeText | undefined
}

const SAMPLE_LINES = 50
const DAY_MS = 86_400_000

/**
 * Tells by the first lines whose export a text is; the name counts only where the lines lack something that it has.
 *
 * @throws {@link EngineError} `data-invalid` with the line
 */
export function detectPlan(source: TextSource, priceDivisor?: number): FilePlan {
  const lines: string[] = []
  eachLine(source, text => {
    lines.push(text.trim())
    return lines.length < SAMPLE_LINES
  })
  const [first] = lines
  if (first === undefined)
    throw new EngineError('data-invalid', `${source.name} has no row to read. Choose a file with rows.`, {
      details: { path: source.name },
    })
  const delimiter = delimiterOf(first)
  // A line that is none is told with its number when it is read.
  const rows = lines.map(line => (fieldsOf(line, delimiter) ?? [line]).map(field => field.trim()))
  const [head = []] = rows
  const isHeader = /[a-z]/i.test(head[0] ?? '') && !/\d{4}/.test(head[0] ?? '')
  const plan = isHeader
    ? headerPlan(head, rows[1] ?? [], delimiter)
    : rowPlan(source.name, head, rows, delimiter, priceDivisor)
  if (plan !== undefined) return plan
  throw new EngineError(
    'data-invalid',
    `${source.name}:1 is of no shape that can be read: "${first.slice(0, 80)}". ${timeAdvice(head)}Known: timestamp_ms,… (plain), exports of ` +
      'MetaTrader 4 and 5, HistData, Dukascopy and Lean, and Parquet; each with bars or ticks.',
    { details: { path: source.name, line: 1, text: first.slice(0, 80) } },
  )
}

/** Where the first line begins with a time that is not clear, what is wrong with it. */
function timeAdvice(head: readonly string[]): string {
  const problem = timeProblem(head)
  return problem === undefined ? '' : `It ${problem}. `
}

function headerPlan(
  head: readonly string[],
  row: readonly string[],
  delimiter: string,
): FilePlan | undefined {
  const names = head.map(plainName)
  const zoneOfHead = /^time \((\w+)\)$/.exec(names[0] ?? '')?.[1]
  const place = (role: ColumnRole): number => placeOf(names, role)
  // `DATE TIME …` has the date first; `timestamp …` has both in one.
  const hasBoth = names.includes('date') && names.includes('time')
  const date = hasBoth ? names.indexOf('date') : zoneOfHead === undefined ? place('time') : 0
  const clock = hasBoth ? names.indexOf('time') : -1
  const bars = BAR_ROLES.map(place)
  const hasBars = bars.every(at => at >= 0)
  const prices = hasBars ? bars : QUOTE_ROLES.map(place)
  if (date < 0 || prices.some(at => at < 0)) return undefined
  const volume = place('volume')
  const shape = shapeOfHead(head, names, zoneOfHead)
  return {
    shape,
    series: hasBars ? 'bars' : 'ticks',
    delimiter,
    hasHeader: true,
    columns: Math.max(date, ...prices) + 1,
    prices,
    volume: hasBars && volume >= 0 && volume < Math.max(row.length, names.length) ? volume : undefined,
    statedZone: names[0] === 'gmt time' || names[date] === 'utc' ? 'UTC' : zoneNameOf(zoneOfHead),
    priceFactor: 1,
    carriesSides: shape === 'mt5' && !hasBars,
    timeOf: fields =>
      parseTime(
        clock >= 0 ? `${fields[date] ?? ''} ${fields[clock] ?? ''}` : (fields[date] ?? ''),
        isInMilliseconds(names[date] ?? ''),
      ),
  }
}

function shapeOfHead(head: readonly string[], names: readonly string[], zone: string | undefined): FileShape {
  if (head[0]?.startsWith('<')) return 'mt5'
  return zone !== undefined || names[0] === 'gmt time' || names[0] === 'local time' ? 'dukascopy' : 'plain'
}

/** Dukascopy's `Time (EET)` is the time of a summer-time zone, which as an IANA name is Europe/Athens. */
function zoneNameOf(text: string | undefined): string | undefined {
  if (text === undefined) return undefined
  return text === 'eet' ? 'Europe/Athens' : text.toUpperCase()
}

function rowPlan(
  name: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  delimiter: string,
  priceDivisor: number | undefined,
): FilePlan | undefined {
  const base = {
    delimiter,
    hasHeader: false,
    carriesSides: false,
    statedZone: undefined,
    priceFactor: 1,
  } as const
  const bars = (shape: FileShape, from: number, extra: Partial<FilePlan> = {}): FilePlan => ({
    ...base,
    shape,
    series: 'bars',
    columns: from + 4,
    prices: [from, from + 1, from + 2, from + 3],
    volume: head.length > from + 4 ? from + 4 : undefined,
    timeOf: fields => parseTime(fields[0] ?? ''),
    ...extra,
  })
  const [a = '', b = ''] = head
  const ticks = (shape: FileShape, extra: Partial<FilePlan> = {}): FilePlan => ({
    ...bars(shape, 1),
    series: 'ticks',
    columns: 3,
    prices: [1, 2],
    volume: undefined,
    ...extra,
  })
  if (isEpoch(a)) return head.length === 3 ? ticks('plain') : head.length >= 5 ? bars('plain', 1) : undefined
  if (/^\d{4}\.\d{2}\.\d{2}$/.test(a) && /^\d{1,2}:\d{2}/.test(b) && head.length >= 6)
    return bars('mt4', 2, { timeOf: fields => parseTime(`${fields[0] ?? ''} ${fields[1] ?? ''}`) })
  // HistData keeps New York's winter time all year.
  if (/^\d{8} \d{6}$/.test(a) && head.length >= 5) return bars('histdata', 1, { statedZone: 'UTC-5' })
  if (/^\d{8} \d{9}$/.test(a) && head.length >= 3) return ticks('histdata', { statedZone: 'UTC-5' })
  return leanPlan(name, head, rows, { bars, ticks }, priceDivisor) ?? generalPlan(head, { bars, ticks })
}

interface Makers {
  bars(shape: FileShape, from: number, extra?: Partial<FilePlan>): FilePlan
  ticks(shape: FileShape, extra?: Partial<FilePlan>): FilePlan
}

/** Lean: milliseconds of the day, whose date is in the name; by hour and day `20140501 00:00`. */
function leanPlan(
  name: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
  { bars, ticks }: Makers,
  priceDivisor: number | undefined,
): FilePlan | undefined {
  const [a = ''] = head
  const isDayTime = /^\d{1,8}$/.test(a) && Number(a) < DAY_MS
  const isDated = /^\d{8} \d{2}:\d{2}$/.test(a)
  if (!isDayTime && !isDated) return undefined
  const hasDecimals = rows.some(row => row.slice(1, 6).some(field => field.includes('.')))
  const isEquity = /[/\\:]equity[/\\]/i.test(name)
  const divisor = priceDivisor ?? (hasDecimals ? 1 : isEquity ? 10_000 : undefined)
  const date = isDayTime ? dateInName(name) : undefined
  const extra: Partial<FilePlan> = {
    priceFactor: divisor,
    ...(date === undefined
      ? {}
      : {
          timeOf: fields =>
            /^\d{1,8}$/.test(fields[0] ?? '')
              ? { local: date + Number(fields[0]), offsetMs: undefined }
              : undefined,
        }),
  }
  if (isDayTime && date === undefined)
    throw new EngineError(
      'data-invalid',
      `${name} has the time of day alone, and its name has no date. Name it as Lean does, e.g. 20140501_quote.zip.`,
      { details: { path: name } },
    )
  if (head.length === 3) return ticks('lean', extra)
  // Bid open, high, low, close and size; the same of the ask.
  if (head.length >= 10) return bars('lean', 1, { ...extra, volume: undefined })
  return head.length === 5 || head.length === 6 ? bars('lean', 1, extra) : undefined
}

/** The last date in a path: that of the file in the archive, else that of the archive. */
function dateInName(name: string): number | undefined {
  const [, year, month, day] = [...name.matchAll(/(?<!\d)(\d{4})(\d{2})(\d{2})(?!\d)/g)].at(-1) ?? []
  return year === undefined ? undefined : Date.UTC(Number(year), Number(month) - 1, Number(day))
}

/** Rows without a header that begin with a time and have bars or quotes behind it. */
function generalPlan(head: readonly string[], { bars, ticks }: Makers): FilePlan | undefined {
  if (parseTime(head[0] ?? '') === undefined) return undefined
  if (head.length === 3) return ticks('plain')
  return head.length === 5 || head.length === 6 ? bars('plain', 1) : undefined
}
