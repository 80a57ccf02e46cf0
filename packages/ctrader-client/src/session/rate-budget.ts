import { type Clock, SYSTEM_CLOCK } from '../clock.ts'
import { CTraderError } from '../errors.ts'
import type { RateBudget, RateClass } from '../options.ts'
import { type Demand, type GrantWindow, memoryWindow, type RatePool, WINDOWS } from './grant-window.ts'
import { whenAborted } from '../when-aborted.ts'

/** Requests of one class that may wait: 5 s of entries. */
export const MAX_WAITING_REQUESTS = 256

interface Waiter {
  readonly grant: () => void
  readonly fail: (error: unknown) => void
}

/** Classes of a pool: exits first, the others in turns, so that neither reads nor entries starve each other. */
const EXITS: RateClass = 'exit'
const IN_TURNS: Readonly<Record<RatePool, readonly RateClass[]>> = {
  requests: ['entry', 'standard'],
  history: ['historical'],
}

const ONE: Demand = { waiting: 1, exits: 0 }
const ONE_EXIT: Demand = { waiting: 1, exits: 1 }

/** The queues of one pool before its window. */
class Pool {
  readonly #name: RatePool
  readonly #window: GrantWindow
  readonly #clock: Clock
  readonly #queues = new Map<RateClass, Waiter[]>()
  #turn = 0
  #waiting = 0
  #cancelTimer: (() => void) | undefined

  constructor(name: RatePool, window: GrantWindow, clock: Clock) {
    this.#name = name
    this.#window = window
    this.#clock = clock
  }

  /** Takes one now, unless an equal waits. */
  tryTake(kind: RateClass): boolean {
    // The way of every order that finds a free place: nothing is looked up and nothing made.
    if (this.#waiting === 0) return this.#window.grant(kind, kind === EXITS ? ONE_EXIT : ONE) === 0
    const isNext = kind === EXITS ? this.#queue(EXITS).length === 0 : this.#waiting === 0
    return isNext && this.#window.grant(kind, this.#demand(kind)) === 0
  }

  take(kind: RateClass, signal: AbortSignal | undefined): Promise<void> {
    if (signal?.aborted === true) return Promise.reject(signal.reason)
    try {
      if (this.tryTake(kind)) return Promise.resolve()
    } catch (error) {
      return Promise.reject(error)
    }
    const queue = this.#queue(kind)
    if (queue.length >= MAX_WAITING_REQUESTS) return Promise.reject(this.#full(kind))
    return new Promise((resolve, reject) => {
      const onAbort = (): void => {
        const at = queue.indexOf(waiter)
        if (at < 0) return
        queue.splice(at, 1)
        this.#left()
        reject(signal?.reason)
      }
      const waiter: Waiter = {
        grant: () => {
          endAbort()
          resolve()
        },
        fail: error => {
          endAbort()
          reject(error)
        },
      }
      const endAbort = whenAborted(signal, onAbort)
      queue.push(waiter)
      this.#waiting += 1
      if (this.#cancelTimer === undefined) this.#pump()
    })
  }

  #queue(kind: RateClass): Waiter[] {
    let queue = this.#queues.get(kind)
    if (queue === undefined) {
      queue = []
      this.#queues.set(kind, queue)
    }
    return queue
  }

  #demand(asking?: RateClass): Demand {
    const more = asking === undefined ? 0 : 1
    return {
      waiting: this.#waiting + more,
      exits: this.#queue(EXITS).length + (asking === EXITS ? 1 : 0),
    }
  }

  #full(kind: RateClass): CTraderError<'rate-limited'> {
    const { requests, spanMs } = WINDOWS[this.#name]
    const retryAfterMs = Math.ceil((MAX_WAITING_REQUESTS / requests) * spanMs)
    return new CTraderError(
      'rate-limited',
      `${MAX_WAITING_REQUESTS} ${kind} requests already wait for the broker's limit. Send fewer, or again in ${retryAfterMs} ms.`,
      { retryAfterMs },
    )
  }

  #next(): RateClass | undefined {
    if (this.#queue(EXITS).length > 0) return EXITS
    const classes = IN_TURNS[this.#name]
    for (let i = 0; i < classes.length; i++) {
      const kind = classes[(this.#turn + i) % classes.length]
      if (kind === undefined || this.#queue(kind).length === 0) continue
      this.#turn += i + 1
      return kind
    }
    return undefined
  }

  readonly #pump = (): void => {
    this.#cancelTimer = undefined
    while (this.#waiting > 0) {
      const turn = this.#turn
      const kind = this.#next()
      if (kind === undefined) return
      const waitMs = this.#ask(kind)
      if (waitMs > 0) {
        // Who comes now may be an exit: the turn is given when the place is.
        this.#turn = turn
        this.#cancelTimer = this.#clock.schedule(Math.max(1, Math.ceil(waitMs)), this.#pump)
        return
      }
      if (this.#window.slow === true && this.#waiting > 0) {
        this.#cancelTimer = this.#clock.schedule(0, this.#pump)
        return
      }
    }
  }

  /** Lets the next of a class go, or fail where the window does; returns how long it has to wait, else 0. */
  #ask(kind: RateClass): number {
    let failure: { readonly error: unknown } | undefined
    try {
      const waitMs = this.#window.grant(kind, this.#demand())
      if (waitMs > 0) return waitMs
    } catch (error) {
      failure = { error }
    }
    const waiter = this.#queue(kind).shift()
    if (failure === undefined) waiter?.grant()
    else waiter?.fail(failure.error)
    this.#left()
    return 0
  }

  #left(): void {
    this.#waiting -= 1
    if (this.#waiting > 0) return
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#window.idle?.(this.#name)
  }
}

/** Makes a budget of a window. */
export function budgetOver(window: GrantWindow, clock: Clock): RateBudget {
  const requests = new Pool('requests', window, clock)
  const history = new Pool('history', window, clock)
  return {
    tryTake: kind => (kind === 'historical' ? history : requests).tryTake(kind),
    take: (kind, signal) => (kind === 'historical' ? history : requests).take(kind, signal),
  }
}

/**
 * Creates the request budget of one process: 50 requests in any second, 5 of history, with 20 ms to spare.
 *
 * Exits pass everything that waits; entries and reads take turns; inside a class first come is first served. Blocks that
 * the server announces (`retryAfter`) are waited out by the session that met them.
 */
export function createRateBudget(clock: Clock = SYSTEM_CLOCK): RateBudget {
  return budgetOver(memoryWindow(clock), clock)
}
