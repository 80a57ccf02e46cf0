import type { UnixMs } from '@openclaw-trading/trading-model'
import { whenAborted } from './when-aborted.ts'

/** Where a client takes its time from; tests turn it by hand. */
export interface Clock {
  /** Wall time. */
  now(): UnixMs
  /** Milliseconds that never jump; only differences mean something. */
  elapsedMs(): number
  /** Calls back once, after at least `delayMs`. @returns what cancels it */
  schedule(delayMs: number, callback: () => void): () => void
}

/** The clock of this machine. */
export const SYSTEM_CLOCK: Clock = {
  now: () => Date.now() as UnixMs,
  elapsedMs: () => performance.now(),
  schedule(delayMs, callback) {
    const timer = setTimeout(callback, delayMs)
    return () => clearTimeout(timer)
  },
}

/** Resolves after the time has passed. @throws the reason of `signal` when it aborts */
export function sleep(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted === true) {
      reject(signal.reason)
      return
    }
    const cancel = clock.schedule(delayMs, () => {
      endAbort()
      resolve()
    })
    const endAbort = whenAborted(signal, () => {
      cancel()
      reject(signal?.reason)
    })
  })
}

/**
 * Settles as `work` does, but in bounded time.
 *
 * @throws what `errorOf` makes when `limitMs` has passed (`Infinity`: never), or the reason of `signal`
 */
export async function within<T>(
  clock: Clock,
  work: Promise<T>,
  limitMs: number,
  errorOf: () => unknown,
  signal?: AbortSignal,
): Promise<T> {
  if (limitMs === Number.POSITIVE_INFINITY && signal === undefined) return work
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      cancel()
      endAbort()
    }
    const onAbort = (): void => {
      settle()
      reject(signal?.reason)
    }
    const cancel =
      limitMs === Number.POSITIVE_INFINITY
        ? (): void => {}
        : clock.schedule(Math.max(0, limitMs), () => {
            settle()
            reject(errorOf())
          })
    const endAbort = whenAborted(signal, onAbort)
    if (signal?.aborted === true) onAbort()
    work.finally(settle).then(resolve, reject)
  })
}
