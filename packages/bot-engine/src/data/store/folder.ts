import { closeSync, fstatSync, openSync, readdirSync, readFileSync, readSync, readv } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { EngineError } from '../../errors.ts'
import {
  type ColumnFile,
  type ColumnFileFront,
  type ColumnFileHead,
  openColumnFile,
  readFront,
} from './column-file.ts'
import { codeOf, unreadable, writeDurably } from './durable-file.ts'
import { type RenewLock, withFolderLock } from './folder-lock.ts'
import { chunkSpan, isStoreSeries, type StoreSeries } from './series.ts'

/** Where data came from, as far as it was told. */
export interface DataSource {
  /** A file's name, a broker, a vendor. */
  readonly source: string
  /** Zone of the source's times before they became UTC. */
  readonly timeZone?: string
  /** Terms under which the data may be used. */
  readonly licence?: string
}

/** The manifest of a series: what its files cannot state themselves. */
export interface Manifest {
  readonly schema: 'claw.data/1'
  readonly symbol: string
  readonly series: StoreSeries
  readonly digits: number
  /** Oldest first; of each span written. */
  readonly sources: readonly DataSource[]
  /** Names of the files that must be there. */
  readonly files: readonly string[]
}

const EXTENSION = '.clawcol'
const MANIFEST = 'series.json'
const LOCK = '.lock'
/** More than any head has. */
const HEAD_BYTES = 4096

/** The folder of one series of one symbol: column files and a manifest. */
export class SeriesFolder {
  readonly symbol: string
  readonly series: StoreSeries
  readonly path: string

  constructor(root: string, symbol: string, series: StoreSeries) {
    this.symbol = symbol
    this.series = series
    this.path = join(root, encodeSymbol(symbol), series)
  }

  fileOf(name: string): string {
    return join(this.path, `${name}${EXTENSION}`)
  }

  /** Names of the files there are, oldest first. */
  names(): readonly string[] {
    return listed(this.path)
      .flatMap(file => (file.endsWith(EXTENSION) ? [file.slice(0, -EXTENSION.length)] : []))
      .filter(name => chunkSpan(name, this.series) !== undefined)
      .sort()
  }

  /** @throws {@link EngineError} `data-invalid` when it is there and cannot be read */
  manifest(): Manifest | undefined {
    const path = join(this.path, MANIFEST)
    let text: string
    try {
      text = readFileSync(path, 'utf8')
    } catch (cause) {
      if (codeOf(cause) === 'ENOENT') return undefined
      throw unreadable(path, cause)
    }
    try {
      const manifest = JSON.parse(text) as Manifest
      if (manifest.schema === 'claw.data/1' && Array.isArray(manifest.files)) return manifest
    } catch {
      // Said below.
    }
    throw new EngineError(
      'data-invalid',
      `${path} is no manifest of a data store. Delete it: it is written anew with the next import.`,
      { details: { path } },
    )
  }

  /** Files that the manifest names and that are not there. */
  missing(names = this.names()): readonly string[] {
    const there = new Set(names)
    return (this.manifest()?.files ?? []).filter(name => !there.has(name))
  }

  /**
   * Reads a file whole and checks it; with a `scratch` into that, where the next file will lie too.
   *
   * @throws {@link EngineError} `data-invalid`, `data-missing` with the path
   */
  open(name: string, scratch?: Scratch): ColumnFile {
    const path = this.fileOf(name)
    const file = openColumnFile(path, readBytes(path, Number.POSITIVE_INFINITY, scratch))
    const { symbol, series } = file.head
    if (symbol === this.symbol && series === this.series) return file
    throw new EngineError(
      'data-invalid',
      `${path} holds ${symbol} ${series} and lies where ${this.symbol} ${this.series} belongs. Move it back.`,
      { details: { path } },
    )
  }

  /** Reads the head of a file; its rows are neither read nor checked. @throws {@link EngineError} as {@link open} */
  head(name: string): ColumnFileHead {
    return this.front(name).head
  }

  /** As {@link head}, with the bytes that state it. @throws {@link EngineError} as {@link open} */
  front(name: string): ColumnFileFront {
    const path = this.fileOf(name)
    return readFront(path, readBytes(path, HEAD_BYTES))
  }

  /**
   * Reads a file into memory that lies apart, while this thread does other work.
   *
   * @param places - In the order of the file; as many bytes as it has.
   * @returns `false` when it cannot be read or has other than so many bytes: {@link open} says what is wrong
   */
  async fill(name: string, places: readonly Buffer[]): Promise<boolean> {
    let file: number | undefined
    try {
      file = openSync(this.fileOf(name), 'r')
      // One byte more than there should be, so that a longer file shows.
      const { bytesRead } = await readParts(file, [...places, Buffer.alloc(1)], 0)
      return bytesRead === places.reduce((sum, { length }) => sum + length, 0)
    } catch {
      return false
    } finally {
      if (file !== undefined) closeSync(file)
    }
  }

  async writeManifest(manifest: Manifest): Promise<void> {
    await writeDurably(join(this.path, MANIFEST), Buffer.from(`${JSON.stringify(manifest, undefined, 2)}\n`))
  }

  async write(name: string, bytes: Buffer): Promise<void> {
    await writeDurably(this.fileOf(name), bytes)
  }

  /** Runs `work` while no other process writes here. @throws {@link EngineError} `data-busy` */
  locked<Result>(work: (renew: RenewLock) => Promise<Result>): Promise<Result> {
    return withFolderLock(join(this.path, LOCK), work)
  }
}

/** Memory for one file after another: pages that are in use already cost nothing again. */
export class Scratch {
  #memory = new ArrayBuffer(0)

  /** The first `size` bytes; what was taken before is written over. */
  take(size: number): Buffer {
    if (this.#memory.byteLength < size) this.#memory = new ArrayBuffer(size * 2)
    return Buffer.from(this.#memory, 0, size)
  }
}

/** Every series of a store. */
export function seriesFolders(root: string): readonly SeriesFolder[] {
  return listed(root)
    .sort()
    .flatMap(symbol => {
      const series = listed(join(root, symbol)).filter(isStoreSeries)
      return series.map(name => new SeriesFolder(root, decodeURIComponent(symbol), name))
    })
}

const readParts = promisify(readv)

/** The first bytes of a file, at most so many. */
function readBytes(path: string, most: number, scratch?: Scratch): Buffer {
  let file: number | undefined
  try {
    file = openSync(path, 'r')
    const size = Math.min(most, fstatSync(file).size)
    // Memory of its own, so that its columns lie on the bounds of their numbers.
    const bytes = scratch?.take(size) ?? Buffer.from(new ArrayBuffer(size))
    let read = 0
    while (read < size) {
      const part = readSync(file, bytes, read, size - read, read)
      if (part === 0) break
      read += part
    }
    return bytes
  } catch (cause) {
    throw unreadable(path, cause)
  } finally {
    if (file !== undefined) closeSync(file)
  }
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT' || codeOf(cause) === 'ENOTDIR') return []
    throw unreadable(folder, cause)
  }
}

/** A symbol such as `BTC/USD` as the name of a folder. */
export function encodeSymbol(symbol: string): string {
  const name = encodeURIComponent(symbol)
  if (name !== '' && !/^\.+$/.test(name)) return name
  throw new EngineError('invalid-options', `"${symbol}" is no name of a symbol. Pass one such as XAUUSD.`)
}
