import type { Clock } from '../ports/clock.ts'

/** Waits for all of some work, but no longer than this; the work goes on. */
export async function within(
  clock: Clock,
  durationMs: number,
  work: readonly (Promise<unknown> | undefined)[],
): Promise<void> {
  const timeout = new AbortController()
  const waited = clock.sleep(durationMs, timeout.signal).catch(() => undefined)
  await Promise.race([Promise.all(work), waited])
  timeout.abort()
}
