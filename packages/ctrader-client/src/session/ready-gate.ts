import { CTraderError } from '../errors.ts'
import type { MethodName } from '../protocol/methods.ts'

/** Queries that may wait for a connection; a healthy client has fewer than ten. */
export const MAX_WAITING_FOR_READY = 1024

interface Waiter {
  readonly method: MethodName
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Holds queries back until the connection is usable again. */
export class ReadyGate {
  #waiters: Waiter[] = []

  /** Resolves with the next {@link ReadyGate.open}. @throws {@link CTraderError} `rate-limited` when too many wait */
  wait(method: MethodName): Promise<void> {
    if (this.#waiters.length >= MAX_WAITING_FOR_READY)
      return Promise.reject(
        new CTraderError(
          'rate-limited',
          `${MAX_WAITING_FOR_READY} requests already wait for the connection. Wait for it in states().`,
          { retryAfterMs: 1000 },
        ),
      )
    return new Promise((resolve, reject) => this.#waiters.push({ method, resolve, reject }))
  }

  /** Lets everyone through, in the order in which they came. */
  open(): void {
    for (const { resolve } of this.#take()) resolve()
  }

  /** It will not open any more. */
  fail(errorOf: (method: MethodName) => unknown): void {
    for (const { method, reject } of this.#take()) reject(errorOf(method))
  }

  #take(): readonly Waiter[] {
    const waiters = this.#waiters
    this.#waiters = []
    return waiters
  }
}
