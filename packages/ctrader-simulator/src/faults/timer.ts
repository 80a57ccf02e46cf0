/** Calls back after a while; never inside the call that asks. */
export interface FaultTimer {
  after(ms: number, run: () => void): void
}

/** Wall time; does not keep the process alive. */
export const WALL_TIMER: FaultTimer = {
  after(ms, run) {
    setTimeout(run, ms).unref()
  },
}

interface Waiting {
  readonly at: number
  readonly run: () => void
}

/** Time that moves when it is told: what is due runs in the order of its time, then of its asking. */
export class MarketTimer implements FaultTimer {
  readonly #now: () => number
  readonly #waiting: Waiting[] = []

  /** Creates it over a market clock. */
  constructor(now: () => number) {
    this.#now = now
  }

  after(ms: number, run: () => void): void {
    const at = this.#now() + ms
    const behind = this.#waiting.findIndex(other => other.at > at)
    this.#waiting.splice(behind === -1 ? this.#waiting.length : behind, 0, { at, run })
  }

  /** Runs what is due. */
  runDue(): void {
    for (;;) {
      const [next] = this.#waiting
      if (next === undefined || next.at > this.#now()) return
      this.#waiting.shift()
      next.run()
    }
  }
}
