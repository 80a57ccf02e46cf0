import type { Order, Position } from './model.ts'
import type { PlainVenue } from './venue.ts'

export interface PlainBar {
  readonly openedAt: number
  readonly closedAt: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  readonly spread: number
}

/** What happens within a bar behind its open, and which positions hang on the policy. */
export class WithinBar {
  readonly venue: PlainVenue
  /** Position → the first instant at which the policy decided. */
  readonly dependent = new Map<number, number>()
  readonly #left = new Set<Position>()

  constructor(venue: PlainVenue) {
    this.venue = venue
  }

  run(bar: PlainBar, policy: 'worst' | 'path'): void {
    const { venue } = this
    const at = bar.closedAt - 1
    this.#left.clear()
    while (venue.nextSwap() < at) venue.chargeSwap(venue.nextSwap())
    for (const position of venue.positions) this.#note(position, bar, false)
    if (policy === 'worst') this.#worst(bar, at)
    else this.#path(bar, at)
    venue.runUntilExpiry(at)
    this.#at(bar, bar.close)
    venue.quotedAt = at
  }

  /** Puts the market at a bid. */
  #at({ spread }: PlainBar, bid: number): void {
    this.venue.bid = bid
    this.venue.ask = bid + spread
  }

  /** Looks at something with the market at both ends of the bar. */
  #anywhere<T>(bar: PlainBar, look: () => T): readonly [low: T, high: T] {
    const { bid } = this.venue
    this.#at(bar, bar.low)
    const low = look()
    this.#at(bar, bar.high)
    const high = look()
    this.#at(bar, bid)
    return [low, high]
  }

  #within(bar: PlainBar, look: () => boolean): boolean {
    return this.#anywhere(bar, look).includes(true)
  }

  #worst(bar: PlainBar, at: number): void {
    const { venue } = this
    const { rules } = venue
    const before = [...venue.positions]
    if (rules.faults.has('trailing stop moves first'))
      for (const position of before) this.#trailed(position, bar)
    for (const position of before) {
      const stops = () => this.#stopWithin(position, bar, at, bar.open)
      const ends = () => this.#targetWithin(position, bar, at)
      if (rules.faults.has('target before stop')) ends() || stops()
      else stops() || ends()
    }
    const opened = new Map<Position, number>()
    for (const order of [...venue.orders]) {
      if (!this.#within(bar, () => venue.reached(order))) continue
      const bid = this.#bidOf(order, bar)
      for (const position of this.#fill(order, bar, at, bid)) opened.set(position, bid)
    }
    for (const [position, bid] of opened) {
      if (this.#left.has(position) || this.#stopWithin(position, bar, at, bid)) continue
      if (rules.faults.has('target of a new position counts')) this.#targetWithin(position, bar, at)
    }
    for (const position of before) if (position.cents > 0) this.#trailed(position, bar)
    this.#worstMargin(bar, at)
  }

  /** Everything within a bar meets all levels; what is left of a position rests until the next open. */
  #leave(position: Position, how: () => void): void {
    this.venue.book.renew()
    this.#left.add(position)
    how()
  }

  #trailed(position: Position, { high, low, spread }: PlainBar): void {
    this.venue.trail(position, high, low + spread)
  }

  /** A stop leaves at its level, or at what the market had (`from`) where that is worse. */
  #stopWithin(position: Position, bar: PlainBar, at: number, from: number): boolean {
    const { venue } = this
    const { side, stop, trigger, guaranteed, cents } = position
    if (cents === 0 || stop === undefined || !this.#within(bar, () => venue.stopReached(position)))
      return false
    const isOpposite = trigger.endsWith('opposite')
    const isBlind = side === 'sell' && venue.rules.faults.has('short ignores the spread')
    let price: number
    if (side === 'buy') price = Math.min(isOpposite ? stop - bar.spread : stop, from)
    else price = Math.max(isOpposite || isBlind ? stop + bar.spread : stop, from + bar.spread)
    const isOwn = guaranteed || venue.rules.faults.has('stop at its own level through a gap')
    this.#leave(position, () => venue.stopOff(position, at, isOwn ? stop : price))
    return true
  }

  #targetWithin(position: Position, bar: PlainBar, at: number): boolean {
    const { target, cents } = position
    if (cents === 0 || target === undefined) return false
    if (!this.#within(bar, () => this.venue.targetReached(position))) return false
    this.#leave(position, () => this.venue.endAt(position, at, target))
    return true
  }

  /** The bid at which a bar meets an order: at its price, or at the open when that lies beyond. */
  #bidOf({ entry: { kind, side, price, trigger } }: Order, { open, spread }: PlainBar): number {
    const isOpposite = trigger.endsWith('opposite')
    const onAsk = (side === 'buy') !== isOpposite
    const bid = onAsk ? price - spread : price
    const isRise = (side === 'buy') !== (kind === 'limit')
    return isRise ? Math.max(bid, open) : Math.min(bid, open)
  }

  /** Fills an order with the market at a bid. @returns what it opened or added to */
  #fill(order: Order, bar: PlainBar, at: number, bid: number): readonly Position[] {
    const { venue } = this
    const known = new Map(venue.positions.map(position => [position, position.cents]))
    const { price, side, kind } = order.entry
    const slippage = venue.rules.slippageTicks * venue.rules.tick
    const market = side === 'buy' ? bid + bar.spread + slippage : bid - slippage
    venue.book.renew()
    venue.execute(order, at, kind === 'limit' ? price : market, side === 'buy' ? bid + bar.spread : bid)
    const grown = venue.positions.filter(position => position.cents > (known.get(position) ?? 0))
    for (const position of grown) this.#note(position, bar, true)
    return grown
  }

  #worstMargin(bar: PlainBar, at: number): void {
    const [low, high] = this.#anywhere(bar, () => this.venue.equity())
    for (const bid of low <= high ? [bar.low, bar.high] : [bar.high, bar.low]) {
      this.#at(bar, bid)
      this.venue.book.renew()
      this.venue.watchMargin(at)
    }
  }

  /** Walks the path in steps of the last digit, and looks at everything at each. */
  #path(bar: PlainBar, at: number): void {
    const { open, high, low, close } = bar
    const isHighNearer = high - open < open - low
    const isHighFirst = this.venue.rules.faults.has('farther extreme first') ? !isHighNearer : isHighNearer
    const corners = isHighFirst ? [high, low, close] : [low, high, close]
    const { tick } = this.venue.rules
    const done = new Set<Order>()
    let bid = open
    for (const corner of corners) {
      for (;;) {
        this.#at(bar, bid)
        while (this.#act(bar, at, done)) this.#at(bar, bid)
        for (const position of this.venue.positions) this.venue.trail(position, bid, bid + bar.spread)
        if (bid === corner) break
        bid += Math.sign(corner - bid) * tick
      }
      this.venue.book.renew()
      this.venue.watchMargin(at)
    }
  }

  /** The first thing that happens at a price. */
  #act(bar: PlainBar, at: number, done: Set<Order>): boolean {
    const { venue } = this
    for (const position of venue.positions) {
      if (this.#left.has(position)) continue
      if (venue.stopReached(position)) {
        const price = position.guaranteed ? (position.stop ?? 0) : venue.exitPrice(position)
        this.#leave(position, () => venue.stopOff(position, at, price))
        return true
      }
      if (!venue.targetReached(position)) continue
      this.#leave(position, () => venue.endAt(position, at, venue.exitPrice(position)))
      return true
    }
    const order = venue.orders.find(waiting => !done.has(waiting) && venue.reached(waiting))
    if (order === undefined) return false
    done.add(order)
    this.#fill(order, bar, at, venue.bid)
    return true
  }

  #note(position: Position, bar: PlainBar, isNew: boolean): void {
    const { venue } = this
    if (this.dependent.has(position.id) || position.cents === 0) return
    const stops = this.#within(bar, () => venue.stopReached(position))
    const reduces = venue.orders.some(
      order =>
        venue.targetOf(order) === position &&
        order.entry.side !== position.side &&
        this.#within(bar, () => venue.reached(order)),
    )
    const ends = this.#within(bar, () => venue.targetReached(position)) || reduces
    const trailed = { ...position }
    this.#trailed(trailed, bar)
    const trails = trailed.stop !== position.stop && this.#within(bar, () => venue.stopReached(trailed))
    if (trails || (isNew ? stops || ends : stops && ends)) this.dependent.set(position.id, bar.closedAt - 1)
  }
}
