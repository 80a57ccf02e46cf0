import type { UnixMs } from '@openclaw-trading/trading-model'
import type { Clock } from '../ports/clock.ts'

/** The clock of this machine. */
export function createSystemClock(): Clock {
  return { now: () => Date.now() as UnixMs, sleep }
}

function sleep(durationMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason)
    const onAbort = () => {
      clearTimeout(timer)
      reject(signal?.reason)
    }
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    }, durationMs)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
}
