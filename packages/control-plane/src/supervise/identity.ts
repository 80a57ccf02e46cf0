import { currentBootId, isSameProcess, probeProcess } from '../process-probe.ts'
import type { ProcessIdentity } from '../stores/instances.ts'

/** Identifies a process of this machine; null when there is none with this pid. */
export async function identifyProcess(host: string, pid: number): Promise<ProcessIdentity | null> {
  const probe = await probeProcess(pid)
  return probe === null ? null : { host, bootId: await currentBootId(), pid, startMark: probe.startMark }
}

/** Tells whether exactly this process still runs here. */
export async function isProcessAlive(host: string, identity: ProcessIdentity): Promise<boolean> {
  if (identity.host !== host || identity.bootId !== (await currentBootId())) return false
  return isSameProcess(identity.pid, identity.startMark)
}

/**
 * Sends a signal after looking once more that the pid is still this process: pids are handed out again, and a signal to
 * a stranger is never harmless. Gives false when the process is gone.
 */
export async function signalProcess(
  host: string,
  identity: ProcessIdentity,
  signal: NodeJS.Signals,
): Promise<boolean> {
  if (!(await isProcessAlive(host, identity))) return false
  try {
    process.kill(identity.pid, signal)
    return true
  } catch {
    return false
  }
}
