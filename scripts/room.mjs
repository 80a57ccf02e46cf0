// What installed packages take of a disk.
import { lstatSync, readdirSync } from 'node:fs'
import { join } from 'node:path'

/** What a file system with its usual blocks of 4 KiB sets aside. */
const BLOCK_BYTES = 4096

/**
 * Room that a folder takes on a disk, in bytes, as `du` counts it: files and folders in whole blocks, and a file with two
 * names once, as esbuild has its program.
 */
export function roomOf(folder, counted = new Set()) {
  let bytes = BLOCK_BYTES
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) bytes += roomOf(path, counted)
    if (!entry.isFile()) continue
    const { dev, ino, size } = lstatSync(path)
    if (!counted.has(`${dev}:${ino}`)) bytes += Math.ceil(size / BLOCK_BYTES) * BLOCK_BYTES
    counted.add(`${dev}:${ino}`)
  }
  return bytes
}
