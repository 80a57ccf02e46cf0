import { constants } from 'node:os'

/** The exit code as a shell tells it: a process that a signal met in its very last moments has none of its own. */
export function exitCode(code: number | null, signal: NodeJS.Signals | null): number | null {
  return signal === null ? code : 128 + constants.signals[signal]
}
