import type { Clock } from '@openclaw-trading/ctrader-client'
import type { UnixMs } from '@openclaw-trading/trading-model'

/** A clock that runs faster than the machine’s, so that timers of seconds are tested in less. */
export function scaledClock(factor: number): Clock {
  const startedAt = Date.now()
  const elapsedMs = (): number => performance.now() * factor
  const began = elapsedMs()
  return {
    now: () => Math.floor(startedAt + elapsedMs() - began) as UnixMs,
    elapsedMs,
    schedule(delayMs, callback) {
      const timer = setTimeout(callback, delayMs / factor)
      return () => clearTimeout(timer)
    },
  }
}

/** How long this process, not the network, stood still: what is measured meanwhile counts against nobody. */
export class StallMeter {
  #lastMs = performance.now()
  #stalledMs = 0
  readonly #timer: NodeJS.Timeout

  constructor(everyMs = 20) {
    this.#timer = setInterval(() => {
      const now = performance.now()
      this.#stalledMs += Math.max(0, now - this.#lastMs - 2 * everyMs)
      this.#lastMs = now
    }, everyMs)
  }

  /** Milliseconds so far. */
  get stalledMs(): number {
    return this.#stalledMs
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
