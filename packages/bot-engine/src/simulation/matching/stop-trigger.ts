import type { StopTrigger } from '@openclaw-trading/trading-model'

/** Whether a stop waits for a price from below (`up`) or from above (`down`). */
export type StopDirection = 'up' | 'down'

/** Tells whether a method waits for a second quote in a row. */
export function isDouble(trigger: StopTrigger | undefined): boolean {
  return trigger === 'double-trade' || trigger === 'double-opposite'
}

/** Tells whether a method looks at the side that the stop does not trade on. */
export function isOpposite(trigger: StopTrigger | undefined): boolean {
  return trigger === 'opposite' || trigger === 'double-opposite'
}

/** Tells whether a quote reaches a stop: what waits for a rise buys, so it trades on the ask. */
export function isStopReached(
  direction: StopDirection,
  level: number,
  trigger: StopTrigger | undefined,
  bid: number,
  ask: number,
): boolean {
  const opposite = isOpposite(trigger)
  return direction === 'up' ? (opposite ? bid : ask) >= level : (opposite ? ask : bid) <= level
}
