import { createReadStream } from 'node:fs'
import { open } from 'node:fs/promises'
import { finished } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { type Instrument, pointsPerTick, type SymbolId, type UnixMs } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { TickColumns } from './columns.ts'
import { TickBuffer } from './tick-buffer.ts'
import { TickRowParser } from './tick-row.ts'

/** How to read a tick file. */
export interface TickFileOptions {
  /** Whose digits the prices are rounded to, once, half away from zero. */
  readonly instrument: Pick<Instrument, 'id' | 'digits'>
  /** Symbol of the columns; default: the instrument's id. */
  readonly symbolId?: SymbolId
  /** Reads rows before this instant only. */
  readonly until?: UnixMs
  /** Ends the reading; its reason is thrown. */
  readonly signal?: AbortSignal
}

/** The ticks of a file, and what was noticed while reading them. */
export interface TickFileColumns extends TickColumns {
  /** Rows whose time lay before that of the row above; they carry the time of the row above instead. */
  readonly steppedBack: number
}

/**
 * Reads a file of quotes: CSV `timestamp_ms,bid,ask`, header optional, plain or gzip (told by its first bytes).
 *
 * Times never fall in the result: `T[i] = max(T[i−1], time of the row)`.
 *
 * @throws {@link EngineError} `data-missing` when the file cannot be opened; `data-invalid` with file, line and text
 *   of a damaged row, for a cut archive and for a file without rows; the reason of `signal` when it aborts
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
  return reader.result()
}

class TickFileReader {
  readonly parser: TickRowParser
  readonly #path: string
  readonly #symbolId: SymbolId
  readonly #ticks = new TickBuffer()
  #last = Number.NEGATIVE_INFINITY
  #steppedBack = 0

  constructor(path: string, options: TickFileOptions) {
    this.#path = path
    this.#symbolId = options.symbolId ?? options.instrument.id
    const until = options.until ?? Number.POSITIVE_INFINITY
    const tick = pointsPerTick(options.instrument)
    this.parser = new TickRowParser(options.instrument.digits, {
      row: (_line, time, bid, ask) => {
        const at = time < this.#last ? this.#last : time
        if (at >= until) return false
        if (time < this.#last) this.#steppedBack += 1
        this.#last = at
        this.#ticks.push(at, bid * tick, ask * tick)
        return true
      },
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

  result(): TickFileColumns {
    if (this.#ticks.length === 0)
      throw new EngineError(
        'data-invalid',
        `${this.#path} has no row to read. Choose a file with rows "timestamp_ms,bid,ask", or a later end.`,
        { details: { path: this.#path } },
      )
    return { ...this.#ticks.columns(this.#symbolId), steppedBack: this.#steppedBack }
  }
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
