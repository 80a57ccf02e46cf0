import { execFile } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What the operating system says of a pid. A pid alone proves nothing: it is handed out again within minutes. */
export interface ProcessProbe {
  /** The kernel's mark of the start: equal marks of one boot and pid are one process. */
  readonly startMark: string
  /** Ended but not yet collected by its parent: `kill(pid, 0)` still succeeds. */
  readonly zombie: boolean
  /** Arguments joined by spaces; empty when the system does not say. */
  readonly commandLine: string
}

/** Reads `/proc/<pid>/stat`. The name in parentheses may hold spaces and parentheses, so fields count from the last one. */
export function parseProcStat(text: string): { readonly startMark: string; readonly zombie: boolean } | null {
  const fields = text
    .slice(text.lastIndexOf(')') + 2)
    .trim()
    .split(' ')
  const state = fields[0]
  // Field 22 of proc(5), "starttime", in clock ticks since boot; the slice begins with field 3.
  const startMark = fields[19]
  if (state === undefined || startMark === undefined || !/^\d+$/.test(startMark)) return null
  return { startMark, zombie: state === 'Z' || state === 'X' }
}

/** Reads a line of `ps -o stat=,lstart=,command=`, e.g. `Ss Wed Nov 25 13:53:49 2026 node main.js`. */
export function parsePsLine(line: string): ProcessProbe | null {
  const match = /^\s*(\S+)\s+(\S+\s+\S+\s+\d+\s+[\d:]+\s+\d{4})\s*(.*)$/.exec(line)
  if (!match) return null
  const [, state = '', start = '', commandLine = ''] = match
  return { startMark: start.replace(/\s+/g, ' '), zombie: /^[ZX]/.test(state), commandLine }
}

async function probeLinux(pid: number): Promise<ProcessProbe | null> {
  try {
    const stat = parseProcStat(await readFile(`/proc/${pid}/stat`, 'utf8'))
    if (stat === null) return null
    const commandLine = (await readFile(`/proc/${pid}/cmdline`, 'utf8')).replaceAll('\0', ' ').trim()
    return { ...stat, commandLine }
  } catch {
    return null
  }
}

async function probeWindows(pid: number): Promise<ProcessProbe | null> {
  try {
    const script = `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`
    const { stdout } = await run('powershell', ['-NoProfile', '-Command', script])
    return /^\d+$/.test(stdout.trim()) ? { startMark: stdout.trim(), zombie: false, commandLine: '' } : null
  } catch {
    return null
  }
}

/** What is known of a pid, or null when no such process exists (a zombie does exist). */
export async function probeProcess(pid: number): Promise<ProcessProbe | null> {
  if (!Number.isInteger(pid) || pid <= 0) return null
  if (process.platform === 'linux') return probeLinux(pid)
  if (process.platform === 'win32') return probeWindows(pid)
  try {
    const { stdout } = await run('ps', ['-o', 'stat=,lstart=,command=', '-p', String(pid)], {
      env: { LC_ALL: 'C', PATH: '/bin:/usr/bin' },
    })
    return parsePsLine(stdout.split('\n')[0] ?? '')
  } catch {
    return null
  }
}

/** Tells whether the process with this pid and start still runs; a zombie does not. */
export async function isSameProcess(pid: number, startMark: string): Promise<boolean> {
  const probe = await probeProcess(pid)
  return probe !== null && !probe.zombie && probe.startMark === startMark
}

let bootId: Promise<string> | undefined

async function readBootId(): Promise<string> {
  try {
    if (process.platform === 'linux')
      return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8')).trim()
    if (process.platform === 'darwin') {
      const { stdout } = await run('/usr/sbin/sysctl', ['-n', 'kern.bootsessionuuid'])
      return stdout.trim()
    }
  } catch {
    // Falls through: where the boot has no id, the start marks are wall times and do not repeat over boots.
  }
  return 'unknown'
}

/** Identifies the boot of this machine: pids and start marks compare only within one. */
export function currentBootId(): Promise<string> {
  bootId ??= readBootId()
  return bootId
}
