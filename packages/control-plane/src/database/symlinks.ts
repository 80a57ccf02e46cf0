import { copyFile, lstat, readFile, symlink } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import { errorCode } from './pg-errors.ts'

interface LinkEntry {
  readonly source: string
  readonly target: string
}

/** Links that the package's archive cannot hold; empty where its platform needs none. Paths are below the package. */
export async function readLinkList(packageDir: string): Promise<readonly LinkEntry[]> {
  try {
    const list: unknown = JSON.parse(await readFile(join(packageDir, 'native/pg-symlinks.json'), 'utf8'))
    return Array.isArray(list) ? (list as LinkEntry[]) : []
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return []
    throw error
  }
}

async function isPresent(file: string): Promise<boolean> {
  try {
    await lstat(file)
    return true
  } catch {
    return false
  }
}

/** Tells whether all links are there. */
export async function hasLinks(packageDir: string): Promise<boolean> {
  for (const { target } of await readLinkList(packageDir))
    if (!(await isPresent(join(packageDir, target)))) return false
  return true
}

/**
 * Makes the links that the package's own install script would have made: dependencies are installed without scripts.
 * Links that exist are left alone, so it may run any number of times and in several processes at once.
 */
export async function makeLinks(packageDir: string): Promise<void> {
  for (const { source, target } of await readLinkList(packageDir)) {
    const from = join(packageDir, source)
    const to = join(packageDir, target)
    if (await isPresent(to)) continue
    try {
      await symlink(relative(dirname(to), from), to)
    } catch (error) {
      if (errorCode(error) === 'EEXIST') continue
      if (errorCode(error) !== 'EPERM') throw error
      // File systems without links (FAT, Windows without the right) take a copy instead.
      await copyFile(from, to)
    }
  }
}
