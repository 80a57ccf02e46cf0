import { randomUUID } from 'node:crypto'
import { open, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'
import { currentBootId, identifyProcess } from '@openclaw-trading/control-plane'
import { makeFolder } from '@openclaw-trading/control-plane/client'
import { ServerError } from './errors.ts'

/** The folder of a server, held by it alone while it runs. */
export interface DataDir {
  readonly path: string
  /** Folder of the embedded database. */
  readonly postgres: string
  /** Folder of the simulated venue. */
  readonly venue: string
  /** Folder of the bots' outboxes. */
  readonly bots: string
  readonly logs: string
  /** Lets another server have it. */
  release(): Promise<void>
}

interface Holder {
  readonly pid: number
  readonly startMark: string | null
  readonly bootId: string
  /** ISO 8601; locks of older versions have none. */
  readonly since?: string
}

/** A lock is there a moment before its holder is written in it. */
const WRITING_MS = 2000

/**
 * Makes the folder, checks that it can be written, and takes it for this process.
 *
 * A holder that no longer lives (also after `kill -9`) is replaced: a pid alone proves nothing, so its boot and start
 * time are compared too.
 *
 * @throws {@link ServerError} `data-dir-unwritable`, `data-dir-taken`
 */
export async function openDataDir(path: string): Promise<DataDir> {
  const lock = join(path, 'server.lock')
  try {
    // 0711: a database that must not run as root runs as another user and passes through.
    makeFolder(path, 0o711)
    for (const name of ['bots', 'logs', 'venue']) makeFolder(join(path, name), 0o700)
    const probe = join(path, `.probe-${randomUUID()}`)
    await writeFile(probe, '')
    await unlink(probe)
    await take(path, lock)
  } catch (cause) {
    if (cause instanceof ServerError) throw cause
    const why = cause instanceof Error && 'code' in cause ? String(cause.code) : 'it cannot be written'
    throw new ServerError(
      'data-dir-unwritable',
      `The data folder ${path} cannot be used (${why}). Give this user write access, or name another with --data-dir or CLAW_DATA_DIR.`,
      { cause },
    )
  }
  return {
    path,
    postgres: join(path, 'postgres'),
    venue: join(path, 'venue'),
    bots: join(path, 'bots'),
    logs: join(path, 'logs'),
    release: () => rm(lock, { force: true }),
  }
}

async function take(path: string, lock: string): Promise<void> {
  const me: Holder = {
    pid: process.pid,
    startMark: await startMarkOf(process.pid),
    bootId: await currentBootId(),
    since: new Date().toISOString(),
  }
  // Two tries: the second follows the removal of a stale lock.
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(lock, 'wx', 0o600)
      await file.writeFile(JSON.stringify(me))
      await file.close()
      return
    } catch (error) {
      if (!(error instanceof Error) || !('code' in error) || error.code !== 'EEXIST') throw error
    }
    const holder = await readHolder(lock)
    if (holder !== undefined && (await lives(holder, me)))
      throw new ServerError(
        'data-dir-taken',
        `Process ${holder.pid} already runs a server on ${path}${sinceOf(holder)}. Stop it first, or name another folder with --data-dir.`,
      )
    if (holder === undefined && (await isBeingWritten(lock))) break
    // Renamed, not removed: of two that find the same stale lock only one moves it away.
    const stale = `${lock}.${randomUUID()}`
    await rename(lock, stale).catch(() => undefined)
    await rm(stale, { force: true })
  }
  throw new ServerError(
    'data-dir-taken',
    `Another server is starting on ${path}. Wait for it, or name another folder.`,
  )
}

async function lives(holder: Holder, me: Holder): Promise<boolean> {
  if (holder.bootId !== me.bootId) return false
  const mark = await startMarkOf(holder.pid)
  return mark !== null && mark === holder.startMark
}

function sinceOf({ since }: Holder): string {
  return since === undefined ? '' : `, since ${since.slice(0, 19).replace('T', ' ')} UTC`
}

async function isBeingWritten(lock: string): Promise<boolean> {
  const { mtimeMs, size } = await stat(lock).catch(() => ({ mtimeMs: 0, size: 1 }))
  return size === 0 && Math.abs(Date.now() - mtimeMs) < WRITING_MS
}

async function readHolder(lock: string): Promise<Holder | undefined> {
  try {
    return JSON.parse(await readFile(lock, 'utf8')) as Holder
  } catch {
    return undefined
  }
}

async function startMarkOf(pid: number): Promise<string | null> {
  const identity = await identifyProcess(hostname(), pid)
  return identity?.startMark ?? null
}
