import { PlainAccount } from './account.ts'
import type { Entry, Level, Order, Position, Request, Side } from './model.ts'
import { nextSwapAfter, swapOf } from './money.ts'

const HALF_HOUR = 1_800_000
const HOUR = 3_600_000
const other = (side: Side): Side => (side === 'buy' ? 'sell' : 'buy')

/** An account at a venue with one symbol, which may have a break each day. */
export class PlainVenue extends PlainAccount {
  readonly orders: Order[] = []
  readonly waiting: { readonly due: number; readonly request: Request }[] = []
  quotedAt = -1
  #lastDue = 0

  submit(request: Request, decidedAt: number): void {
    const late = this.rules.faults.has('due a millisecond late') ? 1 : 0
    this.#lastDue = Math.max(this.#lastDue, decidedAt + this.rules.latency + late)
    this.waiting.push({ due: this.#lastDue, request })
  }

  /** A request that acts at an instant. */
  submitAt(request: Request, due: number): void {
    this.waiting.push({ due, request })
  }

  /** What happens before an instant, or at it too: by time, expiries before swaps before requests. */
  runUntil(until: number, inclusive: boolean): void {
    for (;;) {
      const expiry = Math.min(...this.orders.map(({ entry }) => entry.expiresAt ?? Number.POSITIVE_INFINITY))
      const swap = this.nextSwap()
      const due = this.waiting[0]?.due ?? Number.POSITIVE_INFINITY
      const at = Math.min(expiry, swap, due)
      const isEarly = this.rules.faults.has('expiry before its last quote') && expiry === until
      if (!(at < until || (inclusive && at === until) || isEarly)) return
      if (expiry === at) this.#drop(this.orders.find(({ entry }) => entry.expiresAt === at))
      else if (swap === at) this.chargeSwap(at)
      else {
        const next = this.waiting.shift()
        if (next !== undefined) this.#run(next.request, next.due)
      }
    }
  }

  /** Orders that expire up to an instant are gone. */
  runUntilExpiry(until: number): void {
    for (const order of [...this.orders]) if ((order.entry.expiresAt ?? until + 1) <= until) this.#drop(order)
  }

  nextSwap(): number {
    return Math.min(...this.positions.map(position => position.nextSwap))
  }

  chargeSwap(at: number): void {
    for (const position of this.positions) {
      if (position.nextSwap > at) continue
      position.swap += swapOf(this.rules, position, this.exitPrice(position))
      position.nextSwap = nextSwapAfter(this.rules, position.nextSwap, 0)
    }
  }

  /** A quote: positions by id, then orders by age, then the margin level. `opens`: a bar opens with it. */
  quote(at: number, bid: number, ask: number, opens: boolean): void {
    const isOpening = opens || at - this.quotedAt >= HALF_HOUR || !this.isOpenAt(this.quotedAt)
    this.quotedAt = at
    if (!this.rules.faults.has('levels last')) this.book.renew()
    this.bid = bid
    this.ask = ask
    for (const position of [...this.positions]) this.#protect(position, at, opens)
    for (const order of [...this.orders]) {
      if (!this.isOpenAt(at) || !this.#isTriggered(order)) continue
      const isOwn = order.entry.kind === 'limit' && !isOpening && !this.rules.faults.has('limit at the quote')
      this.execute(order, at, isOwn ? order.entry.price : this.marketPrice(order.entry))
    }
    this.watchMargin(at)
  }

  /** Stop before target; else a trailing stop moves. */
  #protect(position: Position, at: number, opens: boolean): void {
    const price = this.exitPrice(position)
    if (position.stop !== undefined) {
      const isReached = this.stopReached(position)
      const isDouble = position.trigger.startsWith('double') && !this.#oneTouch
      if (isReached && (!isDouble || position.touched)) {
        const isOwn = position.guaranteed || this.rules.faults.has('stop at its own level through a gap')
        return this.stopOff(position, at, isOwn ? position.stop : price)
      }
      position.touched = isReached
    }
    if (this.targetReached(position)) return this.endAt(position, at, price)
    if (!opens) this.trail(position, this.bid, this.ask)
  }

  /** A stop leaves at any level, a guaranteed one at its own price whatever there is. */
  stopOff(position: Position, at: number, price: number): void {
    if (position.guaranteed) this.close(position, at, price, position.cents)
    else this.leave(position, at, price, position.cents)
    this.#goOn(position)
  }

  /** A target leaves at levels that are no worse. */
  endAt(position: Position, at: number, price: number): void {
    const isAny = this.rules.faults.has('limit takes any level')
    this.leave(position, at, price, position.cents, isAny ? undefined : position.target)
    this.#goOn(position)
  }

  /** What is left keeps its levels. */
  #goOn(position: Position): void {
    if (this.rules.faults.has('rest of a position is bare'))
      Object.assign(position, { stop: undefined, target: undefined, trailing: undefined })
  }

  get #oneTouch(): boolean {
    return this.rules.faults.has('one touch for a double trigger')
  }

