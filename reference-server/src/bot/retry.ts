import { isControlPlaneError } from '@openclaw-trading/control-plane/client'

const FIRST_MS = 200
const MOST_MS = 2000
/** Longest a start waits for an API that does not answer. */
const GIVE_UP_MS = 30_000

/**
 * Calls again while the API does not answer, up to 30 s; for calls that may be repeated.
 *
 * @throws the last error, at once when it is not one that passes; the reason of `signal` when it aborts
 */
export async function retried<T>(call: () => Promise<T>, signal: AbortSignal): Promise<T> {
  const startedAt = performance.now()
  for (let waitMs = FIRST_MS; ; waitMs = Math.min(waitMs * 2, MOST_MS)) {
    signal.throwIfAborted()
    try {
      return await call()
    } catch (error) {
      const passes = isControlPlaneError(error) && error.retryable
      if (!passes || performance.now() - startedAt + waitMs > GIVE_UP_MS) throw error
    }
    await pause(waitMs, signal)
  }
}

function pause(waitMs: number, signal: AbortSignal): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const timer = setTimeout(done, waitMs)
    signal.addEventListener('abort', done, { once: true })
  })
}
