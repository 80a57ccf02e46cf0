import { useSyncExternalStore } from 'react'

// One timer for every relative time on the page.
const listeners = new Set<() => void>()
let now = Date.now()
let timer: ReturnType<typeof setInterval> | null = null

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    now = Date.now()
    for (const each of listeners) each()
  }, 1000)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0 && timer !== null) {
      clearInterval(timer)
      timer = null
    }
  }
}

/** Wall time of this browser, renewed each second. */
export function useNow(): number {
  // A value received since the last tick would otherwise be "in the future".
  return useSyncExternalStore(subscribe, () => now)
}
