import {
  type ClientOrderId,
  clientOrderId,
  type Distance,
  type Lots,
  type Money,
  type Order,
  type OrderAmendment,
  type OrderId,
  type PositionId,
  type PositionProtection,
  type Price,
  pipsToPoints,
  pointsToPrice,
  type Side,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { Command } from '../ports/broker.ts'
import type { Entry, StatedProtection } from '../strategy/context.ts'
import { POSITION_FIELDS, PROTECTION_FIELDS, unknownField } from '../strategy/known-names.ts'
import { EngineError } from '../errors.ts'
import {
  type EntryPlanning,
  flagProblem,
  flagsOf,
  planAmendment,
  planEntry,
  type SizeEntry,
} from './plan-entry.ts'
import { isPlainEntry, isPlanned, type PlainEntry } from './plain-entry.ts'
import type { RunState } from './run-state.ts'
import type { TradeBuilder } from './trade.ts'

/** A command with the state it was decided on. */
export interface DecisionRecord {
  /** `<session>.<seq>`; on `place` also the client order id. */
  readonly id: ClientOrderId
  /** Market time. */
  readonly at: UnixMs
  readonly command: Command
  readonly equity: Money
  /** Of the last quote that counted; absent before the first. */
  readonly bid?: Price
  /** Of the last quote that counted; absent before the first. */
  readonly ask?: Price
  /** `seq` of the {@link Explanation} that led to it, in a run that explains itself. */
  readonly explained?: number
}

/** An entry that led to no order, or a change of levels or of an order that was not sent because of a limit. */
export interface BlockedEntry {
  readonly id: ClientOrderId
  /** Market time. */
  readonly at: UnixMs
  readonly side: Side
  readonly reason: string
}

/** What the driver did with a command. */
export type CommandVerdict = { readonly type: 'sent' } | { readonly type: 'blocked'; readonly reason: string }

/** Where commands go. */
export interface CommandPort {
  /**
   * Takes a command, at once; a block is final. Exits must not be blocked. What it was decided on {@link decisionRecord}
   * tells where somebody wants to know: that takes longer than the decision.
   *
   * @param explained - `seq` of the {@link Explanation} that led to it.
   */
  onCommand(id: ClientOrderId, command: Command, explained?: number): CommandVerdict
  /**
   * Takes a plain entry as numbers, where no command of it is wanted.
   *
   * @returns whether it has; if not, the command comes
   */
  onPlainEntry?(id: ClientOrderId, entry: PlainEntry): boolean
  /** An entry was blocked, by the port or before it, or a change of levels or of an order by the port. */
  onBlocked?(blocked: BlockedEntry): void
}

/** What {@link OrderEntry} needs. */
export interface OrderEntryOptions {
  readonly session: string
  readonly label: string
  readonly size: SizeEntry
  readonly port: CommandPort
  /** Why the price may not be the market's; blocks entries. Absent: it always is. */
  readonly doubt: (() => string | undefined) | undefined
}

/** `000` to `999`. V8 keeps each number that it wrote as text, which a run of 100,000 orders pays at each collection of garbage. */
const LAST_DIGITS = Array.from({ length: 1000 }, (_, low) => String(low).padStart(3, '0'))

/** Turns what a strategy asks for into commands with ids `<session>.<seq>`. */
export class OrderEntry {
  private readonly state: RunState
  private readonly trades: TradeBuilder
  private readonly port: CommandPort
  private readonly doubt: (() => string | undefined) | undefined
  /** `<session>.`; with a number it is no longer than ids may be: a session has at most 20 characters. */
  private readonly idPrefix: string
  /** What a request of the warm-up gets. */
  private readonly noId: ClientOrderId
  private readonly planning: EntryPlanning
  /** Orders on their way that are to be cancelled as soon as they are accepted. */
  readonly cancelOnAcceptance = new Set<ClientOrderId>()
  private readonly takesPlain: boolean
  private seq = 0
  private idHead = ''
  private newestId: ClientOrderId | undefined
  /** The run is over: what waits would open a position that nobody watches. */
  private keepsNone = false
  /** The strategy sees bars from before the run: what it asks for is ignored, and takes no id. */
  warmingUp = false
  /** Nothing leaves any more, exits neither; only what is accepted from now on and waits is still cancelled. */
  ended = false
  /** Why no entry leaves. */
  blockedEntries: string | undefined

  /** Creates an order entry of a run. */
  constructor(
    state: RunState,
    trades: TradeBuilder,
    { session, label, size, port, doubt }: OrderEntryOptions,
  ) {
    this.state = state
    this.trades = trades
    this.port = port
    this.takesPlain = port.onPlainEntry !== undefined && doubt === undefined
    this.doubt = doubt
    this.idPrefix = `${session}.`
    this.noId = clientOrderId(`${session}.0`)
    this.planning = { state, label, size, volume: undefined }
  }

  /** Of the last request that was decided. */
  get lastId(): ClientOrderId | undefined {
    return this.newestId
  }

  /** Replaces the volume of every entry; `undefined`: the strategy sizes. @returns whether it is another one */
  setVolume(volume: Lots | undefined): boolean {
    const isNew = volume !== this.planning.volume
    this.planning.volume = volume
    return isNew
  }

  /** Enters a position; one at the market as numbers, where nobody keeps the command. */
  enter(side: Side, entry: Entry): ClientOrderId {
    const id = this.warmingUp ? this.noId : this.nextId()
    if (this.takesPlain && this.blockedEntries === undefined && !this.warmingUp && isPlainEntry(entry)) {
      const { instrument, book } = this.state
      const stopLoss = entry.stopLoss as Distance | undefined
      const takeProfit = entry.takeProfit as Distance | undefined
      const plain = {
        symbolId: instrument.id,
        side,
        volume: this.planning.volume ?? entry.volume,
        stopPoints: stopLoss && pipsToPoints(instrument, stopLoss.pips),
        targetPoints: takeProfit && pipsToPoints(instrument, takeProfit.pips),
      }
      if (isPlanned(plain) && this.port.onPlainEntry?.(id, plain) === true) {
        book.expect(id)
        return id
      }
    }
    const planned = planEntry(entry, side, id, this.planning)
    if (this.warmingUp) return id
    const early = this.blockedEntries ?? this.doubt?.()
    if (early !== undefined) return this.block(id, side, early)
    if (typeof planned === 'string') return this.block(id, side, planned)
    const verdict = this.port.onCommand(id, planned)
    if (verdict.type === 'blocked') return this.block(id, side, verdict.reason)
    this.state.book.expect(id)
    return id
  }

  /** Closes a position or a part of it; without an id all positions. Unknown ids are ignored. */
  close(id: PositionId | undefined, volume: Lots | undefined): void {
    const { book } = this.state
    // Of one position no list is made: most runs have no more.
    if (id === undefined && book.size > 1) {
      for (const position of book.positions) this.close(position.id, volume)
      return
    }
    const position = id === undefined ? book.oldest : book.position(id)
    if (position === undefined || this.isMute()) return
    const positionId = position.id
    this.trades.closeRequested(positionId)
    const request = this.nextId()
    this.port.onCommand(request, { type: 'close', positionId, volume: volume ?? position.volume })
  }

  /** Cancels an order; one on its way as soon as it is accepted. Others are ignored. */
  cancel(id: ClientOrderId | OrderId): void {
    if (this.isMute()) return
    const { book } = this.state
    const order = book.order(id)
    if (order !== undefined) this.port.onCommand(this.nextId(), { type: 'cancel', orderId: order.id })
    else if (typeof id === 'string' && book.isPending(id)) this.cancelLater(id)
  }

  /** What was refused meanwhile is not waited for any more: no more are kept than entries may be on their way. */
  private cancelLater(id: ClientOrderId): void {
    for (const one of this.cancelOnAcceptance)
      if (!this.state.book.isPending(one)) this.cancelOnAcceptance.delete(one)
    this.cancelOnAcceptance.add(id)
  }

  /** Cancels all orders that work, and from now on each that is accepted: an entry may be on its way. */
  cancelAll(): void {
    this.keepsNone = true
    for (const { id, closing } of this.state.book.orders) if (!closing) this.cancel(id)
  }

  /** Notes an order that the broker accepted. */
  accepted({ id, clientOrderId: own, terms }: Order): void {
    if (own === undefined) return
    const isAsked = this.cancelOnAcceptance.delete(own) && !this.isMute()
    // Of a market order nothing is left to cancel; an order of others is theirs.
    const isLeft = this.keepsNone && terms !== undefined && this.state.book.isPending(own)
    if (isAsked || isLeft) this.port.onCommand(this.nextId(), { type: 'cancel', orderId: id })
  }

  /** Changes an order that waits for a price; others are ignored. @throws {@link EngineError} `invalid-options` for bad prices */
  amend(of: ClientOrderId | OrderId, amendment: OrderAmendment): void {
    const order = this.state.book.order(of)
    const terms = order?.terms
    if (order === undefined || terms === undefined || this.isMute()) return
    if (terms.type === 'market-range' || terms.type === 'market') return
    const id = this.nextId()
    const verdict = this.port.onCommand(id, {
      type: 'amend-order',
      orderId: order.id,
      orderType: terms.type,
      amendment: planAmendment(amendment, { ...order, terms }, this.state.instrument),
    })
    if (verdict.type === 'blocked') this.block(id, order.side, verdict.reason)
  }

  /**
   * States the levels of a position in full.
   *
   * @throws {@link EngineError} `invalid-options` for distances, unknown fields, and a trailing or guaranteed stop without
   *   a stop
   */
  setProtection(positionId: PositionId, protection: StatedProtection): void {
    const { stopLoss, takeProfit, stopTrigger } = protection
    if (typeof stopLoss === 'object' || typeof takeProfit === 'object')
      throw new EngineError(
        'invalid-options',
        'setProtection takes prices, and was given a distance: the position is open, and nothing tells what to measure from. ' +
          'State the price, e.g. position.entryPrice less the distance.',
      )
    const unknown = unknownField(protection, PROTECTION_FIELDS, POSITION_FIELDS)
    if (unknown !== undefined) throw new EngineError('invalid-options', `A protection ${unknown}`)
    const problem = flagProblem(protection)
    if (problem !== undefined) throw new EngineError('invalid-options', `${problem}. State a stopLoss.`)
    const position = this.state.book.position(positionId)
    if (this.isMute() || position === undefined) return
    const levels: PositionProtection = {
      ...(stopLoss !== undefined && { stopLoss }),
      ...(takeProfit !== undefined && { takeProfit }),
      ...flagsOf(protection),
      ...(stopTrigger !== undefined && { stopTrigger }),
    }
    const id = this.nextId()
    const verdict = this.port.onCommand(id, { type: 'set-protection', positionId, protection: levels })
    if (verdict.type === 'blocked') this.block(id, position.side, verdict.reason)
  }

  private isMute(): boolean {
    return this.warmingUp || this.ended
  }

  private nextId(): ClientOrderId {
    const seq = this.seq + 1
    const low = seq % 1000
    if (low === 0) this.idHead = this.idPrefix + seq / 1000
    const id = (seq < 1000 ? this.idPrefix + seq : this.idHead + LAST_DIGITS[low]) as ClientOrderId
    this.seq = seq
    this.newestId = id
    return id
  }

  private block(id: ClientOrderId, side: Side, reason: string): ClientOrderId {
    this.port.onBlocked?.({ id, at: this.state.now as UnixMs, side, reason })
    return id
  }
}

/** What a command that is decided now was decided on. */
export function decisionRecord(
  state: RunState,
  id: ClientOrderId,
  command: Command,
  explained: number | undefined,
): DecisionRecord {
  return {
    id,
    at: state.now as UnixMs,
    command,
    equity: state.money(state.equityMinor),
    ...(state.quoteAt >= 0 && { bid: pointsToPrice(state.bid), ask: pointsToPrice(state.ask) }),
    ...(explained !== undefined && { explained }),
  }
}
