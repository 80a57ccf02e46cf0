import type { LiveSession, StopReason } from '@openclaw-trading/bot-engine'
import type { WorkerChannel } from './channel.ts'

/** Characters that a session end may tell. */
const MOST_DETAIL = 2000

/** What a stop was to close or to cancel and could not, and what may still open. */
export function leftOpen(
  live: Pick<LiveSession, 'view'>,
  { stopPositions }: Pick<WorkerChannel, 'stopPositions'>,
  reason: StopReason,
): { readonly detail?: string } {
  // The end of the data of a replay leaves everything as it is.
  if (reason !== 'requested') return {}
  const { positions, orders, pendingEntries, refusedCloses } = live.view()
  const opening = orders.filter(({ closing }) => !closing)
  const told: string[] = []
  if (stopPositions === 'close' && positions.length > 0) {
    const reasons = refusedCloses.map(({ reason }) => reason).join(', ')
    const why = reasons === '' ? '' : ` (${reasons})`
    const ids = positions.map(({ id }) => id).join(', ')
    told.push(`Positions ${ids} are still open: they could not be closed${why}. Close them at the broker.`)
  }
  if (opening.length > 0) {
    const ids = opening.map(({ id }) => id).join(', ')
    told.push(`Orders ${ids} still work and may open positions. Cancel them at the broker.`)
  }
  const unheard = pendingEntries - opening.filter(({ clientOrderId }) => clientOrderId !== undefined).length
  if (unheard > 0)
    told.push(`${unheard} entries have no outcome and may open positions. Look for them at the broker.`)
  return told.length === 0 ? {} : { detail: told.join(' ').slice(0, MOST_DETAIL) }
}
