import type { ExchangeDeal } from '@openclaw-trading/bot-engine/simulation'

/** A deal as the venue remembers it; JSON-safe. */
export interface RecordedDeal {
  readonly deal: ExchangeDeal
  /** Changes of the balance up to and with this one. */
  readonly balanceVersion: number
}

/** Deals kept for history requests; older ones are forgotten. */
export const MAX_DEALS = 10_000

/** The account's deals, oldest first. */
export class DealHistory {
  #deals: RecordedDeal[] = []
  #balanceVersion = 0

  /** Changes of the balance so far. */
  get balanceVersion(): number {
    return this.#balanceVersion
  }

  /** When the newest deal that closed something was executed, in market time. */
  get lastClosingAt(): number | undefined {
    return this.#deals.findLast(({ deal }) => deal.closing !== undefined)?.deal.executedAt
  }

  /** Every deal held, oldest first. */
  get all(): readonly RecordedDeal[] {
    return this.#deals
  }

  /** Appends a deal and numbers it. */
  record(deal: ExchangeDeal): RecordedDeal {
    if (deal.closing !== undefined) this.#balanceVersion += 1
    const recorded = { deal, balanceVersion: this.#balanceVersion }
    this.restore([recorded])
    return recorded
  }

  /** The balance has changed without a deal, or before a restart. @param version - changes so far */
  balanceMoved(version: number): void {
    this.#balanceVersion = Math.max(this.#balanceVersion, version)
  }

  /** Appends deals of an earlier run. */
  restore(deals: readonly RecordedDeal[]): void {
    this.#deals.push(...deals)
    this.#balanceVersion = this.#deals[this.#deals.length - 1]?.balanceVersion ?? this.#balanceVersion
    if (this.#deals.length > MAX_DEALS) this.#deals = this.#deals.slice(-MAX_DEALS / 2)
  }

  /** Deals executed in [from, to], newest first; of one position, or of all. */
  between(
    from: number,
    to: number,
    maxRows: number,
    positionId?: number,
  ): { readonly deals: readonly RecordedDeal[]; readonly hasMore: boolean } {
    const found = this.#deals.filter(
      ({ deal }) =>
        deal.executedAt >= from &&
        deal.executedAt <= to &&
        (positionId === undefined || deal.positionId === positionId),
    )
    return { deals: found.reverse().slice(0, maxRows), hasMore: found.length > maxRows }
  }
}
