import { type FileHandle, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { z } from 'zod'
import { ControlPlaneError } from '../errors.ts'
import { makeFolder } from '../make-folder.ts'
import { TradeRecord } from './contracts.ts'

/** The append-only file behind an outbox: a trade per line, and marks of how many of those above are delivered. */
export interface OutboxFile {
  /** Size now. */
  readonly bytes: number
  /** Undelivered trades found at the opening, in order. */
  readonly left: readonly TradeRecord[]
  /** Delivered trades that are still in the file. */
  readonly delivered: number
  /** Appends lines and waits until they are on the disk. */
  append(lines: readonly string[]): Promise<void>
  /** Empties the file; only once all is delivered. */
  clear(): Promise<void>
  /** Closes it. */
  close(): Promise<void>
}

/** A trade as a line. */
export function tradeLine(trade: TradeRecord): string {
  return `${JSON.stringify(trade)}\n`
}

/** The mark that this many trades from the top of the file are delivered. */
export function deliveredLine(count: number): string {
  return `${JSON.stringify({ delivered: count })}\n`
}

const Line = z.union([z.object({ delivered: z.int().min(0) }), TradeRecord])

/** Reads a file's text. A last line without its end was never acknowledged; it is cut. @throws {@link ControlPlaneError} `outbox-damaged` */
export function parseOutbox(
  text: string,
  file: string,
): { readonly left: TradeRecord[]; readonly delivered: number; readonly validBytes: number } {
  const end = text.lastIndexOf('\n') + 1
  const trades: TradeRecord[] = []
  let delivered = 0
  const lines = text.slice(0, end).split('\n').slice(0, -1)
  lines.forEach((line, index) => {
    try {
      const value = Line.parse(JSON.parse(line))
      if ('delivered' in value) delivered = value.delivered
      else trades.push(value)
    } catch (error) {
      throw new ControlPlaneError(
        'outbox-damaged',
        `Line ${index + 1} of ${file} cannot be read. It holds a trade that may not be recorded yet: repair the line, or move the file away and take the trades from the broker's history.`,
        { cause: error, details: { file, line: index + 1 } },
      )
    }
  })
  return { left: trades.slice(delivered), delivered, validBytes: Buffer.byteLength(text.slice(0, end)) }
}

async function readText(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return ''
    throw error
  }
}

/** Opens or makes the file. @throws {@link ControlPlaneError} `outbox-damaged` */
export async function openOutboxFile(file: string): Promise<OutboxFile> {
  makeFolder(dirname(file), 0o700)
  const { left, delivered, validBytes } = parseOutbox(await readText(file), file)
  const handle: FileHandle = await open(file, 'a', 0o600)
  await handle.truncate(validBytes)
  let bytes = validBytes
  return {
    get bytes() {
      return bytes
    },
    left,
    delivered,
    append: async lines => {
      const data = Buffer.from(lines.join(''))
      try {
        await handle.appendFile(data)
        await handle.datasync()
        bytes += data.length
      } catch (error) {
        // Half a line must not stay in front of the next one.
        await handle.truncate(bytes).catch(() => {})
        throw error
      }
    },
    clear: async () => {
      await handle.truncate(0)
      bytes = 0
      await handle.datasync()
    },
    close: () => handle.close(),
  }
}
