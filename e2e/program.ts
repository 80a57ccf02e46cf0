import type { ChildProcess } from 'node:child_process'
import { constants } from 'node:os'

/** Sends Ctrl-C to a program. */
export type Interrupt = () => void

/** Ctrl-C for a program that runs, once: further output after it is no reason for a second one. */
export function interruptOnce(child: ChildProcess): Interrupt {
  let isSent = false
  return () => {
    if (!isSent) isSent = child.kill('SIGINT')
  }
}

/** The exit code as a shell tells it: a process that a signal met in its very last moments has none of its own. */
export function exitOf(child: ChildProcess): Promise<number | null> {
  return new Promise(resolve =>
    child.once('close', (code, signal) => resolve(signal === null ? code : 128 + constants.signals[signal])),
  )
}
