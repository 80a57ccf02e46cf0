import type { Fleet } from '../contract.ts'
import { useNow } from '../ticker.ts'
import { absoluteText, clockText, dayText } from '../time-text.ts'
import { sessionText, venueTime } from '../venue-clock.ts'

/** The venue's time, its speed and which trading centres are open; wall time where the venue has no clock of its own. */
export function VenueClock({ fleet, stale }: { fleet: Fleet | undefined; stale: boolean }) {
  const now = useNow()
  const own = fleet?.environment.kind === 'simulated' || fleet?.environment.kind === 'replay'
  const venue =
    fleet !== undefined && own
      ? venueTime([...fleet.lanes.demo, ...fleet.lanes.live], fleet.environment.clockSpeed, now)
      : null
  const at = venue?.at ?? now
  const speed = fleet?.environment.clockSpeed ?? 1
  const caption = venue === null ? 'UTC' : 'Venue UTC'
  const held = venue !== null && (venue.held || stale)
  return (
    <div
      className={`leading-tight sm:text-right ${held ? 'text-muted' : ''}`}
      title={`${caption}: ${absoluteText(at)}. This computer: ${absoluteText(now)}`}
    >
      <p className="text-sm font-medium whitespace-nowrap">
        <span className="mr-1.5 text-2xs font-medium tracking-wide text-muted uppercase">{caption}</span>
        {`${dayText(at)} ${clockText(at)}`}
        {venue !== null && speed !== 1 && <span className="ml-1.5 text-xs text-muted">×{speed}</span>}
      </p>
      <p className="text-xs whitespace-nowrap text-muted">
        {held ? 'stands still: no recent report' : sessionText(at)}
      </p>
    </div>
  )
}
