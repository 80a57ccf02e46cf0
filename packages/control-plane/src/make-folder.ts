import { existsSync, mkdirSync } from 'node:fs'
import { dirname, resolve } from 'node:path'

/**
 * Makes a folder and its missing parents; does nothing when it exists. Gives those it made, the outermost first.
 *
 * Node's own `recursive` never returns below a file system that refuses folders with ENOENT (`/proc`): it retries the
 * parent for ever. One level at a time ends with the error instead.
 */
export function makeFolder(path: string, mode: number): readonly string[] {
  const missing: string[] = []
  for (let folder = resolve(path); !existsSync(folder); folder = dirname(folder)) missing.unshift(folder)
  const made: string[] = []
  for (const folder of missing) {
    try {
      mkdirSync(folder, { mode })
      made.push(folder)
    } catch (error) {
      // Somebody else made it between the look and the call.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
  return made
}
