// Tells a process that runs from one that ended and whose pid another has. Imports node built-ins only.
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

/** What stands in a file; undefined: nothing that can be read. */
export function textOf(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/** What no other process has, not even one that is given the same pid later; undefined: no such process runs. */
function markOf(pid) {
  if (process.platform === 'linux') {
    const stat = textOf(`/proc/${pid}/stat`)
    if (stat === undefined) return undefined
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // Dead, and its parent did not look.
    if (fields[0] === 'Z') return undefined
    return `${textOf('/proc/sys/kernel/random/boot_id')?.trim()} ${fields[19]}`
  }
  try {
    if (process.platform !== 'win32')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim()
    process.kill(pid, 0)
    return 'runs'
  } catch (error) {
    return error.code === 'EPERM' ? 'runs' : undefined
  }
}

/** A process, by which it is known again. */
export const identityOf = pid => ({ pid, mark: markOf(pid) })

/** Tells whether a process of {@link identityOf} still runs. */
export const lives = ({ pid, mark }) => mark !== undefined && markOf(pid) === mark

/** Now, as people read it. */
export const nowText = () => `${new Date().toISOString().slice(0, 19).replace('T', ' ')} UTC`
