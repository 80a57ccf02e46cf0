import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { constants, gunzip, gunzipSync } from 'node:zlib'
import { EngineError } from '../../errors.ts'

/** The text of a file, or of one of the files in an archive. */
export interface TextSource {
  /** Path, and behind a colon the name in the archive. */
  readonly name: string
  readonly bytes: Buffer
}

const unpack = promisify(gunzip)
const NEWLINE = 10
const RETURN = 13
const ZIP = Buffer.from('PK\u0003\u0004', 'latin1')

/**
 * Reads a file; gzip, zip and UTF-16 are told by their first bytes, never by the name.
 *
 * @throws {@link EngineError} `data-missing`; `data-invalid` for a cut or damaged archive, with the line that it ends at
 */
export async function readTexts(path: string): Promise<readonly TextSource[]> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
    throw new EngineError(
      'data-missing',
      `${path} cannot be read (${reason}). Check the path and its permissions.`,
      {
        cause,
        details: { path, reason },
      },
    )
  })
  if (bytes[0] === 0x1f && bytes[1] === 0x8b)
    return [{ name: path, bytes: asUtf8(await gunzipped(path, bytes)) }]
  if (!bytes.subarray(0, 4).equals(ZIP)) return [{ name: path, bytes: asUtf8(bytes) }]
  return unzip(path, bytes)
}

async function gunzipped(path: string, bytes: Buffer): Promise<Buffer> {
  try {
    return await unpack(bytes)
  } catch (cause) {
    throw cutArchive(path, linesOf(bytes), cause)
  }
}

/** Lines of what can be unpacked of a cut archive. */
function linesOf(bytes: Buffer): number {
  try {
    const part = gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH })
    let lines = 0
    for (let at = part.indexOf(NEWLINE); at >= 0; at = part.indexOf(NEWLINE, at + 1)) lines += 1
    return lines
  } catch {
    return 0
  }
}

async function unzip(path: string, bytes: Buffer): Promise<readonly TextSource[]> {
  // Takes longer to load than the rest of this part of the package, and few files are archives.
  const { unzipSync } = await import('fflate')
  try {
    const files = Object.entries(unzipSync(bytes)).filter(([name]) => !name.endsWith('/'))
    return files
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, content]) => ({
        name: `${path}:${name}`,
        bytes: asUtf8(Buffer.from(content.buffer, content.byteOffset, content.byteLength)),
      }))
  } catch (cause) {
    throw cutArchive(path, 0, cause)
  }
}

/** MetaTrader exports UTF-16 with a mark; a mark of UTF-8 is no text either. */
function asUtf8(bytes: Buffer): Buffer {
  if (bytes[0] === 0xff && bytes[1] === 0xfe)
    return withNewlines(Buffer.from(bytes.toString('utf16le', 2), 'utf8'))
  return withNewlines(bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? bytes.subarray(3) : bytes)
}

/** Lines that end as those of old Macs do, with a return alone; the bytes are nobody else's. */
function withNewlines(bytes: Buffer): Buffer {
  if (!bytes.includes(NEWLINE))
    for (let at = bytes.indexOf(RETURN); at >= 0; at = bytes.indexOf(RETURN, at + 1)) bytes[at] = NEWLINE
  return bytes
}

function cutArchive(path: string, lines: number, cause: unknown): EngineError {
  const reason = cause instanceof Error ? cause.message : String(cause)
  return new EngineError(
    'data-invalid',
    `${path}:${lines + 1} cannot be read further: ${reason}. The archive is cut or damaged after line ${lines}; fetch it again.`,
    { cause, details: { path, line: lines + 1 } },
  )
}

/** Lines after which a signal of the process is heard: a tenth of a second or less. */
const LINES_AT_A_TIME = 50_000

/** Where to go on in a text. */
interface Place {
  readonly start: number
  /** Lines before it. */
  readonly line: number
}

const FIRST: Place = { start: 0, line: 0 }

type TakeLine = (text: string, line: number) => boolean | void

/** Calls back for each line that is not blank, with its number from 1; `false` ends it. */
export function eachLine(source: TextSource, take: TakeLine): void {
  linesFrom(source, FIRST, Number.POSITIVE_INFINITY, take)
}

/** The same of a long text, which gives way now and then; an abort ends it, and its reason is thrown. */
export async function eachLineOfMany(
  source: TextSource,
  take: (text: string, line: number) => void,
  signal?: AbortSignal,
): Promise<void> {
  for (let place: Place | undefined = FIRST; place !== undefined; ) {
    place = linesFrom(source, place, LINES_AT_A_TIME, take)
    if (place !== undefined) await new Promise(resolve => setImmediate(resolve))
    signal?.throwIfAborted()
  }
}

/** @returns where `most` lines ended; `undefined` at the end of the text, or when `take` ended it */
function linesFrom({ bytes }: TextSource, from: Place, most: number, take: TakeLine): Place | undefined {
  let { start, line } = from
  for (const last = line + most; start < bytes.length && line < last; ) {
    const found = bytes.indexOf(NEWLINE, start)
    const end = found < 0 ? bytes.length : found
    line += 1
    const text = bytes.toString('latin1', start, end > start && bytes[end - 1] === RETURN ? end - 1 : end)
    start = end + 1
    if (text.trim() !== '' && take(text, line) === false) return undefined
  }
  return start < bytes.length ? { start, line } : undefined
}
