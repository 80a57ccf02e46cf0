// Times what a machine does while it may be asleep, or stop everything for another measurement.

/** Counts seconds in which this process ran: a gap between two ticks counts as one second at most. */
export function startClock() {
  const TICK_MS = 100
  let lastMs = performance.now()
  let seconds = 0
  const tick = () => {
    const nowMs = performance.now()
    seconds += Math.min(nowMs - lastMs, 10 * TICK_MS) / 1000
    lastMs = nowMs
  }
  const ticks = setInterval(tick, TICK_MS)
  return {
    seconds() {
      tick()
      return Math.round(seconds * 10) / 10
    },
    stop: () => clearInterval(ticks),
  }
}
