import { type ReactNode, useId } from 'react'

type LaneId = 'backlog' | 'demo' | 'live'

const STRIPES: Record<LaneId, string> = {
  backlog: 'bg-lane-backlog',
  demo: 'bg-lane-demo',
  live: 'bg-lane-live',
}

/** A lane: its stripe, its name with a count, one line of summary, its cards. */
export function Lane({
  id,
  title,
  count,
  summary,
  aside,
  children,
}: {
  id: LaneId
  title: string
  count: number
  summary: ReactNode
  aside?: ReactNode
  children: ReactNode
}) {
  const headingId = useId()
  return (
    <section aria-labelledby={headingId} className="min-w-0">
      <div className={`hidden h-1 rounded-full md:block ${STRIPES[id]}`} />
      <div className="flex min-h-8 items-center md:min-h-12 justify-between gap-3 pb-2 md:pt-2">
        <div>
          <h2
            id={headingId}
            className="sr-only items-center gap-2 text-sm font-semibold md:not-sr-only md:flex"
          >
            {title} <LaneCount count={count} />
          </h2>
          <p className="text-xs text-muted">{summary}</p>
        </div>
        {aside}
      </div>
      <div
        className={
          count === 0
            ? 'rounded-xl border border-dashed border-line/60'
            : 'grid grid-cols-[repeat(auto-fill,minmax(min(100%,19rem),1fr))] items-start gap-3'
        }
      >
        {children}
      </div>
    </section>
  )
}

/** How many there are, in a small pill. */
export function LaneCount({ count }: { count: number }) {
  return <span className="rounded-full bg-raised px-1.5 text-xs font-medium text-muted">{count}</span>
}
