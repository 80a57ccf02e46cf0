import { mkdir, open, readFile, readlink, rm, stat, utimes } from 'node:fs/promises'
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
  /** Of this taking of it, and of no other. Absent: by an earlier version. */
  readonly id?: string | undefined
  /** Among which processes `pid` counts: a container may have the name of its host, and no sight of the others. */
  readonly among?: string | undefined
}

/** Says that the holder is still at it; from call to call at most a minute, or it throws `data-busy` where another took over. */
export type RenewLock = () => Promise<void>

/**
 * Runs `work` while no other process holds the lock file. A lock whose process has died on this machine is taken away at
 * once, one from elsewhere after a minute without a renewal; by one of those that wait, whatever their number.
 *
 * @throws {@link EngineError} `data-busy` when another holds it for longer than 5 s, `not-writable` when it cannot be made
 */
export async function withFolderLock<Result>(
  path: string,
  work: (renew: RenewLock) => Promise<Result>,
): Promise<Result> {
  await mkdir(dirname(path), { recursive: true }).catch((cause: unknown) => {
    throw unwritable(dirname(path), cause)
  })
  const id = await patientlyTaken(path)
  try {
    return await work(() => renew(path, id))
  } finally {
    await release(path, id)
  }
}

/** @returns what it is held by from now on */
async function patientlyTaken(path: string): Promise<string> {
  const until = Date.now() + PATIENCE_MS
  for (;;) {
    const id = await taken(path)
    if (id !== undefined) return id
    const left = await leftBehind(path)
    if (left !== undefined && (await takeAway(path, left))) continue
    if (Date.now() > until) throw busy(path, await ownerOf(path))
    await new Promise(resolve => setTimeout(resolve, ASK_AGAIN_MS))
  }
}

/** Takes the lock if nobody holds it. @returns what it is held by then; `undefined`: it is held already */
async function taken(path: string): Promise<string | undefined> {
  const id = crypto.randomUUID()
  // Known before: a lock is without a name for as short as can be.
  const own = JSON.stringify({ ...(await ownName()), id } satisfies Owner)
  try {
    const file = await open(path, 'wx')
    try {
      await file.writeFile(own)
    } catch (cause) {
      // Nobody holds a lock without a name, and nobody takes it away for a minute.
      await remove(path)
      throw cause
    } finally {
      await file.close()
    }
    return id
  } catch (cause) {
    if (codeOf(cause) === 'EEXIST') return undefined
    throw unwritable(path, cause)
  }
}

async function remove(path: string): Promise<void> {
  await rm(path, { force: true }).catch((cause: unknown) => {
    throw unwritable(path, cause)
  })
}

async function renew(path: string, id: string): Promise<void> {
  const owner = await ownerOf(path)
  // A process that stood still for longer than a minute may find another one here.
  if (owner !== undefined && owner.id !== id) throw busy(path, owner)
  const now = new Date()
  await utimes(path, now, now).catch((cause: unknown) => {
    throw unwritable(path, cause)
  })
}

/** What another took meanwhile stays. */
async function release(path: string, id: string): Promise<void> {
  const owner = await ownerOf(path)
  if (owner?.id === id) await remove(path)
}

/** Which lock lies here that its holder has left behind; `undefined`: none. */
async function leftBehind(path: string): Promise<string | undefined> {
  const held = await stat(path).catch(() => undefined)
  if (held === undefined) return undefined
  const owner = await ownerOf(path)
  const own = await ownName()
  const isDead = owner?.host === own.host && owner.among === own.among && !isAlive(owner.pid)
  if (!isDead && Date.now() - held.mtimeMs <= STALE_MS) return undefined
  const id = owner?.id
  // Without an id that can be a file's name the file is known by where it lies and when it was written.
  return id !== undefined && /^[\w-]{1,64}$/.test(id) ? id : `${held.ino}-${Math.floor(held.mtimeMs)}`
}

/**
 * Takes away a lock that was left behind, and no other.
 *
 * Who does so holds a lock with the name of the one that goes: there is one taker of it at a time, so it is the same from
 * the last look to its removal. Moving it aside first would not do: of three processes the first could move away what the
 * second has just taken, and the third take the free place. A taker that dies leaves its lock behind in turn.
 *
 * @param lock - The lock itself, where what goes is a turn at it.
 * @returns false: another is at it
 */
async function takeAway(path: string, left: string, lock = path): Promise<boolean> {
  // Not by way of the names of those before it: a name has an end.
  const turn = `${lock}.${left}`
  const id = await taken(turn)
  if (id === undefined) {
    const dead = await leftBehind(turn)
    return dead !== undefined && (await takeAway(turn, dead, lock))
  }
  try {
    if ((await leftBehind(path)) === left) await remove(path)
  } finally {
    await release(turn, id)
  }
  return true
}

/** Of this process. Linux alone names the processes that it sees. */
async function ownName(): Promise<Omit<Owner, 'id'>> {
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
