import { type FileHandle, open, rename, rm } from 'node:fs/promises'
import { POINTS_PER_UNIT } from '@openclaw-trading/trading-model'
import type { ByteWriter, ColumnSource, ParquetWriter, SchemaElement } from 'hyparquet-writer'
import { EngineError } from '../errors.ts'
import type { BarColumns, TickColumns } from './columns.ts'
import { PARQUET_KEYS } from './parquet-keys.ts'
import { unwritable } from './store/durable-file.ts'
import { checkRows, rowsOf, seriesOf } from './store/series.ts'

/** What to say in a Parquet file beside its rows. */
export interface ParquetWriteOptions {
  /** Whose prices they are, e.g. `XAUUSD`. */
  readonly symbol: string
  /** Decimal digits of the prices, 0 to 5. */
  readonly digits: number
  /** Ends the writing between two row groups; its reason is thrown, and no file is left. */
  readonly signal?: AbortSignal
}

/** What was written. */
export interface ParquetWriteReport {
  readonly rows: number
  /** On disk. */
  readonly bytes: number
}

/** Rows of a row group: what is packed at a time, and what a reader unpacks at least. */
const GROUP_ROWS = 100_000
const TIME: SchemaElement = {
  name: 'time',
  type: 'INT64',
  repetition_type: 'REQUIRED',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
}

/** A column in the units of the file. */
interface FileColumn {
  readonly name: string
  readonly values: Float64Array
  readonly divisor: number
}

/**
 * Writes quotes or bars as a Parquet file: `time` as TIMESTAMP(ms, UTC), prices in units of the quote currency and
 * volume as DOUBLE, packed with snappy.
 *
 * Symbol, series and digits stand in the key-value metadata as `claw.symbol`, `claw.series` and `claw.digits`. The
 * file is written beside its place and renamed: what is at `path` is whole.
 *
 * @throws {@link EngineError} `invalid-options`; `data-invalid`, `data-out-of-order` with the row that may not be written;
 *   `not-writable`; the reason of `signal`
 */
export async function writeParquet(
  path: string,
  data: TickColumns | BarColumns,
  options: ParquetWriteOptions,
): Promise<ParquetWriteReport> {
  const { digits, signal } = options
  if (!(Number.isInteger(digits) && digits >= 0 && digits <= 5))
    throw new EngineError('invalid-options', `digits is ${digits}; it must be a whole number from 0 to 5.`)
  checkRows(rowsOf(data), seriesOf(data), path)
  const temporary = `${path}.${crypto.randomUUID()}.writing`
  try {
    const bytes = await writeRows(temporary, data, options)
    signal?.throwIfAborted()
    await rename(temporary, path)
    return { rows: data.length, bytes }
  } catch (cause) {
    await rm(temporary, { force: true }).catch(() => undefined)
    throw signal?.aborted ? cause : unwritable(path, cause)
  }
}

async function writeRows(
  path: string,
  data: TickColumns | BarColumns,
  options: ParquetWriteOptions,
): Promise<number> {
  const file = await open(path, 'w')
  try {
    const bytes = await writeGroups(file, data, options)
    await file.sync()
    return bytes
  } finally {
    await file.close()
  }
}

async function writeGroups(
  file: FileHandle,
  data: TickColumns | BarColumns,
  { symbol, digits, signal }: ParquetWriteOptions,
): Promise<number> {
  // Takes longer to load than this part of the package, and few runs write Parquet.
  const library = await import('hyparquet-writer')
  const columns = fileColumns(data)
  const buffer = new library.ByteWriter()
  const facts = { symbol, series: seriesOf(data), digits: String(digits) }
  const parquet = new library.ParquetWriter({
    writer: buffer,
    schema: schemaOf(columns),
    createdBy: 'openclaw-trading',
    kvMetadata: (['symbol', 'series', 'digits'] as const).map(key => ({
      key: PARQUET_KEYS[key],
      value: facts[key],
    })),
  })
  for (let from = 0; from < data.length; from += GROUP_ROWS) {
    signal?.throwIfAborted()
    await writeGroup(parquet, columns, from, Math.min(data.length, from + GROUP_ROWS))
    await flush(file, buffer)
  }
  await parquet.finish()
  await flush(file, buffer)
  return buffer.offset
}

async function writeGroup(
  parquet: ParquetWriter,
  columns: readonly FileColumn[],
  from: number,
  to: number,
): Promise<void> {
  const columnData = columns.map(({ name, values, divisor }): ColumnSource => {
    const part = values.subarray(from, to)
    if (name === 'time') return { name, data: part, encoding: 'DELTA_BINARY_PACKED' }
    return { name, data: divisor === 1 ? part : part.map(value => value / divisor) }
  })
  await parquet.write({ columnData, rowGroupSize: GROUP_ROWS })
}

/** Hands over what was packed, and empties the buffer as the library's own writer of files does. */
async function flush(file: FileHandle, buffer: ByteWriter): Promise<void> {
  await file.writeFile(buffer.getBytes())
  buffer.index = 0
}

function fileColumns(data: TickColumns | BarColumns): readonly FileColumn[] {
  const prices = (columns: Readonly<Record<string, Float64Array>>) =>
    Object.entries(columns).map(([name, values]) => ({
      name,
      values: values.subarray(0, data.length),
      divisor: POINTS_PER_UNIT,
    }))
  const counts = (name: string, values: Float64Array) => ({
    name,
    values: values.subarray(0, data.length),
    divisor: 1,
  })
  if (data.type === 'ticks') return [counts('time', data.at), ...prices({ bid: data.bid, ask: data.ask })]
  const { openedAt, open, high, low, close, tickVolume, spread } = data
  return [
    counts('time', openedAt),
    ...prices({ open, high, low, close }),
    counts('volume', tickVolume),
    ...(spread === undefined ? [] : prices({ spread })),
  ]
}

function schemaOf(columns: readonly FileColumn[]): SchemaElement[] {
  const elements = columns.map(
    ({ name }): SchemaElement =>
      name === 'time' ? TIME : { name, type: 'DOUBLE', repetition_type: 'REQUIRED' },
  )
  return [{ name: 'root', num_children: columns.length }, ...elements]
}
