import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '../make-folder.ts'

/** Limits of an {@link OutputLog}. */
export interface OutputLimits {
  /** Kept in memory. Default 64 KiB. */
  readonly tailBytes?: number
  /** Of the file; the one before it is kept as `<file>.1`. Default 10 MiB. */
  readonly fileBytes?: number
}

/** What a process prints: its end in memory, more of it in a file, both bounded. */
export interface OutputLog {
  /** Takes a piece. */
  append(chunk: Buffer): void
  /** The end of it. */
  tail(): string
  /** Ends it. */
  close(): void
}

/** Makes the log; without a file it keeps the end only. A file that cannot be written is given up, not the process. */
export function createOutputLog(file: string | null, limits: OutputLimits = {}): OutputLog {
  const tailBytes = limits.tailBytes ?? 65_536
  const fileBytes = limits.fileBytes ?? 10 * 1024 * 1024
  let tail = Buffer.alloc(0)
  let descriptor: number | null = null
  let size = 0

  const open = (path: string): void => {
    makeFolder(dirname(path), 0o700)
    descriptor = openSync(path, 'a', 0o600)
    size = fstatSync(descriptor).size
  }
  const close = (): void => {
    if (descriptor !== null) closeSync(descriptor)
    descriptor = null
  }
  const write = (path: string, chunk: Buffer): void => {
    try {
      if (size > 0 && size + chunk.length > fileBytes) {
        close()
        renameSync(path, `${path}.1`)
        open(path)
      }
      if (descriptor !== null) size += writeSync(descriptor, chunk.subarray(0, fileBytes))
    } catch {
      close()
    }
  }
  if (file !== null)
    try {
      open(file)
    } catch {
      close()
    }
  return {
    append: chunk => {
      tail = Buffer.concat([tail, chunk]).subarray(-tailBytes)
      if (file !== null) write(file, chunk)
    },
    tail: () => tail.toString('utf8'),
    close,
  }
}
