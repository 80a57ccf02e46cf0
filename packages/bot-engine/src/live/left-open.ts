import type { DealId, PositionId } from '@openclaw-trading/trading-model'
import type { PastClosing } from '../ports/broker.ts'

/**
 * Of closings that are told next, oldest first, those that left something of their position, as a later one of it shows.
 *
 * That one must be heard too by whoever hears of the earlier: one who has counted the last of a position waits for no
 * other.
 *
 * @param isCounted - Counted before: not heard again by those who remember it.
 */
export function leftOpen(
  closings: readonly PastClosing[],
  isCounted: (dealId: DealId, closedAt: number) => boolean,
): ReadonlySet<DealId> {
  const left = new Set<DealId>()
  /** Whether the later closings of a position are all counted. */
  const later = new Map<PositionId, boolean>()
  for (const { fill } of closings.toReversed()) {
    const { dealId, positionId, at } = fill
    const isKnown = isCounted(dealId, at)
    const areLaterKnown = later.get(positionId)
    if (areLaterKnown !== undefined && (isKnown || !areLaterKnown)) left.add(dealId)
    later.set(positionId, isKnown && areLaterKnown !== false)
  }
  return left
}
