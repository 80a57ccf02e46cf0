import type { ExecutionEvent, UnixMs } from '@openclaw-trading/trading-model'

/** Whether an event states a time of the broker's, by which the time of a run may go on. */
function isDated(event: ExecutionEvent): boolean {
  if (event.isUndated === true || event.type === 'resynced') return false
  return event.type !== 'order-rejected' || event.orderId !== undefined
}

/**
 * The event as a run takes it: one without a time of the broker's is of now.
 *
 * Whoever reads the wire dates it by its own clock, which may stand at a quote of another day that the filter of the run
 * has kept back, or at the wall's time before the first quote. By such a date the run's time would move there, and every
 * good quote behind it come too late.
 */
export function dated(event: ExecutionEvent, now: number): ExecutionEvent {
  if (event.at === now || isDated(event)) return event
  const { isUndated: _, ...rest } = event
  return { ...rest, at: now as UnixMs } as ExecutionEvent
}
