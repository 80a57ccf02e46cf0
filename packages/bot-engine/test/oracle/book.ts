import type { Rules, Side } from './model.ts'

export interface Piece {
  readonly price: number
  cents: number
}

/** What is left of the levels on both sides of a quote; the section "Depth" of docs/concepts/fills.md. */
export class PlainBook {
  readonly #rules: Rules
  #left: { readonly side: Side; readonly ticks: number; cents: number }[] = []

  constructor(rules: Rules) {
    this.#rules = rules
    this.renew()
  }

  renew(): void {
    const { depth = [] } = this.#rules
    this.#left = (['buy', 'sell'] as const).flatMap(side =>
      depth.map(({ ticks, cents }) => ({ side, ticks, cents })),
    )
  }

  /** Takes step by step what is nearest to the quote, and tells what it came to at each price. */
  take(side: Side, best: number, wanted: number, worst?: number): readonly Piece[] {
    const { depth, tick, stepCents, faults } = this.#rules
    if (depth === undefined || faults.has('all at the first level')) return [{ price: best, cents: wanted }]
    const pieces: Piece[] = []
    const priceAt = (ticks: number) => (side === 'buy' ? best + ticks * tick : best - ticks * tick)
    const isAllowed = (price: number) =>
      worst === undefined || (side === 'buy' ? price <= worst : price >= worst)
    for (let left = wanted; left > 0; left -= stepCents) {
      const level = this.#left
        .filter(one => one.side === side && one.cents > 0 && isAllowed(priceAt(one.ticks)))
        .sort((a, b) => a.ticks - b.ticks)[0]
      if (level === undefined) break
      level.cents -= stepCents
      const price = priceAt(level.ticks)
      const last = pieces.at(-1)
      if (last?.price === price) last.cents += stepCents
      else pieces.push({ price, cents: stepCents })
    }
    return pieces
  }

  /** How much could be taken. */
  has(side: Side, best: number, wanted: number, worst?: number): number {
    const before = this.#left.map(level => ({ ...level }))
    const cents = this.take(side, best, wanted, worst).reduce((sum, piece) => sum + piece.cents, 0)
    this.#left = before
    return cents
  }
}
