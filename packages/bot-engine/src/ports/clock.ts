import type { UnixMs } from '@openclaw-trading/trading-model'

/** Wall time for live drivers; the kernel takes market time from events. */
export interface Clock {
  /** Now. */
  now(): UnixMs
  /** Resolves after the time has passed. @throws the reason of `signal` when it aborts */
  sleep(durationMs: number, signal?: AbortSignal): Promise<void>
}
