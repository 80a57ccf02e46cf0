import { open } from 'node:fs/promises'
import { brotliDecompressSync, gunzipSync } from 'node:zlib'
import type { AsyncBuffer, Compressors, FileMetaData } from 'hyparquet'
import type { Instrument } from '@openclaw-trading/trading-model'
import { EngineError } from '../../errors.ts'
import { type ParquetPlan, planColumns } from './parquet-columns.ts'
import { decimalsOf } from './parquet-prices.ts'
import { TIME_PARSERS } from './parquet-time.ts'
import type { Quarantine, RowDefect } from './quarantine.ts'
import { defectOf, pointsOf, type RawRows } from './raw-rows.ts'

/** A Parquet file whose columns are known. */
export interface ParquetSource {
  readonly name: string
  readonly plan: ParquetPlan
  readonly file: AsyncBuffer
  readonly metadata: FileMetaData
}

/** Rows that are unpacked at a time: as many as most programs put into a row group at most. */
const WINDOW_ROWS = 1 << 20
/** Rows of a file: all of them are held while their order and zone are looked for, some 110 bytes each. */
const MOST_ROWS = 20_000_000
/** Packed bytes of a column in a row group, which is read whole. */
const MOST_CHUNK_BYTES = 1 << 30

/** Tells by the first bytes whether a file is Parquet; one that cannot be read is not. */
export async function isParquet(path: string): Promise<boolean> {
  const file = await open(path, 'r').catch(() => undefined)
  if (file === undefined) return false
  try {
    const head = Buffer.alloc(4)
    await file.read(head, 0, 4, 0)
    return /^PAR[1E]$/.test(head.toString('latin1'))
  } catch {
    return false
  } finally {
    await file.close()
  }
}

/** Reads what a file says of itself. @throws {@link EngineError} `data-invalid` */
export async function openParquet(path: string): Promise<ParquetSource> {
  // Takes longer to load than the rest of this part of the package, and few files are Parquet.
  const { asyncBufferFromFile, parquetMetadataAsync, parquetSchema } = await import('hyparquet')
  const file = await asyncBufferFromFile(path)
  try {
    const metadata = await parquetMetadataAsync(file, { parsers: TIME_PARSERS, geoparquet: false })
    const elements = parquetSchema(metadata).children.map(({ element }) => element)
    checkSize(path, metadata)
    return {
      name: path,
      plan: planColumns(path, elements, metadata.key_value_metadata ?? []),
      file,
      metadata,
    }
  } catch (cause) {
    throw cause instanceof EngineError ? cause : badFooter(path, await tailOf(file), cause)
  }
}

async function tailOf(file: AsyncBuffer): Promise<string> {
  return Buffer.from(await file.slice(Math.max(0, file.byteLength - 4), file.byteLength)).toString('latin1')
}

function badFooter(path: string, tail: string, cause: unknown): EngineError {
  const [problem, advice] =
    tail === 'PARE'
      ? ['is encrypted', 'Write it without encryption.']
      : tail === 'PAR1'
        ? [`has a footer that cannot be read (${reasonOf(cause)})`, 'The file is damaged; fetch it again.']
        : ['is cut: a Parquet file ends with its footer, and this one does not', 'Fetch it again.']
  return new EngineError('data-invalid', `${path} ${problem}. ${advice}`, { cause, details: { path } })
}

function checkSize(path: string, { num_rows: rows, row_groups: groups }: FileMetaData): void {
  if (rows > MOST_ROWS)
    throw new EngineError(
      'data-invalid',
      `${path} has ${rows} rows; at most ${MOST_ROWS} are imported at once. Cut it in parts, by month for quotes, and import one after the other.`,
      { details: { path, rows: Number(rows), mostRows: MOST_ROWS } },
    )
  for (const column of groups.flatMap(group => group.columns)) {
    if (column.crypto_metadata !== undefined) throw badFooter(path, 'PARE', undefined)
    const bytes = Number(column.meta_data?.total_compressed_size ?? 0)
    if (bytes > MOST_CHUNK_BYTES)
      throw new EngineError(
        'data-invalid',
        `${path} has a row group with ${bytes} bytes in a column; at most ${MOST_CHUNK_BYTES} are read. Write it with row groups of a million rows.`,
        { details: { path, bytes, mostBytes: MOST_CHUNK_BYTES } },
      )
  }
}

