import type { ExecutionEvent, UnixMs } from '@openclaw-trading/trading-model'

/**
 * The event as a backtest dates it: a refusal has no time of its own and is of now.
 *
 * The client dates it with the last message, which may be a quote of another day that the filter kept back; by it the
 * clock of the run would move there, and every good quote behind it come too late.
 */
export function dated(event: ExecutionEvent, now: number): ExecutionEvent {
  const isUndated = event.type === 'order-rejected' && event.orderId === undefined && now > 0
  return isUndated ? { ...event, at: now as UnixMs } : event
}
