import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { SYSTEM_CLOCK } from '../clock.ts'
import { probeProcess } from '../process-probe.ts'

/** The lines of `postmaster.pid` that matter here. */
export interface PostmasterFile {
  /** Of the server. */
  readonly pid: number
  /** Cluster it serves. */
  readonly dataDir: string
  /** TCP port; null while it is not yet written. */
  readonly port: number | null
  /** Id of its System V shared memory segment; null where there is none. */
  readonly sharedMemoryId: number | null
}

/** What a cluster's `postmaster.pid` means. */
export type PostmasterState =
  /** No file, or one that the server itself will replace. */
  | { readonly type: 'absent' }
  /** A server of this cluster runs. */
  | {
      readonly type: 'running'
      readonly pid: number
      readonly port: number | null
      readonly startMark: string
    }
  /** The pid lives but is a zombie or another program: the server would refuse to start until the file is gone. */
  | { readonly type: 'stale'; readonly pid: number; readonly sharedMemoryId: number | null }

/** Reads the text of a `postmaster.pid`; null when it is not (yet) one. */
export function parsePostmasterFile(text: string): PostmasterFile | null {
  const lines = text.split('\n').map(line => line.trim())
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return null
  const port = Number(lines[3])
  const segment = Number(lines[6]?.split(/\s+/)[1])
  return {
    pid,
    dataDir: lines[1] ?? '',
    port: Number.isInteger(port) && port > 0 ? port : null,
    sharedMemoryId: lines[6] !== undefined && lines[6] !== '' && Number.isInteger(segment) ? segment : null,
  }
}

/** Tells whether a command line is that of a server of this cluster; unknown command lines (Windows) are believed. */
export function isServerOf(commandLine: string, dataDir: string): boolean {
  return commandLine === '' || (/postgres/.test(commandLine) && commandLine.includes(dataDir))
}

/** Finds out whether a server of this cluster runs. */
export async function inspectPostmaster(dataDir: string): Promise<PostmasterState> {
  const text = await readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch(() => '')
  const file = parsePostmasterFile(text)
  if (file === null) return { type: 'absent' }
  const probe = await probeProcess(file.pid)
  if (probe === null) return { type: 'absent' }
  if (probe.zombie || !isServerOf(probe.commandLine, dataDir))
    return { type: 'stale', pid: file.pid, sharedMemoryId: file.sharedMemoryId }
  return { type: 'running', pid: file.pid, port: file.port, startMark: probe.startMark }
}

/** Processes attached to a shared memory segment, from the text of /proc/sysvipc/shm; 0 when it is gone. */
export function parseAttachCount(table: string, segment: number): number {
  const [header = '', ...rows] = table.trim().split('\n')
  const names = header.trim().split(/\s+/)
  const row = rows
    .map(line => line.trim().split(/\s+/))
    .find(cells => Number(cells[names.indexOf('shmid')]) === segment)
  return row === undefined ? 0 : Number(row[names.indexOf('nattch')])
}

/**
 * Removes a `postmaster.pid` whose pid is a zombie or another program. Removing it also removes the server's own check
 * that no back end of the dead server still writes, so that check is made here first. Gives false when one still does
 * at the deadline.
 */
export async function removeStaleFile(
  dataDir: string,
  sharedMemoryId: number | null,
  deadline: number,
): Promise<boolean> {
  while (sharedMemoryId !== null && process.platform === 'linux') {
    const table = await readFile('/proc/sysvipc/shm', 'utf8').catch(() => '')
    if (parseAttachCount(table, sharedMemoryId) === 0) break
    if (SYSTEM_CLOCK.now() > deadline) return false
    await SYSTEM_CLOCK.sleep(25)
  }
  await rm(join(dataDir, 'postmaster.pid'), { force: true })
  return true
}
