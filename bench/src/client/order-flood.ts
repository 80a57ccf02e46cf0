/** Orders that a contestant wants to send in a second. */
const WANTED_PER_SECOND = 1000
const STEP_MS = 10

/** Calls `order` a thousand times a second for some seconds. Resolves with the number of calls. */
export function flood(seconds: number, order: () => void): Promise<number> {
  const total = seconds * WANTED_PER_SECOND
  const startMs = performance.now()
  let wanted = 0
  return new Promise(resolve => {
    const timer = setInterval(() => {
      const elapsedMs = performance.now() - startMs
      const due = Math.min(total, Math.floor((elapsedMs * WANTED_PER_SECOND) / 1000))
      for (; wanted < due; wanted++) order()
      if (elapsedMs < seconds * 1000) return
      clearInterval(timer)
      resolve(wanted)
    }, STEP_MS)
  })
}