  stopReached({ side, stop, trigger }: Position): boolean {
    if (stop === undefined) return false
    const isOpposite = trigger.endsWith('opposite')
    if (side === 'buy') return (isOpposite ? this.ask : this.bid) <= stop
    const isBlind = this.rules.faults.has('short ignores the spread')
    return (isOpposite || isBlind ? this.bid : this.ask) >= stop
  }

  targetReached({ side, target }: Position): boolean {
    if (target === undefined) return false
    return side === 'buy' ? this.bid >= target : this.ask <= target
  }

  trail(position: Position, bid: number, ask: number): void {
    const { stop, trailing, side } = position
    if (stop === undefined || trailing === undefined) return
    // To a whole step away from the market: the average of an entry in parts may lie between two.
    const { tick } = this.rules
    position.stop =
      side === 'buy'
        ? Math.max(stop, Math.floor((bid - trailing) / tick) * tick)
        : Math.min(stop, Math.ceil((ask + trailing) / tick) * tick)
  }

  /** Positions of a closed market are left alone. */
  override watchMargin(at: number): void {
    if (this.isOpenAt(at)) super.watchMargin(at)
  }

  isOpenAt(at: number): boolean {
    return this.rules.faults.has('the break is open') || !this.#isBreak(at)
  }

  #isBreak(at: number): boolean {
    const { breaks } = this.rules
    if (breaks === undefined) return false
    const hour = Math.floor(at / HOUR) % 24
    return hour >= breaks.from && hour < breaks.from + breaks.hours
  }

  /** The first open behind the first closed instant from `at` on: hour by hour, because breaks begin and end with one. */
  #openAfter(at: number): number {
    if (this.rules.faults.has('an order for the open fills at once')) return at
    let t = at
    while (!this.#isBreak(t)) t = (Math.floor(t / HOUR) + 1) * HOUR
    while (this.#isBreak(t)) t = (Math.floor(t / HOUR) + 1) * HOUR
    return t
  }

  /** Whether the price is where an order waits for it. */
  reached({ entry: { kind, side, price, trigger } }: Order): boolean {
    if (kind === 'market') return false
    if (kind === 'limit') return side === 'buy' ? this.ask <= price : this.bid >= price
    const isOpposite = trigger.endsWith('opposite')
    return side === 'buy'
      ? (isOpposite ? this.bid : this.ask) >= price
      : (isOpposite ? this.ask : this.bid) <= price
  }

  #isTriggered(order: Order): boolean {
    if (order.entry.kind === 'market') return this.quotedAt >= order.opensAt
    const isReached = this.reached(order)
    if (!order.entry.trigger.startsWith('double') || this.#oneTouch) return isReached
    const isSecond = isReached && order.touched
    order.touched = isReached
    return isSecond
  }

  #run(request: Request, at: number): void {
    if (request.type === 'enter') return this.#enter(request.number, request.entry, at)
    if (request.type === 'cancel')
      return this.#drop(this.orders.find(({ number }) => number === request.number))
    if (request.type === 'amend') return this.#amend(request, at)
    const position = this.positions.find(({ id }) => id === request.position)
    if (position === undefined || this.quotedAt < 0) return
    if (request.type === 'protect') return this.#setLevels(position, request)
    if (request.cents > position.cents || !this.isOpenAt(at)) return
    const kind = { kind: 'market', side: other(position.side) } as const
    this.leave(position, at, this.marketPrice(kind), request.cents)
  }

  #drop(order: Order | undefined): void {
    if (order !== undefined && this.orders.includes(order)) this.orders.splice(this.orders.indexOf(order), 1)
  }

  #enter(number: number, entry: Entry, at: number): void {
    if (this.quotedAt < 0 || !this.#isSound(entry, at)) return
    const order: Order = { number, entry, touched: false, positionId: 0, filled: 0, opensAt: 0 }
    const isOnOpen = entry.tif === 'on-open'
    const isMarket = entry.kind === 'market' && !isOnOpen
    const waits = isOnOpen || entry.tif === 'gtc' || entry.tif === 'gtd'
    const isOpen = this.isOpenAt(at)
    if ((!waits && !isOpen) || (isOnOpen && this.rules.breaks === undefined)) return
    if (isMarket && !this.isAffordable(entry, this.marketPrice(entry), entry.cents)) return
    const isStop = entry.kind === 'stop' || entry.kind === 'stop-limit'
    if (isStop && this.reached(order)) return
    const taken = isMarket ? this.targetOf()?.id : undefined
    const accepted = { ...order, positionId: taken ?? this.nextPosition++ }
    const isNow = isMarket || entry.kind === 'market-range' || this.reached(accepted)
    if (isOnOpen) accepted.opensAt = this.#openAfter(at)
    if (isNow && isOpen) return this.execute(accepted, at, this.marketPrice(entry))
    if (waits) this.#queue(accepted)
  }

  /** What is asked makes sense, whatever the price. */
  #isSound({ expiresAt, tif, trailing, guaranteed, stop }: Entry, at: number): boolean {
    if (tif === 'gtd' && !(expiresAt !== undefined && expiresAt > at)) return false
    return !(guaranteed && trailing) && (stop !== undefined || (!guaranteed && !trailing))
  }

  #amend(request: Extract<Request, { type: 'amend' }>, at: number): void {
    const order = this.orders.find(({ number }) => number === request.number)
    if (order === undefined || order.entry.kind === 'market') return
    const { price, stop, target, expiresAt } = request
    const tif = expiresAt === undefined ? 'gtc' : 'gtd'
    const entry: Entry = {
      ...order.entry,
      price,
      stop,
      target,
      expiresAt,
      tif,
      trailing: false,
      guaranteed: false,
    }
    const isReached = this.reached({ ...order, entry })
    if (!this.#isSound(entry, at) || (isReached && entry.kind !== 'limit')) return
    order.entry = entry
    order.touched = false
    if (isReached && this.isOpenAt(at)) this.execute(order, at, this.marketPrice(entry))
  }

  #setLevels(position: Position, request: Extract<Request, { type: 'protect' }>): void {
    const { stop, target, trailing, guaranteed, trigger } = request
    const price = this.exitPrice(position)
    const sign = position.side === 'buy' ? 1 : -1
    if (stop !== undefined && (price - stop) * sign <= 0) return
    if (target !== undefined && (target - price) * sign < 0) return
    if (guaranteed && trailing) return
    Object.assign(position, {
      stop,
      target,
      trailing: trailing && stop !== undefined ? Math.abs(price - stop) : undefined,
      guaranteed: guaranteed && stop !== undefined,
      trigger: stop === undefined && target === undefined ? 'trade' : trigger,
      touched: false,
    })
  }

  /** Fills an order at a price, or drops it; `best` is the price of the market, which a limit may be better than. */
  execute(order: Order, at: number, price: number, best?: number): void {
    const { entry } = order
    this.#drop(order)
    const beyond = entry.side === 'buy' ? price - entry.price : entry.price - price
    const isRanged = entry.kind === 'stop-limit' || entry.kind === 'market-range'
    if (isRanged && beyond > entry.range * this.rules.tick) return
    const rest = entry.cents - order.filled
    if (!this.isAffordable(entry, price, rest, this.targetOf(order))) return
    const { parts: script, depth } = this.rules
    if (depth !== undefined && (script?.kind !== entry.kind || order.filled > 0))
      return this.#executeFromBook(order, at, price, best ?? (entry.side === 'buy' ? this.ask : this.bid))
    const parts = this.#partsOf(order, rest)
    const isWhole = parts.reduce((sum, part) => sum + part, 0) === rest
    if (entry.tif === 'fok' && !isWhole) return
    const goesOn =
      order.filled > 0 && this.positions.find(({ id }) => id === order.positionId)?.side === entry.side
    const before = order.filled
    for (const part of parts) this.#fillPart(order, at, price, part)
    const position = this.positions.find(({ id }) => id === order.positionId)
    if (position?.side === entry.side && order.filled > before && !goesOn)
      this.#giveLevels(position, entry, at, price)
    const isLost = this.rules.faults.has('rest of a part is lost')
    const waits = (entry.tif === 'gtc' || entry.tif === 'gtd') && entry.kind !== 'market' && !isLost
    if (order.filled < entry.cents && waits) this.#queue(order)
  }

  /** Fills what the levels have: a limit at them or, where the market has come to it, at its own price. */
  #executeFromBook(order: Order, at: number, price: number, market: number): void {
    const { entry } = order
    const { faults, tick } = this.rules
    const rest = entry.cents - order.filled
    const isOwn = entry.kind === 'limit' && price === entry.price
    const worst = faults.has('limit takes any level') ? undefined : this.#worstOf(entry)
    const best = isOwn ? market : price
    const isTooMuch = this.book.has(entry.side, best, rest, worst) < rest
    if (entry.tif === 'fok' && isTooMuch && !faults.has('fok fills in part')) return
    const goesOn =
      order.filled > 0 && this.positions.find(({ id }) => id === order.positionId)?.side === entry.side
    const pieces = this.book.take(entry.side, best, rest, worst)
    const taken = pieces.reduce((sum, { cents }) => sum + cents, 0)
    const fills = isOwn ? [{ price, cents: taken }] : pieces
    if (taken > 0) for (const piece of fills) this.#fillPart(order, at, piece.price, piece.cents)
    const position = this.positions.find(({ id }) => id === order.positionId)
    if (position?.side === entry.side && taken > 0 && !goesOn) {
      const value = fills.reduce((sum, piece) => sum + piece.price * piece.cents, 0)
      const average = faults.has('distance from the first level') ? price : Math.round(value / taken)
      this.#giveLevels(position, entry, at, average, tick)
    }
    const isLost = faults.has('rest of a part is lost')
    const isWaiting = entry.kind === 'limit' || (faults.has('rest of a stop waits') && entry.kind === 'stop')
    if (order.filled < entry.cents && (entry.tif === 'gtc' || entry.tif === 'gtd') && isWaiting && !isLost)
      this.#queue(order)
  }

  /** The last price at which an order takes something. */
  #worstOf({ kind, side, price, range }: Entry): number | undefined {
    if (kind === 'limit') return price
    if (kind !== 'stop-limit' && kind !== 'market-range') return undefined
    return side === 'buy' ? price + range * this.rules.tick : price - range * this.rules.tick
  }

  /** Orders wait in the order of their acceptance. */
  #queue(order: Order): void {
    this.orders.push(order)
    this.orders.sort((a, b) => a.number - b.number)
  }

  /** What fills of an order now: of the first fill the parts of the script, in whole steps; else the rest. */
  #partsOf({ entry, filled }: Order, rest: number): readonly number[] {
    const { parts, stepCents } = this.rules
    if (parts === undefined || parts.kind !== entry.kind || filled > 0) return [rest]
    let share = 0
    let done = 0
    const volumes: number[] = []
    for (const part of parts.shares) {
      share += part
      const upTo = share > 0.999_999 ? rest : Math.floor((rest * share) / stepCents) * stepCents
      if (upTo > done) volumes.push(upTo - done)
      done = Math.max(done, upTo)
    }
    return volumes
  }

  #fillPart(order: Order, at: number, price: number, cents: number): void {
    const target = this.targetOf(order)
    const isUsed = order.filled > 0
    order.filled += cents
    if (target !== undefined && target.side === order.entry.side) {
      order.positionId = target.id
      return this.open(order, target, at, price, cents)
    }
    if (target === undefined) {
      if (isUsed) order.positionId = this.nextPosition++
      return this.open(order, undefined, at, price, cents)
    }
    const reducing = Math.min(cents, target.cents)
    order.positionId = target.id
    this.close(target, at, price, reducing)
    if (reducing === cents) return
    order.positionId = this.nextPosition++
    this.open(order, undefined, at, price, cents - reducing)
  }

  /** An order with levels states the full set. */
  #giveLevels(position: Position, entry: Entry, at: number, price: number, tick = 1): void {
    if (entry.stop === undefined && entry.target === undefined) return
    const sign = entry.side === 'buy' ? 1 : -1
    const levelOf = (level: Level | undefined, direction: number) =>
      level === undefined
        ? undefined
        : 'price' in level
          ? level.price
          : Math.round((price + direction * level.distance) / tick) * tick
    position.stop = levelOf(entry.stop, -sign)
    position.target = levelOf(entry.target, sign)
    position.trailing =
      entry.trailing && position.stop !== undefined ? Math.abs(price - position.stop) : undefined
    position.guaranteed = entry.guaranteed
    position.trigger = 'trade'
    position.touched = false
    if (this.rules.faults.has('new position protected at once')) this.#protect(position, at, true)
  }
}
