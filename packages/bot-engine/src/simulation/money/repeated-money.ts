import { type Money, money } from '@openclaw-trading/trading-model'

/** A power of two. */
const SLOTS = 256

/**
 * Money of one account, for amounts that keep coming back, as those of costs do: the same amount is one object.
 *
 * A backtest keeps every fill, and half of what a fill keeps would be equal amounts.
 */
export class RepeatedMoney {
  readonly #digits: number
  readonly #currency: string
  readonly #known: (Money | undefined)[] = new Array(SLOTS).fill(undefined)

  /** Creates it for the account's money. */
  constructor({ digits, currency }: { readonly digits: number; readonly currency: string }) {
    this.#digits = digits
    this.#currency = currency
  }

  /** An amount; of those that share a slot the newest is kept. */
  of(minor: number): Money {
    const slot = minor & (SLOTS - 1)
    const known = this.#known[slot]
    if (known !== undefined && known.minor === minor) return known
    const made = money(minor, this.#digits, this.#currency)
    this.#known[slot] = made
    return made
  }
}
