/** How fresh the last word of a process is. */
export type Freshness = 'fresh' | 'late' | 'stale' | 'never'

/** Between two heartbeats over IPC, in ms. */
export const HEARTBEAT_INTERVAL_MS = 1_000

/** `fresh` up to 2 intervals, `late` up to 5, then `stale`; `never` before the first one. */
export function freshness(ageMs: number | null, intervalMs = HEARTBEAT_INTERVAL_MS): Freshness {
  if (ageMs === null) return 'never'
  if (ageMs <= 2 * intervalMs) return 'fresh'
  return ageMs <= 5 * intervalMs ? 'late' : 'stale'
}
