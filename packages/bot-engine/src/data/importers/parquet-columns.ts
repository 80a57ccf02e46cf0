import type { KeyValue, SchemaElement } from 'hyparquet'
import { isTimeframe, type Timeframe } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { PARQUET_KEYS } from '../parquet-keys.ts'
import { BAR_ROLES, type ColumnRole, placeOf, plainName, QUOTE_ROLES } from './column-names.ts'
import { type PriceReader, priceReaderOf } from './parquet-prices.ts'
import { isText, type TimeReader, timeReaderOf } from './parquet-time.ts'
import type { SourcePlan } from './shapes.ts'

/** How the rows of a Parquet file are read. */
export interface ParquetPlan extends SourcePlan {
  /** Columns to read: those of the time, of the prices, and of the volume where there is one. */
  readonly columns: readonly string[]
  /** How many of them are the time: one, or date and time of day as text. */
  readonly timeColumns: 1 | 2
  readonly timeOf: TimeReader
  readonly prices: readonly PriceReader[]
  readonly volumeOf: PriceReader | undefined
  /** Digits of the prices, as the file states them. */
  readonly digits: number | undefined
  /** A side that is left out is the last one, as MetaTrader writes ticks. */
  readonly carriesSides: boolean
}

interface Column {
  readonly name: string
  readonly plain: string
  readonly element: SchemaElement
}

/** Tells by names and types of its columns, those of the first level, what a file holds. @throws {@link EngineError} `data-invalid` */
export function planColumns(
  path: string,
  elements: readonly SchemaElement[],
  stated: readonly KeyValue[],
): ParquetPlan {
  const all = elements.map(element => ({ name: element.name, plain: plainName(element.name), element }))
  const names = all.map(({ plain }) => plain)
  const find = (role: ColumnRole): Column | undefined => all[placeOf(names, role)]
  const bars = BAR_ROLES.map(find)
  const hasBars = bars.every(column => column !== undefined)
  const prices = hasBars ? bars : QUOTE_ROLES.map(find)
  const times = timesOf(all) ?? [find('time')]
  const needed = [...times, ...prices].filter(column => column !== undefined)
  const [first] = times
  if (first === undefined || needed.length < times.length + prices.length) throw noColumns(path, all)
  const volume = hasBars ? find('volume') : undefined
  const volumeOf = volume === undefined ? undefined : priceReaderOf(volume.element)
  const { timeframe, digits } = statedIn(stated)
  return {
    shape: 'parquet',
    series: hasBars ? 'bars' : 'ticks',
    statedZone: first.plain === 'gmt time' || first.plain === 'utc' ? 'UTC' : undefined,
    ...(hasBars && timeframe !== undefined && { timeframe }),
    columns: [...needed.map(({ name }) => name), ...(volumeOf === undefined ? [] : [volume?.name ?? ''])],
    timeColumns: times.length === 2 ? 2 : 1,
    timeOf: readerOf(path, first, timeReaderOf(first.element, first.plain), 'time'),
    prices: needed
      .slice(times.length)
      .map(column => readerOf(path, column, priceReaderOf(column.element), 'price')),
    volumeOf,
    digits,
    carriesSides: first.name.startsWith('<') && !hasBars,
  }
}

/** Date and time of day in two columns of text, as MetaTrader writes them. */
function timesOf(all: readonly Column[]): readonly Column[] | undefined {
  const [date, time] = ['date', 'time'].map(name => all.find(({ plain }) => plain === name))
  if (date === undefined || time === undefined) return undefined
  if (isText(date.element) && isText(time.element)) return [date, time]
  return timeReaderOf(time.element, 'time') === undefined ? [date] : [time]
}

function readerOf<Reader>(path: string, column: Column, reader: Reader | undefined, what: string): Reader {
  if (reader !== undefined && column.element.repetition_type !== 'REPEATED') return reader
  throw new EngineError(
    'data-invalid',
    `${path} has the column "${column.name}" of the type ${typeText(column.element)}, which is no ${what}. ` +
      'A time is a TIMESTAMP, a DATE, a text or a count since 1970; a price is a DOUBLE, FLOAT, DECIMAL, integer or text.',
    { details: { path, column: column.name, type: typeText(column.element) } },
  )
}

function noColumns(path: string, all: readonly Column[]): EngineError {
  const shown = all.slice(0, 20).map(({ name, element }) => `${name} (${typeText(element)})`)
  return new EngineError(
    'data-invalid',
    `${path} has neither quotes nor bars in its columns: ${shown.join(', ') || 'none'}${all.length > 20 ? ', …' : ''}. ` +
      'Needed are time with bid and ask, or time with open, high, low and close (volume may be there). Rename its columns.',
    { details: { path, columns: all.map(({ name }) => name) } },
  )
}

function typeText({ type, logical_type: logical, converted_type: converted }: SchemaElement): string {
  if (logical?.type === 'TIMESTAMP') return `TIMESTAMP ${logical.unit}`
  return logical?.type ?? converted ?? type ?? 'GROUP'
}

function statedIn(pairs: readonly KeyValue[]): {
  readonly timeframe: Timeframe | undefined
  readonly digits: number | undefined
} {
  const stated = (key: string) => pairs.find(pair => pair.key === key)?.value ?? ''
  const series = stated(PARQUET_KEYS.series)
  const digits = /^[0-5]$/.exec(stated(PARQUET_KEYS.digits))?.[0]
  return {
    timeframe: isTimeframe(series) ? series : undefined,
    digits: digits === undefined ? undefined : Number(digits),
  }
}
