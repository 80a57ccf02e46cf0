import {
  type Bar,
  centsToLots,
  type ClientOrderId,
  type Instrument,
  type Lots,
  lotsToCents,
  type Position,
  type Price,
  priceToPoints,
  type Quote,
  type RefusedRequest,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { RememberedPosition } from './policy-memory.ts'
import type { ManagedPosition } from './position-policy.ts'

/** How long an amendment without an answer keeps others back; it states the full set, so asking again is harmless. */
const AMEND_WAIT_MS = 10_000
/** How long after a first refusal a close is asked for again; that of the whole also without an answer. */
const CLOSE_AGAIN_MS = 60_000
/** The longest wait after a refusal of a part: a daily break lasts an hour, and the exit is wanted soon after it. */
const MAX_PART_WAIT_MS = 16 * CLOSE_AGAIN_MS

/** A request to close, until it is filled. */
interface Closing {
  readonly askedAt: number
  /** What was to be closed: a refusal states it too. */
  readonly asked: Lots
  /** A refusal names it, where the broker can tell. */
  readonly id: ClientOrderId | undefined
  /** The largest volume of the position since it was asked for: once it is less, the close has been filled. */
  volume: Lots
  refused: boolean
}

/** A request to close a part, for a rung. */
interface ClosingPart extends Closing {
  readonly rung: string
}

/** How often a rung was refused in a row, and when it was asked for last. */
interface RefusedRung {
  readonly refusals: number
  readonly askedAt: number
}

/** A position with what is remembered of it: its first stop, its best price, and what is on its way. */
export class TrackedPosition implements ManagedPosition {
  readonly instrument: Instrument
  readonly sign: 1 | -1
  firstVolume: number
  position: Position
  now: UnixMs
  entryPoints: number
  exitPoints: number
  bestPoints: number
  riskPoints: number | undefined
  barsHeld = 0
  readonly #taken: Set<string>
  #hasRisk: boolean
  /** First volume and best price have a beginning: of an earlier run, or of the first look at the whole entry. */
  #hasBegun: boolean
  /** Best exit of the quotes since the fill, while bars cannot tell it. */
  #seenPrice: Price | undefined
  #isInEntryBar = true
  /** Counted by an earlier run; the warm-up may have counted the same bars again. */
  #knownBars: number
  #askedStop: number | undefined
  #askedStopId: ClientOrderId | undefined
  #askedAt = 0
  #whole: Closing | undefined
  #part: ClosingPart | undefined
  /** One for each rung at most. */
  readonly #refused = new Map<string, RefusedRung>()

  /** Begins to track a position, or goes on with what an earlier run remembered of it. */
  constructor(position: Position, instrument: Instrument, now: UnixMs, known?: RememberedPosition) {
    this.position = position
    this.instrument = instrument
    this.now = now
    this.sign = position.side === 'buy' ? 1 : -1
    this.firstVolume = known?.firstVolume ?? position.volume
    this.entryPoints = priceToPoints(position.entryPrice)
    this.exitPoints = this.entryPoints
    this.bestPoints = known?.bestPoints ?? this.entryPoints
    this.#knownBars = known?.barsHeld ?? 0
    this.riskPoints = known?.riskPoints
    this.#hasRisk = known?.riskPoints !== undefined
    this.#hasBegun = known !== undefined
    this.#taken = new Set(known?.taken)
    this.#isInEntryBar = this.#knownBars === 0
  }

  /** No bar has closed since the fill: of the one of the entry, what was before it does not count. */
  get isInEntryBar(): boolean {
    return this.#isInEntryBar
  }

  /** Takes a quote while the bar of the entry lasts. One from before the fill, told late, does not count. */
  watch({ at, bid, ask }: Quote): void {
    if (!this.#isInEntryBar || at < this.position.openedAt) return
    const isBuy = this.sign > 0
    const price = isBuy ? bid : ask
    const best = this.#seenPrice
    if (best === undefined || (isBuy ? price > best : price < best)) this.#seenPrice = price
  }

  /** The levels as the broker tells them: the first stop is what the trade risks, also when it is trailed right after. */
  protectedBy({ stopLoss }: Position): void {
    if (stopLoss !== undefined) this.#noteRisk(priceToPoints(stopLoss))
  }

  /** The order that opened it has filled further: the parts of one entry are its first volume together. */
  grow(volume: Lots): void {
    const { instrument, firstVolume } = this
    const cents = lotsToCents(instrument, firstVolume as Lots) + lotsToCents(instrument, volume)
    this.firstVolume = centsToLots(instrument, cents)
  }

  /** What another run must know to go on. */
  remember(): RememberedPosition {
    const { firstVolume, riskPoints, bestPoints, barsHeld } = this
    const part = this.#part
    // Nobody knows what becomes of a part on its way: too little closed is the lesser fault.
    const onItsWay = part !== undefined && !part.refused ? [part.rung] : []
    return {
      firstVolume,
      ...(riskPoints !== undefined && { riskPoints }),
      bestPoints,
      barsHeld,
      taken: [...this.#taken, ...onItsWay],
    }
  }

  /** The stop in force, in 1/100000. */
  get stopPoints(): number | undefined {
    const { stopLoss } = this.position
    return stopLoss === undefined ? undefined : priceToPoints(stopLoss)
  }

  /** Takes the position and the market as they stand; `bar` when one has just closed. */
  update(position: Position, now: UnixMs, quote: Quote | undefined, bar: Bar | undefined): void {
    this.position = position
    this.now = now
    this.entryPoints = priceToPoints(position.entryPrice)
    if (!this.#hasBegun) {
      this.#hasBegun = true
      this.firstVolume = position.volume
      this.bestPoints = this.entryPoints
    }
    this.#noteRisk(this.stopPoints)
    this.#noteAnswers()
    const spread =
      quote === undefined || this.sign > 0 ? 0 : priceToPoints(quote.ask) - priceToPoints(quote.bid)
    if (quote !== undefined && this.#knownBars > 0) this.#takeOverBars()
    if (quote !== undefined) this.exitPoints = priceToPoints(this.sign > 0 ? quote.bid : quote.ask)
    else if (bar !== undefined) this.exitPoints = priceToPoints(bar.close)
    this.#improve(this.exitPoints)
    if (this.#seenPrice !== undefined) this.#improve(priceToPoints(this.#seenPrice))
    if (bar === undefined || bar.closedAt <= position.openedAt) return
    this.barsHeld += 1
    this.#isInEntryBar = false
    // The extreme of the bar of the entry may lie before the entry: there the quotes since the fill tell it, if there are any.
    if (bar.openedAt >= position.openedAt)
      this.#improve(priceToPoints(this.sign > 0 ? bar.high : bar.low) + spread)
  }

  /** A stop may be asked for now: not while a close of the whole is on its way, refused or silent it guards nothing. */
  get canMoveStop(): boolean {
    const whole = this.#whole
    if (whole !== undefined && !whole.refused && this.#isFresh(whole)) return false
    return this.#askedStop === undefined || this.now - this.#askedAt >= AMEND_WAIT_MS
  }

  /** The stop that was asked for without an answer so far, in 1/100000: it may be in force. */
  get askedStop(): number | undefined {
    return this.#askedStop
  }

  /**
   * The close of a part may be asked for now: none is unanswered, and none was asked for within a minute. After each
   * refusal of its rung the wait is twice as long, up to 16 minutes; it is never given up.
   */
  canClosePart(rung: string): boolean {
    const part = this.#part
    if (part !== undefined && (!part.refused || this.#isFresh(part))) return false
    if (this.#whole !== undefined && this.#isFresh(this.#whole)) return false
    const before = this.#refused.get(rung)
    if (before === undefined) return true
    const waitMs = Math.min(MAX_PART_WAIT_MS, CLOSE_AGAIN_MS * 2 ** (before.refusals - 1))
    return this.now - before.askedAt >= waitMs
  }

  /** The close of the whole may be asked for now: asked for twice it still closes no more than is there. */
  get canCloseAll(): boolean {
    return [this.#whole, this.#part].every(closing => closing === undefined || !this.#isFresh(closing))
  }

  /** The rung of a ladder was taken, or is on its way. */
  hasTaken(rung: string): boolean {
    const part = this.#part
    return this.#taken.has(rung) || (part?.rung === rung && !part.refused)
  }

  /** Notes that a rung will not be asked for again. */
  take(rung: string): void {
    this.#taken.add(rung)
  }

  /** Notes that a stop was asked for. */
  stopAsked(points: number, id?: ClientOrderId): void {
    this.#askedStop = points
    this.#askedStopId = id
    this.#askedAt = this.now
  }

  /** Notes that a close of the whole was asked for. */
  closeAsked(id?: ClientOrderId): void {
    const { volume } = this.position
    this.#whole = { askedAt: this.now, asked: volume, id, volume, refused: false }
  }

  /** Notes that a close of a part was asked for, for a rung. */
  partAsked(rung: string, asked: Lots, id?: ClientOrderId): void {
    this.#part = { askedAt: this.now, asked, id, volume: this.position.volume, refused: false, rung }
  }

  /**
   * An amendment was refused: the stop that was asked for last, unless the refusal names another request. That of an older
   * one, or of the strategy's own, says nothing of it: it may be in force, and nothing behind it may follow.
   */
  stopRefused({ id }: RefusedRequest): void {
    if (id === undefined || this.#askedStopId === undefined || id === this.#askedStopId)
      this.#askedStop = undefined
  }

  /**
   * A close of this position was refused: the part that was asked for when the refusal names it, else the whole. Where the
   * broker tells no name, the volume has to do.
   *
   * What somebody else asked for is left out: a part that is sent again although it was not refused could close twice.
   */
  closeRefused(refused: RefusedRequest): void {
    const part = this.#part
    const whole = this.#whole
    if (part !== undefined && !part.refused && this.#isOf(refused, part)) {
      part.refused = true
      const refusals = (this.#refused.get(part.rung)?.refusals ?? 0) + 1
      this.#refused.set(part.rung, { refusals, askedAt: part.askedAt })
    } else if (whole !== undefined && (isUnnamed(refused) || this.#isOf(refused, whole))) whole.refused = true
  }

  /**
   * The broker has told everything anew. A part that it does not show as closed was most likely lost; but the account may
   * have been told while the request was on its way, and so the part is asked for again no sooner than after a refusal.
   */
  resynced({ volume }: Position): void {
    this.#askedStop = undefined
    this.partTold(volume)
    this.#whole = undefined
    if (this.#part !== undefined) this.#part.refused = true
    this.#refused.clear()
  }

  /** What was asked for has come about. */
  #noteAnswers(): void {
    if (this.#askedStop !== undefined && this.stopPoints === this.#askedStop) this.#askedStop = undefined
    const { volume } = this.position
    if (hasShrunk(this.#whole, volume)) this.#whole = undefined
    this.partTold(volume)
  }

  /** How much of the position is open: once it is less than it was, the part that was asked for has been closed. */
  partTold(volume: Lots): void {
    if (!hasShrunk(this.#part, volume)) return
    this.#taken.add(this.#part.rung)
    this.#part = undefined
    this.#refused.clear()
  }

  #isFresh({ askedAt }: Closing): boolean {
    return this.now - askedAt < CLOSE_AGAIN_MS
  }

  #isOf({ id, volume }: RefusedRequest, closing: Closing): boolean {
    if (id !== undefined && closing.id !== undefined) return id === closing.id
    if (volume === undefined) return false
    return lotsToCents(this.instrument, volume) === lotsToCents(this.instrument, closing.asked)
  }

  #takeOverBars(): void {
    this.barsHeld = Math.max(this.barsHeld, this.#knownBars)
    this.#knownBars = 0
  }

  #noteRisk(stop: number | undefined): void {
    if (this.#hasRisk || stop === undefined) return
    this.#hasRisk = true
    const risk = (this.entryPoints - stop) * this.sign
    // Taken over from an earlier run after its stop had moved: what was risked is not known any more.
    if (risk > 0) this.riskPoints = risk
  }

  #improve(points: number): void {
    if ((points - this.bestPoints) * this.sign > 0) this.bestPoints = points
  }
}

/** Only a close of the whole may leave its volume out. */
function isUnnamed({ id, volume }: RefusedRequest): boolean {
  return id === undefined && volume === undefined
}

/** The position is smaller than it was since the close was asked for. */
function hasShrunk<T extends Closing>(closing: T | undefined, volume: Lots): closing is T {
  if (closing === undefined) return false
  if (volume > closing.volume) closing.volume = volume
  return volume < closing.volume
}
