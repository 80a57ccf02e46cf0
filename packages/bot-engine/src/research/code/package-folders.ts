import { existsSync, readFileSync, realpathSync, statSync } from 'node:fs'
import { dirname, join, sep } from 'node:path'

/** What of a package.json says where its modules are. */
export interface Manifest {
  readonly name?: string
  readonly version?: string
  readonly main?: string
  readonly exports?: unknown
  readonly imports?: unknown
}

/** A folder with a package.json. */
export interface PackageFolder {
  readonly folder: string
  readonly manifest: Manifest
}

/** The package that a file belongs to. */
export function packageAround(file: string): PackageFolder | undefined {
  return upward(dirname(file), folder => packageIn(folder))
}

/** The package of a name as seen from a file, in its real place: one of the workspace is linked from `node_modules`. */
export function installedPackage(name: string, file: string): PackageFolder | undefined {
  const around = packageAround(file)
  if (around?.manifest.name === name) return around
  return upward(dirname(file), folder => {
    const place = join(folder, 'node_modules', name)
    return existsSync(place) ? packageIn(realpathSync(place)) : undefined
  })
}

/** Whether a package was installed, and is no code of the project. */
export function isInstalled({ folder }: Pick<PackageFolder, 'folder'>): boolean {
  return folder.split(sep).includes('node_modules')
}

/** Looks in a folder and in each above it. */
export function upward<T>(from: string, look: (folder: string) => T | undefined): T | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const found = look(folder)
    if (found !== undefined || dirname(folder) === folder) return found
  }
}

/** Whether there is a file of this path. */
export function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function packageIn(folder: string): PackageFolder | undefined {
  const file = join(folder, 'package.json')
  if (!isFile(file)) return undefined
  try {
    return { folder, manifest: JSON.parse(readFileSync(file, 'utf8')) as Manifest }
  } catch {
    // Half written: whoever imports it will say so.
    return undefined
  }
}
