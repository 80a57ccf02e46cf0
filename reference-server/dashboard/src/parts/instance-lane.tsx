import { type ReactNode, useState } from 'react'
import type { Instance } from '../contract.ts'
import { dayTotals, heldOrder, laneCounts, sortedRows } from '../lanes.ts'
import { useNow } from '../ticker.ts'
import { BotCard } from './bot-card.tsx'
import { Lane } from './lane.tsx'
import { Pnl } from './pnl.tsx'

/** The lane of an account type. Cards never move under the pointer or the focus: a new order waits until both are gone. */
export function InstanceLane({
  lane,
  rows,
  simulated,
  stale,
  children,
}: {
  lane: 'demo' | 'live'
  rows: readonly Instance[]
  simulated: boolean
  stale: boolean
  /** Shown when there are no rows. */
  children: ReactNode
}) {
  const now = useNow()
  const { shown, moved, hold, release } = useHeldRows(rows, now, stale)
  const counts = laneCounts(rows, now, stale)
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: nothing is operated here, the lane only notices that it is in use
    <div onPointerEnter={hold} onPointerLeave={release} onFocus={hold} onBlur={release}>
      <Lane
        id={lane}
        title={lane === 'demo' ? 'Demo' : 'Live'}
        count={rows.length}
        summary={rows.length === 0 ? 'None' : summaryText(counts, stale)}
        aside={
          <div className={`text-right text-sm font-semibold ${stale ? 'stale' : ''}`}>
            {dayTotals(rows).map(total => (
              <p key={total.currency}>
                <Pnl value={total} currency />
              </p>
            ))}
          </div>
        }
      >
        {moved && (
          <button
            type="button"
            onClick={release}
            className="col-span-full rounded-lg bg-raised px-3 py-1.5 text-xs font-medium"
          >
            The order has changed: apply
          </button>
        )}
        {rows.length === 0
          ? children
          : shown.map(row => <BotCard key={row.botId} row={row} simulated={simulated} stale={stale} />)}
      </Lane>
    </div>
  )
}

function summaryText(counts: { running: number; wanted: number; attention: number }, stale: boolean): string {
  if (counts.wanted === 0 && counts.running === 0) return 'None should run'
  const attention =
    counts.attention > 0 ? ` · ${counts.attention} need${counts.attention === 1 ? 's' : ''} you` : ''
  return `${counts.running} of ${counts.wanted} wanted ${stale ? 'ran when last seen' : 'run'}${attention}`
}

function useHeldRows(rows: readonly Instance[], now: number, stale: boolean) {
  const [held, setHeld] = useState<readonly string[] | null>(null)
  const sorted = sortedRows(rows, now, stale)
  const shown = held === null ? sorted : heldOrder(rows, held)
  return {
    shown,
    moved: shown.some((row, index) => row.botId !== sorted[index]?.botId),
    hold: () => setHeld(order => order ?? sorted.map(row => row.botId)),
    release: () => setHeld(null),
  }
}
