import { randomBytes } from 'node:crypto'
import { link, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { SYSTEM_CLOCK } from '../clock.ts'
import { ControlPlaneError } from '../errors.ts'
import { makeFolder } from '../make-folder.ts'
import { currentBootId, isSameProcess, probeProcess } from '../process-probe.ts'
import { errorCode } from './pg-errors.ts'

const POLL_MS = 25

interface Owner {
  readonly pid: number
  readonly startMark: string
  readonly bootId: string
}

async function thisProcess(): Promise<Owner> {
  const probe = await probeProcess(process.pid)
  return { pid: process.pid, startMark: probe?.startMark ?? 'unknown', bootId: await currentBootId() }
}

/** Reads who wrote a lock or holder file; null when it is gone or unreadable. */
async function readOwner(
  file: string,
): Promise<{ readonly text: string; readonly owner: Owner | null } | null> {
  try {
    const text = await readFile(file, 'utf8')
    try {
      return { text, owner: JSON.parse(text) as Owner }
    } catch {
      return { text, owner: null }
    }
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null
    throw error
  }
}

async function isLive(owner: Owner | null): Promise<boolean> {
  if (owner === null || owner.bootId !== (await currentBootId())) return false
  return isSameProcess(owner.pid, owner.startMark)
}

/** Puts a stale lock aside. Whoever moved a fresh one by a lost race puts it back. */
async function clearStale(file: string, staleText: string): Promise<void> {
  const aside = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await rename(file, aside)
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return
    throw error
  }
  const moved = await readOwner(aside)
  if (moved !== null && moved.text !== staleText) await link(aside, file).catch(() => {})
  await rm(aside, { force: true })
}

/**
 * Takes a lock between processes of one machine; one whose owner has died is taken over. Gives the release.
 * @throws {@link ControlPlaneError} `embedded-database-failed` when a live owner keeps it beyond the deadline
 */
export async function takeFileLock(file: string, timeoutMs: number): Promise<() => Promise<void>> {
  const deadline = SYSTEM_CLOCK.now() + timeoutMs
  const text = JSON.stringify({ ...(await thisProcess()), nonce: randomBytes(8).toString('hex') })
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  await writeFile(draft, text, { mode: 0o600 })
  try {
    for (;;) {
      try {
        // A link appears complete or not at all; a file opened exclusively can be seen empty.
        await link(draft, file)
        return async () => {
          if ((await readOwner(file))?.text === text) await rm(file, { force: true })
        }
      } catch (error) {
        if (errorCode(error) !== 'EEXIST') throw error
      }
      const found = await readOwner(file)
      if (found !== null && !(await isLive(found.owner))) {
        await clearStale(file, found.text)
        continue
      }
      if (SYSTEM_CLOCK.now() > deadline)
        throw new ControlPlaneError(
          'embedded-database-failed',
          `Process ${found?.owner?.pid ?? '?'} has been starting or stopping the database of ${file} for more than ${timeoutMs} ms. Wait for it or end it, then try again.`,
        )
      await SYSTEM_CLOCK.sleep(POLL_MS)
    }
  } finally {
    await rm(draft, { force: true })
  }
}

/** Notes in a folder that this process uses what the folder belongs to. Gives the withdrawal. */
export async function registerHolder(folder: string): Promise<() => Promise<void>> {
  makeFolder(folder, 0o700)
  const owner = await thisProcess()
  const file = join(folder, `${owner.pid}-${randomBytes(6).toString('hex')}.json`)
  await writeFile(file, JSON.stringify(owner), { mode: 0o600 })
  return () => rm(file, { force: true })
}

/** Counts the notes of live processes and removes those of dead ones. Call under the lock. */
export async function countHolders(folder: string): Promise<number> {
  let live = 0
  for (const name of await readdir(folder).catch(() => [])) {
    const file = join(folder, name)
    const found = await readOwner(file)
    if (found !== null && (await isLive(found.owner))) live += 1
    else await rm(file, { force: true })
  }
  return live
}
