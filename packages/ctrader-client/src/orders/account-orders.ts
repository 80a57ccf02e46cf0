import {
  type ClientOrderId,
  type Fill,
  type Instrument,
  isOpen,
  type Lots,
  nextOpen,
  type Order,
  type OrderAmendment,
  type OrderId,
  type OrderRequest,
  type Position,
  type PositionId,
  type PositionProtection,
} from '@openclaw-trading/trading-model'
import type { AccountLink } from '../account/account-link.ts'
import { decodeDeal } from '../decode/deal.ts'
import { decodeOrder } from '../decode/order.ts'
import { decodePosition } from '../decode/position.ts'
import { required } from '../decode/presence.ts'
import { invalid, requireObject } from '../encode/invalid.ts'
import { deliveryOf, isCTraderError } from '../errors.ts'
import { firstQuotes } from '../market/first-quote.ts'
import type { CallOptions } from '../options.ts'
import type * as wire from '../protocol/generated/messages.js'
import type { CommandCall } from '../session/requests.ts'
import {
  type CommandBook,
  encodeCommand,
  type OrderCommand,
  type Submission,
  type SubmissionSource,
  submit,
  type WireCommand,
} from './submission.ts'
import type { RequestSubject } from './request-subjects.ts'
import { toDistances } from './distances.ts'
import {
  type CloseOutcome,
  type MarketOrderWithLevels,
  matches,
  type OrderPatch,
  type OwnFilter,
  type PlaceOptions,
  type ProtectionPatch,
} from './order-options.ts'
import { amendmentOf, changes, patchedProtection } from './patches.ts'
import { OrderWatch } from './order-watch.ts'
import { Turns } from './turns.ts'

/** The trading requests of one account. */
export class AccountOrders {
  readonly #link: AccountLink
  readonly #book: CommandBook
  readonly #turns = new Turns()

