import type { Clock } from '../ports/clock.ts'
import type { StartingPoint } from './start-up.ts'

/** When a run began: the market's time where it is known, for that of a venue need not be ours. */
export function startTimeOf({ snapshot }: Pick<StartingPoint, 'snapshot'>, clock: Clock): number {
  return snapshot.at > 0 ? Math.min(snapshot.at, clock.now()) : clock.now()
}