/** Reads the rows, one row group after the other. @throws {@link EngineError} `data-invalid` with file and row; the reason of `signal` */
export async function readParquetRows(
  source: ParquetSource,
  instrument: Pick<Instrument, 'digits'>,
  into: RawRows,
  quarantine: Quarantine,
  signal?: AbortSignal,
): Promise<void> {
  const { name, plan, file, metadata } = source
  const [{ parquetScan }, packed] = await Promise.all([import('hyparquet'), import('hyparquet-compressors')])
  // Node's own are several times as fast, and look at the checksum of gzip.
  const compressors: Compressors = {
    ...packed.compressors,
    GZIP: bytes => gunzipSync(bytes),
    BROTLI: bytes => brotliDecompressSync(bytes),
  }
  const reader = new ParquetRowReader(name, plan, instrument, into, quarantine)
  into.decimals = Math.max(into.decimals, plan.digits ?? 0)
  const columns = [...plan.columns]
  const scan = await parquetScan({ file, metadata, columns, compressors, parsers: TIME_PARSERS })
  for (const { rowStart, rowEnd } of scan.ranges)
    for (let from = rowStart; from < rowEnd; from += WINDOW_ROWS) {
      signal?.throwIfAborted()
      const window = { rowStart: from, rowEnd: Math.min(rowEnd, from + WINDOW_ROWS) }
      const values = await Promise.all(
        columns.map(async column => scan.readColumn({ column, ...window })),
      ).catch((cause: unknown) => {
        throw damaged(name, from, reasonOf(cause), cause)
      })
      const rows = window.rowEnd - from
      const short = values.findIndex(column => column.length !== rows)
      if (short >= 0)
        throw damaged(name, from, `column "${columns[short]}" has ${values[short]?.length} of ${rows} rows`)
      for (let row = 0; row < rows; row++) reader.take(values, row, from + row + 1)
    }
}

function damaged(path: string, rowsBefore: number, reason: string, cause?: unknown): EngineError {
  return new EngineError(
    'data-invalid',
    `${path}:${rowsBefore + 1} cannot be read further: ${reason}. The file is cut or damaged behind row ${rowsBefore}, or packed in a way that cannot be read; fetch it again, or write it with snappy or zstd.`,
    { cause, details: { path, line: rowsBefore + 1 } },
  )
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause)
}

class ParquetRowReader {
  readonly #name: string
  readonly #plan: ParquetPlan
  readonly #instrument: Pick<Instrument, 'digits'>
  readonly #into: RawRows
  readonly #quarantine: Quarantine
  /** Sides of the row before, for exports that leave out what has not changed. */
  readonly #sides: (number | undefined)[] = []

  constructor(
    name: string,
    plan: ParquetPlan,
    instrument: Pick<Instrument, 'digits'>,
    into: RawRows,
    quarantine: Quarantine,
  ) {
    this.#name = name
    this.#plan = plan
    this.#instrument = instrument
    this.#into = into
    this.#quarantine = quarantine
  }

  take(columns: readonly ArrayLike<unknown>[], row: number, line: number): void {
    const { timeColumns, timeOf, prices, volumeOf } = this.#plan
    const value = timeColumns === 1 ? columns[0]?.[row] : `${columns[0]?.[row]} ${columns[1]?.[row]}`
    const time = timeOf(value)
    if (time === undefined) return this.#fail(line, value)
    const points: number[] = []
    for (const [side, priceOf] of prices.entries()) {
      const price = this.#carried(priceOf(columns[timeColumns + side]?.[row]), side)
      const found = price === undefined ? 'absent' : this.#points(price)
      if (typeof found === 'string') return this.#leaveOut(columns, row, line, found)
      points.push(found)
    }
    const defect = defectOf(points, this.#into.series)
    if (defect !== undefined) return this.#leaveOut(columns, row, line, defect)
    const count = volumeOf?.(columns[timeColumns + prices.length]?.[row]) ?? 0
    this.#into.push(points, time, count, { name: this.#name, line })
  }

  #carried(price: number | undefined, side: number): number | undefined {
    if (!this.#plan.carriesSides) return price
    // A frame keeps a cell that was empty in the text as NaN.
    if (price !== undefined && !Number.isNaN(price)) this.#sides[side] = price
    return this.#sides[side]
  }

  #points(price: number): number | RowDefect {
    const points = pointsOf(price, this.#instrument)
    if (points !== 'not-a-number' && points !== 'negative')
      this.#into.decimals = decimalsOf(price, this.#into.decimals)
    return points
  }

  #leaveOut(columns: readonly ArrayLike<unknown>[], row: number, line: number, defect: RowDefect): void {
    const text = columns.map(column => String(column[row] ?? '')).join(',')
    this.#quarantine.add({ file: this.#name, line, defect, text })
  }

  #fail(line: number, value: unknown): never {
    const shown = String(value ?? '').slice(0, 80)
    throw new EngineError(
      'data-invalid',
      `${this.#name}:${line} has no time in "${this.#plan.columns[0]}": "${shown}". A count since 1970 must be of one unit in all rows. Correct or remove the row.`,
      { details: { path: this.#name, line, text: shown } },
    )
  }
}
