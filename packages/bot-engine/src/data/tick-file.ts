import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import {
  type Instrument,
  POINTS_PER_UNIT,
  pointsPerTick,
  roundPoints,
  type SymbolId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { TickColumns } from './columns.ts'
import { checkRecordDigits } from './record-digits.ts'
import { TickBuffer } from './tick-buffer.ts'
import { TickRowParser } from './tick-row.ts'

/** Of a row: time, bid, ask. */
const COLUMNS = 3

/** How to read a tick file. */
export interface TickFileOptions {
  /** Whose digits the prices are rounded to, once, half away from zero. */
  readonly instrument: Pick<Instrument, 'id' | 'digits'> & { readonly name?: string }
  /** Symbol of the columns; default: the instrument's id. */
  readonly symbolId?: SymbolId
  /** Reads rows before this instant only. */
  readonly until?: UnixMs
  /**
   * Reads rows as they stand, for {@link cleanTicks} to judge: times are not put in order, and what is absent, no number or no
   * whole millisecond is NaN, as is all of a row with more than three columns. Default: such rows are errors.
   */
  readonly isRaw?: boolean
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** The ticks of a file, and what was noticed while reading them. */
export interface TickFileColumns extends TickColumns {
  /** Rows whose time lay before that of the row above; they carry the time of the row above instead. */
  readonly steppedBack: number
  /** Line of the first row in the file; one row a line from there on, unless they were read raw. */
  readonly firstLine: number
}

/**
 * Reads a file of quotes: CSV `timestamp_ms,bid,ask`, header optional, plain or gzip (told by its first bytes).
 *
 * Times never fall in the result, unless it is raw: `T[i] = max(T[i−1], time of the row)`.
 *
 * @throws {@link EngineError} `data-missing` when the file cannot be opened; `data-invalid` with file, line and text
 *   of a damaged row, for a cut archive, for a file without rows, and for prices with two decimals more than the
 *   instrument has; the reason of `signal` when it aborts
 */
export async function readTickFile(path: string, options: TickFileOptions): Promise<TickFileColumns> {
  options.signal?.throwIfAborted()
  const gzip = await hasGzipMagic(path)
  const reader = new TickFileReader(path, options)
  const file = createReadStream(path, { highWaterMark: 1 << 18 })
  const bytes = gzip ? file.pipe(createGunzip({ chunkSize: 1 << 18 })) : file
  if (gzip) file.on('error', error => bytes.destroy(error))
  try {
    for await (const chunk of bytes) {
      options.signal?.throwIfAborted()
      if (!reader.parser.push(chunk as Buffer)) break
    }
  } catch (cause) {
    throw options.signal?.aborted || cause instanceof EngineError
      ? cause
      : cutArchive(path, reader.parser.line, cause)
  } finally {
    file.destroy()
    bytes.destroy()
    await finished(file).catch(() => undefined)
  }
  reader.parser.end()
  checkRecordDigits(path, reader.parser.roundedFrom, options.instrument)
  return reader.result()
}

class TickFileReader {
  readonly parser: TickRowParser
  readonly #path: string
  readonly #symbolId: SymbolId
  readonly #ticks = new TickBuffer()
  #last = Number.NEGATIVE_INFINITY
  #steppedBack = 0
  #firstLine = 0

  constructor(path: string, options: TickFileOptions) {
    this.#path = path
    this.#symbolId = options.symbolId ?? options.instrument.id
    const until = options.until ?? Number.POSITIVE_INFINITY
    const tick = pointsPerTick(options.instrument)
    const isRaw = options.isRaw ?? false
    this.parser = new TickRowParser(options.instrument.digits, {
      row: (line, time, bid, ask) => {
        if (this.#firstLine === 0) this.#firstLine = line
        if (isRaw) this.#ticks.push(time, bid * tick, ask * tick)
        if (isRaw) return true
        const at = time < this.#last ? this.#last : time
        if (at >= until) return false
        if (time < this.#last) this.#steppedBack += 1
        this.#last = at
        this.#ticks.push(at, bid * tick, ask * tick)
        return true
      },
      ...(isRaw && { bad: text => this.#pushBad(text, options.instrument) }),
      damaged: (line, text, problem) => {
        throw new EngineError(
          'data-invalid',
          `${path}:${line} ${problem}: "${text}". A row is "timestamp_ms,bid,ask" with numbers above 0, e.g. ` +
            '"1398902400043,1291.677,1292.033". Correct or remove the line.',
          { details: { path, line, text } },
        )
      },
    })
  }

  #pushBad(text: string, instrument: Pick<Instrument, 'digits'>): void {
    const cells = text.split(',')
    // Two lines run into one: which price belongs to which nobody knows.
    const [at = '', bid = '', ask = ''] = cells.length > COLUMNS ? [] : cells
    const points = (cell: string) => roundPoints(instrument, numberOf(cell) * POINTS_PER_UNIT)
    const time = numberOf(at)
    this.#ticks.push(Number.isInteger(time) ? time : Number.NaN, points(bid), points(ask))
  }

  result(): TickFileColumns {
    if (this.#ticks.length === 0)
      throw new EngineError(
        'data-invalid',
        `${this.#path} has no row to read. Choose a file with rows "timestamp_ms,bid,ask", or a later end.`,
        { details: { path: this.#path } },
      )
    return {
      ...this.#ticks.columns(this.#symbolId),
      steppedBack: this.#steppedBack,
      firstLine: this.#firstLine,
    }
  }
}

/** NaN of what is empty or no number. */
function numberOf(cell: string): number {
  return cell.trim() === '' ? Number.NaN : Number(cell)
}

async function hasGzipMagic(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'r')
    try {
      const head = new Uint8Array(2)
      const { bytesRead } = await file.read(head, 0, 2, 0)
      return bytesRead === 2 && head[0] === 0x1f && head[1] === 0x8b
    } finally {
      await file.close()
    }
  } catch (cause) {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new EngineError(
      'data-missing',
      `The tick file ${path} cannot be read (${reason}). Check the path and its permissions; a tick file is a CSV ` +
        '"timestamp_ms,bid,ask", plain or gzip.',
      { cause, details: { path, reason } },
    )
  }
}

function cutArchive(path: string, line: number, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new EngineError(
    'data-invalid',
    `${path}:${line + 1} cannot be read further: ${reason}. The file is cut or damaged after line ${line}; fetch it again.`,
    { cause, details: { path, line: line + 1 } },
  )
}
