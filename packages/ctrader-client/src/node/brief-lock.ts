import { closeSync, openSync, rmSync, statSync } from 'node:fs'
import { codeOf, unavailable } from './durable-file.ts'

/** A lock older than this was left by a process that died in the middle. */
const STALE_MS = 150
/** A holder that took longer does not write any more: the lock may be another's. */
const HOLD_MS = 100

/** A lock file for changes that take less than a millisecond; asks, and never waits. */
export class BriefLock {
  readonly #path: string
  #sinceMs = 0

  /** Creates it free. */
  constructor(path: string) {
    this.#path = path
  }

  /** Takes it, or returns false when another process has it. @throws {@link CTraderError} `state-unavailable` */
  acquire(): boolean {
    // From before the file: the others count from its making.
    this.#sinceMs = performance.now()
    try {
      closeSync(openSync(this.#path, 'wx', 0o600))
      return true
    } catch (cause) {
      if (codeOf(cause) !== 'EEXIST') throw unavailable(this.#path, 'written', cause)
      this.#removeStale()
      return false
    }
  }

  /** Whether nobody can have taken it for left behind yet. */
  stillOurs(): boolean {
    return performance.now() - this.#sinceMs < HOLD_MS
  }

  /** Gives it back. */
  release(): void {
    if (this.stillOurs()) rmSync(this.#path, { force: true })
  }

  #removeStale(): void {
    try {
      if (Math.abs(Date.now() - statSync(this.#path).mtimeMs) > STALE_MS) rmSync(this.#path, { force: true })
    } catch {
      // Gone meanwhile.
    }
  }
}
