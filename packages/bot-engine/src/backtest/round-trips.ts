import type { Lots, Money, Position, PositionId, Side, UnixMs } from '@openclaw-trading/trading-model'
import { money } from '@openclaw-trading/trading-model'
import type { Trade } from '../kernel/trade.ts'

/**
 * A position from its opening to its last closing: what every statistic counts as one trade.
 *
 * Counted by closings, a ladder of partial targets would make two wins of one, with the loss of the rest beside them.
 */
export interface RoundTrip {
  readonly positionId: PositionId
  readonly side: Side
  /** Opened by all its entries, and closed by all its closings. */
  readonly volume: Lots
  readonly openedAt: UnixMs
  /** Of the last closing. */
  readonly closedAt: UnixMs
  /** Sum of its closings. */
  readonly net: Money
  /** In order of time. */
  readonly closings: readonly Trade[]
}

/**
 * The round trips among closings, in order of their last one.
 *
 * @param open - Positions that are still open, if only in part: what was closed of them is no finished round trip.
 */
export function roundTripsOf(
  trades: readonly Trade[],
  open: readonly Pick<Position, 'id'>[],
): readonly RoundTrip[] {
  const unfinished = new Set(open.map(({ id }) => id))
  const closings = new Map<PositionId, Trade[]>()
  for (const trade of trades) {
    if (unfinished.has(trade.positionId)) continue
    const known = closings.get(trade.positionId)
    if (known === undefined) closings.set(trade.positionId, [trade])
    else {
      known.push(trade)
      // To the place of its last closing.
      closings.delete(trade.positionId)
      closings.set(trade.positionId, known)
    }
  }
  return Array.from(closings.values(), tripOf)
}

function tripOf(closings: readonly Trade[]): RoundTrip {
  const last = closings.at(-1) as Trade
  const { positionId, side, openedAt, closedAt, net } = last
  if (closings.length === 1)
    return { positionId, side, volume: last.volume, openedAt, closedAt, net, closings }
  const sum = closings.reduce((minor, trade) => minor + trade.net.minor, 0)
  // Twelve digits: sums of hundredths of a lot have a tail of their own.
  const volume = Number(closings.reduce((lots, trade) => lots + trade.volume, 0).toPrecision(12)) as Lots
  return {
    positionId,
    side,
    volume,
    openedAt,
    closedAt,
    net: money(sum, net.digits, net.currency),
    closings,
  }
}

/** What a closing leaves of its position: `whole` closed all at once, `part` left some open, `rest` closed what parts had left. */
export type ClosingKind = 'whole' | 'part' | 'rest'

/** What the net results of a run add up to, taken closing by closing; money in minor units. */
export class NetTotals {
  /** Round trips. */
  count = 0
  wins = 0
  /** Of round trips, as are the losses; both 0 or above. */
  gains = 0
  losses = 0
  /** Of all closings. */
  net = 0
  // Lists and no map: a run has few positions that are closed in part, and most runs have none.
  private readonly ids: number[] = []
  private readonly nets: number[] = []

  /** Takes the net result of a closing; `isOpen`: something of its position is left. */
  close(positionId: number, netMinor: number, isOpen: boolean): ClosingKind {
    this.net += netMinor
    const index = this.ids.length === 0 ? -1 : this.ids.indexOf(positionId)
    if (!isOpen) {
      this.add(index < 0 ? netMinor : netMinor + this.take(index))
      return index < 0 ? 'whole' : 'rest'
    }
    if (index < 0) {
      this.ids.push(positionId)
      this.nets.push(netMinor)
    } else this.nets[index] = (this.nets[index] as number) + netMinor
    return 'part'
  }

  /** Takes the net result of a round trip. */
  add(netMinor: number): void {
    this.count += 1
    if (netMinor > 0) {
      this.gains += netMinor
      this.wins += 1
    } else this.losses -= netMinor
  }

  private take(index: number): number {
    this.ids.splice(index, 1)
    return this.nets.splice(index, 1)[0] as number
  }
}
