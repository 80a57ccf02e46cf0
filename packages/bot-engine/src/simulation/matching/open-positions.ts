import type { PositionId } from '@openclaw-trading/trading-model'
import type { OpenPosition } from './open-position.ts'

const NONE: readonly OpenPosition[] = []

/**
 * The open positions of a venue, in ascending id. A pending order takes its position id early, so this is not the order
 * of opening.
 *
 * A list and no map: a map that keeps becoming empty allocates its table anew each time, which a run that holds one
 * position at a time does twice a trade.
 */
export class OpenPositions {
  /** The positions as they stand; what opens or closes later makes another list, and does not change this one. */
  list = NONE

  /** A position by its id. */
  get(id: PositionId): OpenPosition | undefined {
    const list = this.list
    let low = 0
    let high = list.length
    while (low < high) {
      const middle = (low + high) >> 1
      if ((list[middle] as OpenPosition).id < id) low = middle + 1
      else high = middle
    }
    const position = list[low]
    return position?.id === id ? position : undefined
  }

  /** Adds a position that is not there. */
  add(position: OpenPosition): void {
    const list = this.list
    const last = list.at(-1)
    if (last === undefined) this.list = [position]
    else if (last.id < position.id) this.list = [...list, position]
    else {
      const index = list.findIndex(({ id }) => id > position.id)
      this.list = [...list.slice(0, index), position, ...list.slice(index)]
    }
  }

  /** Takes a position out. */
  delete(id: PositionId): void {
    const list = this.list
    this.list = list.length === 1 && list[0]?.id === id ? NONE : list.filter(position => position.id !== id)
  }
}
