import { randomUUID } from 'node:crypto'
import { mkdir, open, realpath, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { CTraderError } from '../errors.ts'

/** Mode of a file that holds secrets: its owner alone. */
const PRIVATE = 0o600

/** Replaces a file as a whole, for its owner alone, and durable when it resolves. @throws CTraderError `state-unavailable` */
export async function replaceFile(path: string, content: string | Buffer): Promise<void> {
  try {
    await makeFolder(dirname(path))
    // A link stays a link: what it points to is replaced.
    const target = await realpath(path).catch(() => path)
    const draft = `${target}.${process.pid}.${randomUUID()}.tmp`
    try {
      await writeDurably(draft, content)
      await rename(draft, target)
    } catch (error) {
      await rm(draft, { force: true })
      throw error
    }
    await syncFolder(dirname(target))
  } catch (cause) {
    throw unavailable(path, 'written', cause)
  }
}

/** Makes a file that must not exist yet; false when it does. @throws CTraderError `state-unavailable` */
export async function createFile(path: string, content: string): Promise<boolean> {
  try {
    await makeFolder(dirname(path))
    await writeDurably(path, content)
    await syncFolder(dirname(path))
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw unavailable(path, 'created', cause)
  }
}

async function writeDurably(path: string, content: string | Buffer): Promise<void> {
  const file = await open(path, 'wx', PRIVATE)
  try {
    await file.writeFile(content)
    await file.sync()
  } finally {
    await file.close()
  }
}

/** A folder that we make is for us alone, and tells git to keep out. */
async function makeFolder(folder: string): Promise<void> {
  const made = await mkdir(folder, { recursive: true, mode: 0o700 })
  if (made !== undefined) await writeFile(join(made, '.gitignore'), '*\n', { flag: 'wx', mode: PRIVATE })
}

async function syncFolder(folder: string): Promise<void> {
  // Windows has no way to sync a folder.
  if (process.platform === 'win32') return
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** Refuses a file of secrets that others can read. @throws CTraderError `state-unavailable` */
export async function checkPrivate(path: string): Promise<void> {
  if (process.platform === 'win32') return
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  throw new CTraderError(
    'state-unavailable',
    `${path} holds tokens and others can read it (mode ${(mode & 0o777).toString(8)}). Run: chmod 600 ${path}`,
    { path },
  )
}

/** The code of a system error, e.g. ENOENT. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined
}

/** Says that a file cannot be used. */
export function unavailable(path: string, done: string, cause: unknown): CTraderError<'state-unavailable'> {
  return new CTraderError(
    'state-unavailable',
    `${path} cannot be ${done} (${codeOf(cause) ?? 'unknown reason'}). Check the folder and its permissions.`,
    { path },
    { cause },
  )
}
