import { type CSSProperties, type KeyboardEvent, type ReactNode, useState } from 'react'
import type { Fleet } from '../contract.ts'
import { laneColumns, laneCounts } from '../lanes.ts'
import { useNow } from '../ticker.ts'
import { BacklogCard } from './backlog-card.tsx'
import { EmptyState } from './empty-state.tsx'
import { Lane, LaneCount } from './lane.tsx'
import { InstanceLane } from './instance-lane.tsx'
import { Tabs } from './tabs.tsx'

type LaneId = 'backlog' | 'demo' | 'live'

const LINES: Record<LaneId, string> = {
  backlog: 'border-lane-backlog',
  demo: 'border-lane-demo',
  live: 'border-lane-live',
}

/** The lanes side by side, or one at a time behind tabs on a narrow screen. */
export function LaneBoard({ fleet, simulated, stale }: { fleet: Fleet; simulated: boolean; stale: boolean }) {
  const [chosen, setChosen] = useState<LaneId>('demo')
  const lanes: Record<LaneId, ReactNode> = {
    backlog: <BacklogLane fleet={fleet} simulated={simulated} stale={stale} />,
    demo: (
      <InstanceLane lane="demo" rows={fleet.lanes.demo} simulated={simulated} stale={stale}>
        <EmptyState title="No demo bots">
          Start a strategy from the backlog; it appears here at once.
        </EmptyState>
      </InstanceLane>
    ),
    live: (
      <InstanceLane lane="live" rows={fleet.lanes.live} simulated={simulated} stale={stale}>
        <EmptyState title="No live bots" icon="lock">
          {simulated
            ? 'The venue is simulated, so there is no live account. A bot proves itself on demo first.'
            : 'No strategy trades real money. A bot proves itself on demo first.'}
        </EmptyState>
      </InstanceLane>
    ),
  }
  return (
    <>
      <div className="md:hidden">
        <Tabs
          label="Lanes"
          chosen={chosen}
          onChoose={id => setChosen(id as LaneId)}
          tabs={(['backlog', 'demo', 'live'] as const).map(id => ({
            id,
            line: LINES[id],
            label: <TabLabel id={id} fleet={fleet} stale={stale} />,
          }))}
        />
      </div>
      {/* biome-ignore lint/a11y/noStaticElementInteractions: arrows only move the focus among links that work by themselves */}
      <div
        className="mt-4 grid items-start gap-5 md:mt-0 md:grid-cols-(--lanes)"
        style={{ '--lanes': laneColumns(fleet.lanes) } as CSSProperties}
        onKeyDown={moveBetweenCards}
      >
        {(['backlog', 'demo', 'live'] as const).map(id => (
          <div
            key={id}
            id={`panel-${id}`}
            role="presentation"
            className={`min-w-0 ${id === chosen ? '' : 'hidden md:block'}`}
          >
            {lanes[id]}
          </div>
        ))}
      </div>
    </>
  )
}

function TabLabel({ id, fleet, stale }: { id: LaneId; fleet: Fleet; stale: boolean }) {
  const now = useNow()
  const rows = id === 'backlog' ? [] : fleet.lanes[id]
  const attention = laneCounts(rows, now, stale).attention
  const words: Record<LaneId, string> = { backlog: 'Backlog', demo: 'Demo', live: 'Live' }
  return (
    <>
      {words[id]} <LaneCount count={fleet.lanes[id].length} />
      {attention > 0 && (
        <span className="font-bold text-bad">
          <span aria-hidden="true">!</span>
          <span className="sr-only">{attention} need attention</span>
        </span>
      )}
    </>
  )
}

function BacklogLane({ fleet, simulated, stale }: { fleet: Fleet; simulated: boolean; stale: boolean }) {
  const rows = fleet.lanes.backlog
  return (
    <Lane id="backlog" title="Backlog" count={rows.length} summary="Strategies that do not run">
      {rows.length === 0 ? (
        <EmptyState title="Backlog is empty">Every registered strategy has an instance.</EmptyState>
      ) : (
        rows.map(row => <BacklogCard key={row.botId} row={row} simulated={simulated} stale={stale} />)
      )}
    </Lane>
  )
}

/** Arrows go from card to card: up and down within a lane, left and right to the same place of the next. */
function moveBetweenCards(event: KeyboardEvent<HTMLDivElement>): void {
  const steps: Record<string, [number, number]> = {
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
  }
  const step = steps[event.key]
  const target = event.target as HTMLElement
  if (step === undefined || !target.matches('[data-card]')) return
  const lanes = [...event.currentTarget.children].map(lane => [
    ...lane.querySelectorAll<HTMLElement>('[data-card]'),
  ])
  const lane = lanes.findIndex(cards => cards.includes(target))
  const place = lanes[lane]?.indexOf(target) ?? -1
  event.preventDefault()
  if (step[0] === 0) {
    lanes[lane]?.[place + step[1]]?.focus()
    return
  }
  for (let to = lane + step[0]; to >= 0 && to < lanes.length; to += step[0]) {
    const cards = lanes[to] ?? []
    if (cards.length === 0) continue
    cards[Math.min(place, cards.length - 1)]?.focus()
    return
  }
}
