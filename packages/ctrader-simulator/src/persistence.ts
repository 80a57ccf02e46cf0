import {
  closeSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { crc32 } from 'node:zlib'
import { SimulatorError } from './errors.ts'
import type { Logger } from './options.ts'

/** Name of the state file in its directory. */
export const STATE_FILE = 'venue.log'
/** Size at which the file is rewritten as one snapshot: some hours of checkpoints. */
export const COMPACT_BYTES = 8_388_608

const NEWLINE = 10

/**
 * An append-only file of JSON records, one a line behind its checksum.
 *
 * A line that a kill or a full disk cut short is found by its checksum and cut off; damage anywhere else is refused,
 * because skipping a record could give an id out twice.
 */
export class StateFile {
  readonly #directory: string
  readonly #file: string
  #descriptor: number
  #size: number
  #snapshotSize = 0

  private constructor(directory: string, file: string, descriptor: number, size: number) {
    this.#directory = directory
    this.#file = file
    this.#descriptor = descriptor
    this.#size = size
  }

  /**
   * Opens or creates the file and returns its records, oldest first.
   *
   * @throws {@link SimulatorError} `state-unavailable`, `state-damaged`
   */
  static open(
    directory: string,
    logger: Logger,
  ): { readonly state: StateFile; readonly records: readonly unknown[] } {
    const file = path.join(directory, STATE_FILE)
    try {
      mkdirSync(directory, { recursive: true, mode: 0o700 })
      const descriptor = openSync(file, 'a+', 0o600)
      const { records, goodBytes, lines } = parseRecords(readFileSync(file), file)
      const { length } = readFileSync(file)
      if (goodBytes < length) {
        ftruncateSync(descriptor, goodBytes)
        fsyncSync(descriptor)
        logger.warn(
          { file, line: lines + 1, cutBytes: length - goodBytes },
          'damaged last line of the state file cut off',
        )
      }
      return { state: new StateFile(directory, file, descriptor, goodBytes), records }
    } catch (cause) {
      throw cause instanceof SimulatorError ? cause : unavailable(file, cause)
    }
  }

  /** Appends a record; with `durable` it returns only when the record survives a power cut. @throws {@link SimulatorError} `state-unavailable` */
  append(record: unknown, durable: boolean): void {
    try {
      this.#size += writeAll(this.#descriptor, lineOf(record))
      if (durable) fsyncSync(this.#descriptor)
    } catch (cause) {
      throw unavailable(this.#file, cause)
    }
  }

  /** The file has grown enough to be worth {@link rewrite}. */
  get isLarge(): boolean {
    return this.#size > COMPACT_BYTES && this.#size > 2 * this.#snapshotSize
  }

  /** Replaces all records, atomically: a kill leaves the old file or the new one. @throws {@link SimulatorError} `state-unavailable` */
  rewrite(records: readonly unknown[]): void {
    const next = `${this.#file}.next`
    try {
      const descriptor = openSync(next, 'w', 0o600)
      let size = 0
      for (const record of records) size += writeAll(descriptor, lineOf(record))
      fsyncSync(descriptor)
      closeSync(descriptor)
      renameSync(next, this.#file)
      syncDirectory(this.#directory)
      closeSync(this.#descriptor)
      this.#descriptor = openSync(this.#file, 'a', 0o600)
      this.#size = size
      this.#snapshotSize = size
    } catch (cause) {
      throw unavailable(this.#file, cause)
    }
  }

  /** Makes everything durable and closes the file. */
  close(): void {
    fsyncSync(this.#descriptor)
    closeSync(this.#descriptor)
  }
}

function lineOf(record: unknown): Buffer {
  const json = JSON.stringify(record)
  return Buffer.from(`${checksum(json)} ${json}\n`)
}

function checksum(json: string): string {
  return crc32(json).toString(16).padStart(8, '0')
}

function writeAll(descriptor: number, bytes: Buffer): number {
  for (let at = 0; at < bytes.length; ) at += writeSync(descriptor, bytes, at)
  return bytes.length
}

/** Not every platform can sync a directory; the rename is then durable a little later. */
function syncDirectory(directory: string): void {
  try {
    const descriptor = openSync(directory, 'r')
    try {
      fsyncSync(descriptor)
    } finally {
      closeSync(descriptor)
    }
  } catch (cause) {
    if (process.platform !== 'win32') throw cause
  }
}

interface ParsedRecords {
  readonly records: unknown[]
  readonly goodBytes: number
  readonly lines: number
}

function parseRecords(bytes: Buffer, file: string): ParsedRecords {
  const records: unknown[] = []
  let start = 0
  let lines = 0
  while (start < bytes.length) {
    const end = bytes.indexOf(NEWLINE, start)
    const record = end < 0 ? undefined : parseLine(bytes.toString('utf8', start, end))
    if (record === undefined) {
      if (end >= 0 && hasRecordAfter(bytes, end + 1)) throw damagedInside(file, lines + 1)
      break
    }
    records.push(record.value)
    lines += 1
    start = end + 1
  }
  return { records, goodBytes: start, lines }
}

function parseLine(line: string): { readonly value: unknown } | undefined {
  const json = line.slice(9)
  if (line[8] !== ' ' || checksum(json) !== line.slice(0, 8)) return undefined
  return { value: JSON.parse(json) as unknown }
}

function hasRecordAfter(bytes: Buffer, from: number): boolean {
  return bytes
    .toString('utf8', from)
    .split('\n')
    .some(line => parseLine(line) !== undefined)
}

function damagedInside(file: string, line: number): SimulatorError {
  return new SimulatorError(
    'state-damaged',
    `${file}:${line} is damaged, and valid records follow it. Restore the file from a copy, or delete it to begin a new venue (its positions are then gone).`,
    { details: { file, line } },
  )
}

function unavailable(file: string, cause: unknown): SimulatorError {
  const reason = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause)
  return new SimulatorError(
    'state-unavailable',
    `The state file ${file} cannot be read or written (${reason}). Check the directory's permissions and the free space.`,
    { cause, details: { file, reason } },
  )
}
