import { PlainBook } from './book.ts'
import type { Entry, Fill, Order, Position, Rules, Side, Trade } from './model.ts'
import { commissionOf, grossOf, marginOf, nextSwapAfter, rounded, totalMargin } from './money.ts'

const other = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

/** The money and the positions of an account at the prevailing quote of one symbol. */
export class PlainAccount {
  readonly rules: Rules
  readonly positions: Position[] = []
  readonly trades: Trade[] = []
  readonly fills: Fill[] = []
  readonly book: PlainBook
  balance: number
  bid = 0
  ask = 0
  protected nextPosition = 1

  constructor(rules: Rules) {
    this.rules = rules
    this.book = new PlainBook(rules)
    this.balance = rules.balance
  }

  exitPrice({ side }: Pick<Position, 'side'>): number {
    return side === 'buy' ? this.bid : this.ask
  }

  /** Ask of a buy, bid of a sell; all but limits pay the slippage. */
  marketPrice({ side, kind }: Pick<Entry, 'side' | 'kind'>): number {
    const isFree = kind === 'limit' && !this.rules.faults.has('limit pays slippage')
    const slippage = isFree ? 0 : this.rules.slippageTicks * this.rules.tick
    return side === 'buy' ? this.ask + slippage : this.bid - slippage
  }

  /** The position that an order adds to or reduces: on a netted account the one there is. */
  targetOf(order?: Order): Position | undefined {
    const own = order && this.positions.find(({ id }) => id === order.positionId)
    return own ?? (this.rules.hedged ? undefined : this.positions[0])
  }

  equity(): number {
    return this.positions.reduce((sum, position) => sum + this.netOf(position), this.balance)
  }

  netOf(position: Position): number {
    const { side, entry, cents, swap, commission } = position
    const gross = grossOf(this.rules, side, entry, this.exitPrice(position), cents)
    return gross + swap + (this.rules.faults.has('stop-out ignores open commission') ? 0 : commission)
  }

  isAffordable({ side }: Entry, price: number, cents: number, target = this.targetOf()): boolean {
    const opening = target === undefined || target.side === side ? cents : Math.max(0, cents - target.cents)
    if (opening === 0) return true
    const before = totalMargin(this.rules, this.positions)
    const added = { side, margin: marginOf(this.rules, price, opening) }
    const needed = totalMargin(this.rules, [...this.positions, added]) - before
    return needed <= 0 || needed <= this.equity() - before
  }

  #turns = 0

  open(order: Order, target: Position | undefined, at: number, price: number, cents: number): void {
    const { entry } = order
    const { side } = entry
    const commission = commissionOf(this.rules, cents, price)
    this.fills.push({ at, side, cents, price })
    const position = target ?? this.#newPosition(order, at)
    const value = BigInt(position.entry) * BigInt(position.cents) + BigInt(price) * BigInt(cents)
    position.entry = rounded(value, BigInt(position.cents + cents), { ...this.rules, faults: new Set() })
    position.cents += cents
    position.commission += commission
    position.margin = marginOf(this.rules, position.entry, position.cents)
  }

  #newPosition(order: Order, at: number): Position {
    const position: Position = {
      id: order.positionId,
      side: order.entry.side,
      openedAt: at,
      turn: this.#turns++,
      entry: 0,
      cents: 0,
      stop: undefined,
      target: undefined,
      trailing: undefined,
      guaranteed: false,
      trigger: 'trade',
      touched: false,
      commission: 0,
      swap: 0,
      margin: 0,
      nextSwap: nextSwapAfter(this.rules, at, this.rules.swap?.skipped ?? 0),
    }
    this.positions.push(position)
    this.positions.sort((a, b) => a.id - b.id)
    return position
  }

  close(position: Position, at: number, price: number, cents: number): void {
    const { rules } = this
    const share = (amount: number) => rounded(BigInt(amount) * BigInt(cents), BigInt(position.cents), rules)
    const [opening, swap] = [share(position.commission), share(position.swap)]
    const side = rules.faults.has('commission once') ? 0 : commissionOf(rules, cents, price)
    const gross = grossOf(rules, position.side, position.entry, price, cents)
    const net = gross + swap + opening + side
    this.balance += net
    position.commission -= opening
    position.swap -= swap
    position.cents -= cents
    position.margin = marginOf(rules, position.entry, position.cents)
    if (position.cents === 0) this.positions.splice(this.positions.indexOf(position), 1)
    this.fills.push({ at, side: other(position.side), cents, price })
    this.trades.push({
      positionId: position.id,
      side: position.side,
      cents,
      entry: position.entry,
      openedAt: position.openedAt,
      exit: price,
      closedAt: at,
      gross,
      commission: opening + side,
      swap,
      net,
      balance: this.balance,
    })
  }

  /** Closes at the market, as far as the levels go. */
  leave(position: Position, at: number, price: number, cents: number, worst?: number): void {
    for (const piece of this.book.take(other(position.side), price, cents, worst))
      this.close(position, at, piece.price, piece.cents)
  }

  /** Stop-out: closes at market until the margin level is above the threshold. */
  watchMargin(at: number): void {
    const { stopOut } = this.rules
    if (stopOut === undefined) return
    for (;;) {
      const margin = totalMargin(this.rules, this.positions)
      const equity = this.equity()
      if (margin <= 0 || equity * 100 > margin * stopOut.level) return
      const badness = (position: Position) =>
        stopOut.first === 'most-losing' ? -this.netOf(position) : position.margin
      const worst = this.positions
        .filter(position => this.#hasLevelsFor(position))
        .sort((a, b) => badness(b) - badness(a) || a.id - b.id)[0]
      if (worst === undefined) return
      const cents = this.#stopOutCents(worst, equity, margin, stopOut)
      const before = worst.cents
      this.leave(worst, at, this.marketPrice({ kind: 'market', side: other(worst.side) }), cents)
      if (worst.cents === before) return
    }
  }

  /** Nothing is left of the levels that a position would leave by: another is closed first. */
  #hasLevelsFor(position: Position): boolean {
    const side = other(position.side)
    return this.book.has(side, this.exitPrice(position), this.rules.stepCents) > 0
  }

  /** The fewest steps that free more than the margin in excess. */
  #stopOutCents(
    position: Position,
    equity: number,
    margin: number,
    { whole, level }: NonNullable<Rules['stopOut']>,
  ): number {
    if (whole || equity <= 0 || position.margin <= 0) return position.cents
    const step = this.rules.stepCents
    let steps = 1
    while (steps * step * position.margin * level <= (margin * level - equity * 100) * position.cents) steps++
    return position.cents - steps * step < step ? position.cents : steps * step
  }
}
