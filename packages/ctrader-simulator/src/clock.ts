/** Most wall time that one step of the clock counts: after a longer pause (a suspended machine) the market waited too. */
const MAX_STEP_MS = 1000

/** Market time of a running venue: wall time from a monotonic source, times a speed; with speed 0 it moves by jumps alone. */
export class MarketClock {
  #speed: number
  readonly #wallMs: () => number
  #market: number
  #wall: number
  #isRunning = true

  /** Starts at `startAt`. @param wallMs monotonic wall time in milliseconds */
  constructor(speed: number, startAt: number, wallMs: () => number) {
    this.#speed = speed
    this.#wallMs = wallMs
    this.#market = startAt
    this.#wall = wallMs()
  }

  /** Market time now, in whole milliseconds; never falls. */
  now(): number {
    return Math.floor(this.#market + this.#elapsed(this.#wallMs()))
  }

  /** Fixes the time passed so far and returns it; to be called well within a second each. */
  advance(): number {
    const wall = this.#wallMs()
    this.#market += this.#elapsed(wall)
    this.#wall = wall
    return Math.floor(this.#market)
  }

  /** Lets the clock run or stand still from now on. */
  setRunning(isRunning: boolean): void {
    this.advance()
    this.#isRunning = isRunning
  }

  /** Market milliseconds per wall millisecond from now on. */
  setSpeed(speed: number): void {
    this.advance()
    this.#speed = speed
  }

  /** Skips forward, never back. */
  jumpTo(at: number): void {
    this.advance()
    if (at > this.#market) this.#market = at
  }

  #elapsed(wall: number): number {
    return this.#isRunning ? Math.min(wall - this.#wall, MAX_STEP_MS) * this.#speed : 0
  }
}
