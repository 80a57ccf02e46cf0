import { useState } from 'react'
import type { EventRow } from '../contract.ts'
import { EmptyState } from './empty-state.tsx'
import { MoreButton } from './more-button.tsx'
import { RelativeTime } from './relative-time.tsx'

const PAGE = 12

/** What happened to the process, newest first; repeats are counted. */
export function EventList({ events }: { events: readonly EventRow[] }) {
  const [shown, setShown] = useState(PAGE)
  if (events.length === 0)
    return <EmptyState title="No events">Starts, stops, crashes and refusals show here.</EmptyState>
  // A repeat renews the time of its event, not its place in the log.
  const newest = [...events].sort((a, b) => b.at - a.at || b.id - a.id)
  return (
    <>
      <ul>
        {newest.slice(0, shown).map(event => (
          <li
            key={event.id}
            className="grid grid-cols-[1fr_auto] items-baseline gap-3 border-b border-hairline px-4 py-2 last:border-b-0"
          >
            <span className="min-w-0">
              <span className="font-mono text-xs text-muted">{event.type}</span>
              {event.count > 1 && (
                <span className="ml-2 rounded bg-raised px-1 text-2xs font-medium">×{event.count}</span>
              )}
              <span className="block break-words">{event.message}</span>
            </span>
            <span className="text-xs text-muted">
              <RelativeTime at={event.at} />
            </span>
          </li>
        ))}
      </ul>
      <MoreButton
        total={events.length}
        shown={Math.min(shown, events.length)}
        onMore={() => setShown(n => n + PAGE)}
      />
    </>
  )
}
