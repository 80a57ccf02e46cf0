import {
  type Bar,
  type Instrument,
  type Position,
  priceToPoints,
  type Quote,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { RememberedPosition } from './policy-memory.ts'
import type { ManagedPosition } from './position-policy.ts'

/** How long an amendment without an answer keeps others back; it states the full set, so asking again is harmless. */
const AMEND_WAIT_MS = 10_000
/** How long after a first refusal a close is asked for again; that of the whole also without an answer. */
const CLOSE_AGAIN_MS = 60_000
/** Refusals in a row after which a part is not asked for any more, half an hour after the first. */
export const MAX_PART_REFUSALS = 6

/** A request to close that is on its way. */
interface Closing {
  readonly askedAt: number
  /** The largest volume of the position since it was asked for: once it is less, the close has been filled. */
  volume: number
  readonly rung: string | undefined
  refused: boolean
}

/** A position with what is remembered of it: its first stop, its best price, and what is on its way. */
export class TrackedPosition implements ManagedPosition {
  readonly instrument: Instrument
  readonly sign: 1 | -1
  readonly firstVolume: number
  position: Position
  now: UnixMs
  entryPoints: number
  exitPoints: number
  bestPoints: number
  riskPoints: number | undefined
  barsHeld = 0
  readonly #taken: Set<string>
  #hasRisk: boolean
  /** Counted by an earlier run; the warm-up may have counted the same bars again. */
  #knownBars: number
  #askedStop: number | undefined
  #askedAt = 0
  #closing: Closing | undefined
  /** Of parts, in a row. */
  #refusals = 0

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
    this.#taken = new Set(known?.taken)
  }

  /** What another run must know to go on. */
  remember(): RememberedPosition {
    const { firstVolume, riskPoints, bestPoints, barsHeld } = this
    const closing = this.#closing
    // Nobody knows what becomes of a part on its way: too little closed is the lesser fault.
    const onItsWay = closing?.rung !== undefined && !closing.refused ? [closing.rung] : []
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
    this.#noteRisk()
    this.#noteAnswers()
    const spread =
      quote === undefined || this.sign > 0 ? 0 : priceToPoints(quote.ask) - priceToPoints(quote.bid)
    if (quote !== undefined && this.#knownBars > 0) this.#takeOverBars()
    if (quote !== undefined) this.exitPoints = priceToPoints(this.sign > 0 ? quote.bid : quote.ask)
    else if (bar !== undefined) this.exitPoints = priceToPoints(bar.close)
    this.#improve(this.exitPoints)
    if (bar === undefined || bar.closedAt <= position.openedAt) return
    this.barsHeld += 1
    // The extreme of the bar of the entry may lie before the entry.
    if (bar.openedAt >= position.openedAt)
      this.#improve(priceToPoints(this.sign > 0 ? bar.high : bar.low) + spread)
  }

  /** A stop may be asked for now. */
  get canMoveStop(): boolean {
    if (this.#closing !== undefined && this.#closing.rung === undefined) return false
    return this.#askedStop === undefined || this.now - this.#askedAt >= AMEND_WAIT_MS
  }

  /** The stop that was asked for without an answer so far, in 1/100000: it may be in force. */
  get askedStop(): number | undefined {
    return this.#askedStop
  }

  /** The close of a part may be asked for now: after each refusal twice as long as after the one before. */
  get canClose(): boolean {
    const closing = this.#closing
    if (closing === undefined) return true
    const waitMs = CLOSE_AGAIN_MS * 2 ** Math.max(0, this.#refusals - 1)
    return closing.refused && this.now - closing.askedAt >= waitMs
  }

  /** The close of the whole may be asked for now: asked for twice it still closes no more than is there. */
  get canCloseAll(): boolean {
    const closing = this.#closing
    return closing === undefined || this.now - closing.askedAt >= CLOSE_AGAIN_MS
  }

  /** The rung of a ladder was taken, or is on its way. */
  hasTaken(rung: string): boolean {
    const closing = this.#closing
    return this.#taken.has(rung) || (closing?.rung === rung && !closing.refused)
  }

  /** Notes that a rung will not be asked for again. */
  take(rung: string): void {
    this.#taken.add(rung)
  }

  /** Notes that a stop was asked for. */
  stopAsked(points: number): void {
    this.#askedStop = points
    this.#askedAt = this.now
  }

  /** Notes that a close of the whole, or of a part for a rung, was asked for. */
  closeAsked(rung?: string): void {
    this.#closing = { askedAt: this.now, volume: this.position.volume, rung, refused: false }
  }

  /** The stop that was asked for was refused. */
  stopRefused(): void {
    this.#askedStop = undefined
  }

  /**
   * The close that was asked for was refused.
   *
   * @returns the rung of a part that is given up: it counts as taken
   */
  closeRefused(): string | undefined {
    const closing = this.#closing
    if (closing === undefined || closing.refused) return undefined
    closing.refused = true
    if (closing.rung === undefined) return undefined
    this.#refusals += 1
    if (this.#refusals < MAX_PART_REFUSALS) return undefined
    this.#refusals = 0
    this.#closing = undefined
    this.take(closing.rung)
    return closing.rung
  }

  /** The broker has told everything anew: nothing is on its way any more. */
  resynced({ volume }: Position): void {
    this.#askedStop = undefined
    this.#noteVolume(volume)
    this.#closing = undefined
  }

  /** What was asked for has come about. */
  #noteAnswers(): void {
    if (this.#askedStop !== undefined && this.stopPoints === this.#askedStop) this.#askedStop = undefined
    this.#noteVolume(this.position.volume)
  }

  #noteVolume(volume: number): void {
    const closing = this.#closing
    if (closing === undefined) return
    if (volume > closing.volume) closing.volume = volume
    if (volume >= closing.volume) return
    if (closing.rung !== undefined) this.#taken.add(closing.rung)
    this.#closing = undefined
    this.#refusals = 0
  }

  #takeOverBars(): void {
    this.barsHeld = Math.max(this.barsHeld, this.#knownBars)
    this.#knownBars = 0
  }

  #noteRisk(): void {
    const stop = this.stopPoints
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
