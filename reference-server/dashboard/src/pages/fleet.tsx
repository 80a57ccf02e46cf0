import { useEffect } from 'react'
import type { Fleet } from '../contract.ts'
import { toDashboardError } from '../errors.ts'
import { laneCounts } from '../lanes.ts'
import { countText } from '../number-text.ts'
import { EmptyState } from '../parts/empty-state.tsx'
import { ErrorPanel } from '../parts/error-panel.tsx'
import { LaneBoard } from '../parts/lane-board.tsx'
import { Skeleton } from '../parts/skeleton.tsx'
import { useFleet, useLink } from '../queries.ts'
import { useNow } from '../ticker.ts'
import { absoluteText, durationText } from '../time-text.ts'

/** What runs, what should run, what needs a person. */
export function FleetPage() {
  const fleet = useFleet()
  const link = useLink()
  return (
    <>
      <FleetHead fleet={fleet.data} stale={link.stale} />
      {fleet.data !== undefined ? (
        <FleetBody fleet={fleet.data} stale={link.stale} />
      ) : fleet.error !== null ? (
        <ErrorPanel
          error={toDashboardError(fleet.error)}
          failedAt={fleet.errorUpdatedAt}
          onRetry={() => void fleet.refetch()}
        />
      ) : (
        <Skeleton what="the fleet" heights={[280, 280, 280]} lanes />
      )}
    </>
  )
}

function FleetHead({ fleet, stale }: { fleet: Fleet | undefined; stale: boolean }) {
  const now = useNow()
  const rows = fleet === undefined ? [] : [...fleet.lanes.demo, ...fleet.lanes.live]
  const counts = laneCounts(rows, now, stale)
  useEffect(() => {
    const mark = stale ? '(offline) ' : counts.attention > 0 ? `(${counts.attention}!) ` : ''
    document.title = `${mark}Fleet · OpenClaw Trading`
  }, [counts.attention, stale])
  return (
    <div className="mb-4 flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
      <h1 tabIndex={-1} className="text-xl font-semibold tracking-tight">
        Fleet
      </h1>
      {fleet !== undefined && !stale && (
        <p className="text-[0.8125rem] text-muted">
          {counts.attention > 0 && (
            <span className="font-semibold text-bad">
              {countText(counts.attention, 'bot needs you', 'bots need you')}
              {' · '}
            </span>
          )}
          <HubWord fleet={fleet} />
        </p>
      )}
    </div>
  )
}

// The hub passes at least every few seconds; the snapshot itself tells how long ago the last pass was.
const HUB_LATE_MS = 30_000

function HubWord({ fleet }: { fleet: Fleet }) {
  const { lastPassAt, holder, epoch, queue } = fleet.hub
  if (holder === null || lastPassAt === null) return <>No hub keeps the fleet in order yet</>
  const lagMs = fleet.at - lastPassAt
  return (
    <span title={`Term ${epoch}, queue: ${queue}, last pass ${absoluteText(lastPassAt)}`}>
      {lagMs > HUB_LATE_MS ? (
        <span className="font-medium text-warn">
          Hub {holder} has made no pass for {durationText(lagMs)}: changes wait
        </span>
      ) : (
        <>Hub {holder} is in charge</>
      )}
    </span>
  )
}

function FleetBody({ fleet, stale }: { fleet: Fleet; stale: boolean }) {
  const { backlog, demo, live } = fleet.lanes
  const simulated = fleet.environment.kind === 'simulated' || fleet.environment.kind === 'replay'
  if (backlog.length + demo.length + live.length === 0)
    return (
      <div className="rounded-xl border border-dashed border-line bg-background">
        <EmptyState title="No strategies yet">
          A strategy appears here once it is registered with the server. Write one after the pattern in{' '}
          <code className="font-mono text-xs">examples/strategies</code>, add it to the registry in{' '}
          <code className="font-mono text-xs">reference-server/src/strategies</code>, and start the server
          again with <code className="font-mono text-xs">npm start</code>.
        </EmptyState>
      </div>
    )
  return <LaneBoard fleet={fleet} simulated={simulated} stale={stale} />
}
