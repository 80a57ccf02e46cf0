import type { DealId } from '@openclaw-trading/trading-model'

/** Deals remembered against repeats. */
const MAX_KNOWN_DEALS = 10_000

/** Tells deals that were seen before. Ids rise, so only one that does not is looked for. */
export class DealMemory {
  private readonly ids: number[] = []
  private next = 0
  private highest = -1

  /** Tells whether a deal is new, and remembers it; of older ones the last 10,000 are known. */
  isNew(id: DealId): boolean {
    if (id <= this.highest && this.ids.includes(id)) return false
    const next = this.next
    this.ids[next] = id
    this.next = next + 1 === MAX_KNOWN_DEALS ? 0 : next + 1
    if (id > this.highest) this.highest = id
    return true
  }
}
