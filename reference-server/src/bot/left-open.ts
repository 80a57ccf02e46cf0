import type { LiveSession } from '@openclaw-trading/bot-engine'
import type { WorkerChannel } from './channel.ts'

/** What a stop was to close and could not. */
export function leftOpen(
  live: Pick<LiveSession, 'view'>,
  { stopPositions }: Pick<WorkerChannel, 'stopPositions'>,
): { readonly detail?: string } {
  const { positions, refusedCloses } = live.view()
  if (stopPositions === 'keep' || positions.length === 0) return {}
  const ids = positions.map(({ id }) => id).join(', ')
  const why = refusedCloses.length === 0 ? '' : ` (${refusedCloses.map(({ reason }) => reason).join(', ')})`
  return {
    detail: `Positions ${ids} are still open: they could not be closed${why}. Close them at the broker.`,
  }
}
