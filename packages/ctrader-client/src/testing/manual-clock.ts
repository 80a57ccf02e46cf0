import type { UnixMs } from '@openclaw-trading/trading-model'
import type { Clock } from '../clock.ts'

interface Timer {
  readonly atMs: number
  readonly callback: () => void
}

/** A clock that a test turns. */
export class ManualClock implements Clock {
  readonly #timers = new Set<Timer>()
  #nowMs = 0

  now(): UnixMs {
    return (1_700_000_000_000 + this.#nowMs) as UnixMs
  }

  elapsedMs(): number {
    return this.#nowMs
  }

  schedule(delayMs: number, callback: () => void): () => void {
    const timer = { atMs: this.#nowMs + delayMs, callback }
    this.#timers.add(timer)
    return () => this.#timers.delete(timer)
  }

  /** Timers that still wait. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Lets time pass: every timer at its time, and what it causes before the next one. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs
    await settled()
    for (;;) {
      const next = this.#next(untilMs)
      if (next === undefined) break
      this.#nowMs = Math.max(this.#nowMs, next.atMs)
      this.#timers.delete(next)
      next.callback()
      await settled()
    }
    this.#nowMs = untilMs
  }

  /** Time passes unnoticed, as when the machine sleeps; what is due runs with the next {@link ManualClock.advance}. */
  jump(durationMs: number): void {
    this.#nowMs += durationMs
  }

  #next(untilMs: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers)
      if (timer.atMs <= untilMs && (first === undefined || timer.atMs < first.atMs)) first = timer
    return first
  }
}

/** Everything that was ready to run has run. */
export function settled(): Promise<void> {
  return new Promise(resolve => setImmediate(() => setImmediate(resolve)))
}
