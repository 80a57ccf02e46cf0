import {
  constants,
  copyFile,
  mkdir,
  open,
  readFile,
  readlink,
  rename,
  rm,
  stat,
  utimes,
} from 'node:fs/promises'
import { hostname } from 'node:os'
import { dirname } from 'node:path'
import { EngineError } from '../../errors.ts'
import { codeOf, unwritable } from './durable-file.ts'

/** Far longer than one file takes to write, and the lock is renewed with each: one that old was left behind. */
const STALE_MS = 60_000
const PATIENCE_MS = 5000
const ASK_AGAIN_MS = 50

/** Who holds a lock. */
interface Owner {
  readonly host: string
  readonly pid: number
  /** Among which processes `pid` counts: a container may have the name of its host, and no sight of the others. */
  readonly among?: string | undefined
}

/** Says that the holder is still at it; from call to call at most a minute. */
export type RenewLock = () => Promise<void>

/**
 * Runs `work` while no other process holds the lock file. A lock whose process has died on this machine is taken away at
 * once, one from elsewhere after a minute without a renewal.
 *
 * @throws {@link EngineError} `data-busy` when another holds it for longer than 5 s, `data-missing` when it cannot be made
 */
export async function withFolderLock<Result>(
  path: string,
  work: (renew: RenewLock) => Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
    throw unwritable(dirname(path), cause)
  })
  const until = Date.now() + PATIENCE_MS
  while (!(await takeLock(path))) {
    if (await isLeftBehind(path)) await takeAway(path)
    else if (Date.now() > until) throw busy(path, await ownerOf(path))
    else await new Promise(resolve => setTimeout(resolve, ASK_AGAIN_MS))
  }
  try {
    return await work(() => renew(path))
  } finally {
    await rm(path, { force: true })
  }
}

async function takeLock(path: string): Promise<boolean> {
  // Known before: a lock is without a name for as short as can be.
  const own = JSON.stringify(await ownName())
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(own)
    } finally {
      await file.close()
    }
    return true
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return false
    throw unwritable(path, cause)
  }
}

async function renew(path: string): Promise<void> {
  const now = new Date()
  await utimes(path, now, now).catch((cause: unknown) => {
    throw unwritable(path, cause)
  })
}

async function isLeftBehind(path: string): Promise<boolean> {
  const owner = await ownerOf(path)
  const own = await ownName()
  if (owner?.host === own.host && owner.among === own.among && !isAlive(owner.pid)) return true
  const held = await stat(path).catch(() => undefined)
  return held !== undefined && Date.now() - held.mtimeMs > STALE_MS
}

/** Moved aside before it is removed: what another process took meanwhile is put back. */
async function takeAway(path: string): Promise<void> {
  const aside = `${path}.${crypto.randomUUID()}`
  try {
    await rename(path, aside)
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return
    throw unwritable(path, cause)
  }
  if (!(await isLeftBehind(aside)))
    await copyFile(aside, path, constants.COPYFILE_EXCL).catch(() => undefined)
  await rm(aside, { force: true })
}

/** Of this process. Linux alone names the processes that it sees. */
async function ownName(): Promise<Owner> {
  const among = await readlink('/proc/self/ns/pid').catch(() => undefined)
  return { host: hostname(), pid: process.pid, among }
}

async function ownerOf(path: string): Promise<Owner | undefined> {
  try {
    const owner = JSON.parse(await readFile(path, 'utf8')) as Owner
    return Number.isInteger(owner.pid) && owner.pid > 0 ? owner : undefined
  } catch {
    return undefined
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return codeOf(error) === 'EPERM'
  }
}

function busy(path: string, owner: Owner | undefined): EngineError {
  const who = owner === undefined ? 'another process' : `process ${owner.pid} on ${owner.host}`
  return new EngineError(
    'data-busy',
    `${dirname(path)} is being written by ${who}. Try again when it has ended; if there is none, delete ${path}.`,
    { details: { path } },
  )
}
