import { type FileHandle, open } from 'node:fs/promises'
import { CTraderError } from '../../errors.ts'
import { codeOf, unavailable } from '../durable-file.ts'

/** Bytes at the end of a file that are looked at to go on with it: hundreds of rows. */
const TAIL_BYTES = 65_536
/** Bytes of rows that are gathered before they are written. */
const WRITE_BYTES = 262_144

/** A CSV file whose first column is a time in milliseconds, oldest first, that grows and can be gone on with. */
export class CsvFile {
  readonly #path: string
  readonly #file: FileHandle
  #waiting: string[] = []
  #waitingLength = 0
  /** Where to go on: rows of this instant and later are not in the file. `undefined`: it is empty. */
  readonly resumesAt: number | undefined

  private constructor(path: string, file: FileHandle, resumesAt: number | undefined) {
    this.#path = path
    this.#file = file
    this.resumesAt = resumesAt
  }

  /**
   * Opens a file or makes it.
   *
   * The last row may be torn, and more rows of its instant may be to come: all rows of the last instant are cut off,
   * to be asked for again.
   *
   * @throws CTraderError `state-unavailable`; `state-damaged` when it holds something else
   */
  static async open(path: string, header: string): Promise<CsvFile> {
    try {
      const file = await open(path, 'a+').then(async appending => {
        await appending.close()
        return open(path, 'r+')
      })
      try {
        return new CsvFile(path, file, await cut(path, file, header))
      } catch (error) {
        await file.close()
        throw error
      }
    } catch (cause) {
      throw cause instanceof CTraderError ? cause : unavailable(path, 'opened', cause)
    }
  }

  /** Adds a row; it is in the file at the latest after {@link close}. */
  async write(row: string): Promise<void> {
    this.#waiting.push(row)
    this.#waitingLength += row.length + 1
    if (this.#waitingLength >= WRITE_BYTES) await this.#flush()
  }

  /** Writes what waits, and makes it durable. */
  async close(): Promise<void> {
    try {
      await this.#flush()
      await this.#file.sync()
    } catch (cause) {
      throw unavailable(this.#path, 'written', cause)
    } finally {
      await this.#file.close()
    }
  }

  async #flush(): Promise<void> {
    if (this.#waiting.length === 0) return
    const text = `${this.#waiting.join('\n')}\n`
    this.#waiting = []
    this.#waitingLength = 0
    const { size } = await this.#file.stat()
    await this.#file.write(text, size, 'utf8').catch((cause: unknown) => {
      throw unavailable(this.#path, `written (${codeOf(cause) ?? 'failed'})`, cause)
    })
  }
}

/** Cuts off the last instant. @returns it */
async function cut(path: string, file: FileHandle, header: string): Promise<number | undefined> {
  const { size } = await file.stat()
  const head = `${header}\n`
  if (size === 0) {
    await file.write(head, 0, 'utf8')
    return undefined
  }
  const first = await read(file, 0, Math.min(size, head.length))
  if (first !== head) throw damaged(path, `does not begin with the line "${header}"`)
  const from = Math.max(head.length, size - TAIL_BYTES)
  const text = await read(file, from, size - from)
  // A line that begins before the part that was read is not whole.
  const begin = from === head.length ? 0 : text.indexOf('\n') + 1
  const end = text.lastIndexOf('\n') + 1
  const rows = text.slice(begin, end).split('\n').slice(0, -1)
  const last = timeOf(path, rows.at(-1))
  if (last === undefined) {
    await file.truncate(head.length)
    return undefined
  }
  let kept = rows.length
  while (kept > 0 && timeOf(path, rows[kept - 1]) === last) kept -= 1
  if (kept === 0 && begin > 0)
    throw damaged(path, `has more than ${TAIL_BYTES} bytes of rows of one instant, ${last}`)
  const keptLength = rows.slice(0, kept).reduce((sum, row) => sum + Buffer.byteLength(row) + 1, 0)
  await file.truncate(from + Buffer.byteLength(text.slice(0, begin)) + keptLength)
  return last
}

function timeOf(path: string, row: string | undefined): number | undefined {
  if (row === undefined) return undefined
  const time = /^(\d{1,16}),/.exec(row)?.[1]
  if (time === undefined)
    throw damaged(path, `has the row "${row.slice(0, 80)}", which does not begin with a time`)
  return Number(time)
}

async function read(file: FileHandle, at: number, length: number): Promise<string> {
  const buffer = Buffer.alloc(length)
  const { bytesRead } = await file.read(buffer, 0, length, at)
  return buffer.toString('utf8', 0, bytesRead)
}

function damaged(path: string, what: string): CTraderError<'state-damaged'> {
  return new CTraderError(
    'state-damaged',
    `${path} ${what}. Name another file with --out, or move it away.`,
    {
      path,
    },
  )
}