  /** Creates the orders of one account. */
  constructor(link: AccountLink) {
    this.#link = link
    this.#book = {
      accountId: link.id,
      instrument: id => link.catalogue.get(id),
      position: id => link.stream.position(id),
      order: id => link.stream.order(id),
    }
  }

  submit(command: OrderCommand, options: CommandCall): Submission {
    const { session, stream } = this.#link
    const source: SubmissionSource = {
      encode: () => {
        const encoded = encodeCommand(command, this.#book)
        this.#refusePast(command)
        return encoded
      },
      load: async () => {
        await this.#loadFor(command, options)
        return checked(encodeCommand(command, this.#book), command)
      },
      onId: clientMsgId => {
        const subject = subjectOf(command, options.requestId)
        if (subject !== undefined) stream.requests.remember(clientMsgId, subject)
      },
      onOver: (clientMsgId, error) => {
        // A refusal may still come, and only what is remembered says of what.
        if (error === undefined || deliveryOf(error) !== 'unknown') stream.requests.forget(clientMsgId)
      },
    }
    return submit(session, source, options)
  }

  async place(request: OrderRequest | MarketOrderWithLevels, options: PlaceOptions): Promise<Order> {
    requireObject(request, 'request')
    const { until, checkHours, ...call } = options
    if (checkHours === true) await this.#refuseClosed(request, call)
    // An order that needs no quote leaves in the turn of its call, ahead of what else the read has brought.
    const ready = needsQuote(request) ? await this.#withDistances(request, call) : request
    if ((until ?? (endsAtOnce(ready) ? 'filled' : 'accepted')) === 'accepted')
      return this.#orderOf(await this.submit({ type: 'place', request: ready }, call).accepted)
    const watch = new OrderWatch(this.#link)
    try {
      const order = this.#orderOf(await this.submit({ type: 'place', request: ready }, call).done)
      const working = order.status === 'accepted' && until === 'filled'
      return working ? await watch.end(order.id, call.signal) : order
    } finally {
      watch.close()
    }
  }

  async cancel(id: OrderId, options: CallOptions): Promise<Order> {
    return this.#orderOf(await this.submit({ type: 'cancel', orderId: id }, options).done)
  }

  async amend(id: OrderId, amendment: OrderAmendment, options: CallOptions): Promise<Order> {
    requireObject(amendment, 'amendment')
    return this.#orderOf(await this.submit({ type: 'amend-order', orderId: id, amendment }, options).done)
  }

  /** Reads the order, so that nothing is dropped that is not named. */
  edit(id: OrderId, patch: OrderPatch, options: CallOptions): Promise<Order> {
    return this.#turns.take(`order ${id}`, async () => {
      requireObject(patch, 'patch')
      const { snapshot } = await this.#link.book(options)
      const order = snapshot.orders.find(known => known.id === id)
      if (order?.terms === undefined) throw unknownOrder(id)
      return this.amend(id, amendmentOf(order.terms, patch), options)
    })
  }

  setProtection(
    positionId: PositionId,
    protection: PositionProtection,
    options: CallOptions,
  ): Promise<Position> {
    return this.#protect(
      positionId,
      this.submit({ type: 'set-protection', positionId, protection }, options),
      options,
    )
  }

  /** Reads the position, so that nothing is dropped that is not named. */
  editProtection(id: PositionId, patch: ProtectionPatch, options: CallOptions): Promise<Position> {
    return this.#turns.take(`position ${id}`, async () => {
      requireObject(patch, 'patch')
      const { book } = await this.#link.book(options)
      const raw = book.position?.find(known => known.positionId === id && known.tradeData.volume > 0)
      if (raw === undefined) throw unknownPosition(id)
      const instrument = this.#link.known(raw.tradeData.symbolId)
      const levels = patchedProtection(instrument, raw, patch)
      if (!changes(raw, levels)) return decodePosition(raw, instrument, this.#link.currency)
      const params = { ctidTraderAccountId: this.#link.id, positionId: id, ...levels }
      return this.#protect(id, this.#send({ method: 'amendPositionSLTP', params }, options), options)
    })
  }

  async close(id: PositionId, volume: Lots | undefined, options: CallOptions): Promise<Fill> {
    const command: OrderCommand = {
      type: 'close',
      positionId: id,
      ...(volume === undefined ? {} : { volume }),
    }
    const event = await this.submit(command, options).done
    const deal = required(event.deal, 'deal')
    return decodeDeal(deal, this.#link.known(deal.symbolId), this.#link.currency)
  }

  /** One after the other is not needed: each is a request of its own, in the lane of exits. */
  async closeAll(filter: OwnFilter, options: CallOptions): Promise<readonly CloseOutcome[]> {
    const positions = await this.positions(filter, options)
    return Promise.all(
      positions.map(async ({ id: positionId }): Promise<CloseOutcome> => {
        try {
          return { type: 'closed', positionId, fill: await this.close(positionId, undefined, options) }
        } catch (cause) {
          return { type: 'failed', positionId, cause }
        }
      }),
    )
  }

  async positions(filter: OwnFilter, options: CallOptions): Promise<readonly Position[]> {
    const { snapshot } = await this.#link.book(options)
    return snapshot.positions.filter(position => matches(filter, position))
  }

  async pending(filter: OwnFilter, options: CallOptions): Promise<readonly Order[]> {
    const { snapshot } = await this.#link.book(options)
    return snapshot.orders.filter(order => matches(filter, order))
  }

  #send(command: WireCommand, options: CallOptions): Submission {
    return submit(
      this.#link.session,
      { encode: () => command, load: () => Promise.resolve(command) },
      options,
    )
  }

  /** A position that has no protection and is to have none is as it should be. */
  async #protect(id: PositionId, submission: Submission, options: CallOptions): Promise<Position> {
    try {
      const { position } = await submission.done
      const told = required(position, 'position')
      return decodePosition(told, this.#link.known(told.tradeData.symbolId), this.#link.currency)
    } catch (error) {
      if (
        !isCTraderError(error, 'order-rejected') ||
        !/nothing to amend/i.test(error.details.description ?? '')
      )
        throw error
      const position = (await this.#link.book(options)).snapshot.positions.find(known => known.id === id)
      if (position === undefined) throw error
      return position
    }
  }

  async #withDistances(request: MarketOrderWithLevels, options: CallOptions): Promise<OrderRequest> {
    const quote = required(
      (await firstQuotes(this.#link, [request.symbolId], options)).get(request.symbolId),
      'quote',
    )
    const instrument = this.#link.known(request.symbolId)
    const { stopLoss: _stop, takeProfit: _target, ...rest } = request
    return { ...rest, ...toDistances(instrument, request.side, quote, request) }
  }

  async #refuseClosed(request: OrderRequest | MarketOrderWithLevels, options: CallOptions): Promise<void> {
    if (!isForAtOnce(request)) return
    const [instrument] = await this.#link.catalogue.ensure([request.symbolId], options)
    if (instrument !== undefined && !isOpen(instrument, this.#link.now)) throw closed(instrument, this.#link)
  }

  /** A past expiry; a venue that replays judges each itself, at its own instant. */
  #refusePast(command: OrderCommand): void {
    const [expiresAt, path] = expiryOf(command)
    const { session, stream, now } = this.#link
    if (expiresAt === undefined || session.replay !== undefined) return
    // Before the first dated message only the broker's own servers are known to keep the time of the world.
    const isKnown = stream.marketTime !== undefined
    if ((!isKnown && !session.isBroker) || expiresAt > now) return
    const clock = isKnown ? '' : ' by the clock of this machine'
    throw invalid(
      path,
      expiresAt,
      `a time after ${now}${clock}: the server would keep the order until cancelled`,
    )
  }

  async #loadFor(command: OrderCommand, options: CallOptions): Promise<void> {
    if (command.type === 'place') await this.#link.catalogue.ensure([command.request.symbolId], options)
    else await this.#link.book(options)
  }

  #orderOf(event: wire.ProtoOAExecutionEvent): Order {
    const order = required(event.order, 'order')
    return decodeOrder(order, this.#link.known(order.tradeData.symbolId), event.executionType)
  }
}

/** A market order, not for the open: it is filled now or never. */
function isForAtOnce(request: OrderRequest | MarketOrderWithLevels): boolean {
  if (request.type === 'market') return request.timeInForce === undefined
  return request.type === 'market-range'
}

/** Filled or gone at once, so that its acceptance says nothing. */
function endsAtOnce(request: OrderRequest | MarketOrderWithLevels): boolean {
  if (isForAtOnce(request)) return true
  const timeInForce = 'timeInForce' in request ? request.timeInForce : undefined
  return timeInForce?.type === 'ioc' || timeInForce?.type === 'fok'
}

/** Levels that are prices become distances from a quote. */
function needsQuote(request: OrderRequest | MarketOrderWithLevels): request is MarketOrderWithLevels {
  if (request.type !== 'market') return false
  const level = [request.stopLoss, request.takeProfit].find(stated => typeof stated === 'number')
  // The market may open anywhere: a distance from the quote of today would become a level that nobody asked for.
  if (level !== undefined && request.timeInForce !== undefined)
    throw invalid('stopLoss or takeProfit', level, 'a distance: an order for the open has no quote yet')
  return level !== undefined
}

/** When an order ends by itself, and where a command states it. */
function expiryOf(command: OrderCommand): readonly [expiresAt: number | undefined, path: string] {
  if (command.type === 'amend-order') return [command.amendment.expiresAt, 'expiresAt']
  const timeInForce =
    command.type === 'place' && 'timeInForce' in command.request ? command.request.timeInForce : undefined
  return [timeInForce?.type === 'gtd' ? timeInForce.expiresAt : undefined, 'timeInForce.expiresAt']
}

function closed(instrument: Instrument, link: AccountLink): unknown {
  const opens = nextOpen(instrument, link.now)
  const when =
    opens === undefined ? 'an instrument that is traded' : `it again at ${new Date(opens).toISOString()}`
  return invalid('symbolId', `${instrument.name}, which is closed by its hours`, when)
}

function unknownOrder(id: OrderId): unknown {
  return invalid('orderId', id, 'the id of an order that waits for a price: snapshot()')
}

function unknownPosition(id: PositionId | string): unknown {
  return invalid('positionId', id, 'the id of an open position: snapshot()')
}

function checked(encoded: WireCommand | undefined, command: OrderCommand): WireCommand {
  if (encoded !== undefined) return encoded
  if ('orderId' in command) throw unknownOrder(command.orderId)
  throw unknownPosition('positionId' in command ? command.positionId : '?')
}

/** What a refusal of a command is to name. */
function subjectOf(command: OrderCommand, id: ClientOrderId | undefined): RequestSubject | undefined {
  if (command.type === 'close' || command.type === 'set-protection') {
    const volume = command.type === 'close' ? command.volume : undefined
    const { type, positionId } = command
    return {
      refused: { type, positionId, ...(id !== undefined && { id }), ...(volume !== undefined && { volume }) },
    }
  }
  const own = command.type === 'place' ? command.request.clientOrderId : undefined
  return own === undefined ? undefined : { clientOrderId: own }
}
