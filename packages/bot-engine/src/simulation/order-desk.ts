import { oppositeSide } from '@openclaw-trading/trading-model'
import type { ExchangeOrder, ExchangeRequest } from './exchange-types.ts'
import type { Market } from './matching.ts'
import { OpenPosition } from './open-position.ts'
import {
  closeVolumeRefusal,
  distanceProblem,
  levelProblem,
  marketRefusal,
  type Refusal,
  volumeRefusal,
} from './order-checks.ts'
import { PendingDesk } from './pending-desk.ts'
import { type Emit, PositionOpener } from './position-opener.ts'
import type { VenueState } from './venue-state.ts'

type MarketRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'market' }>
type CloseRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'close' }>
type AmendRequest<Tag> = Extract<ExchangeRequest<Tag>, { type: 'amend-protection' }>
/** Who closes: somebody who asked, or the venue itself. */
interface Cause<Tag> {
  readonly server: boolean
  readonly tag?: Tag | undefined
}

/**
 * Executes requests at their instant and emits what follows in the venue's sequence: market orders, closes and
 * protection here (sequences A to F), what waits for a price at the {@link PendingDesk} (sequence G).
 */
export class OrderDesk<Tag> {
  readonly #state: VenueState
  readonly #slippageTicks: number
  readonly #emit: Emit<Tag>
  readonly #opener: PositionOpener<Tag>
  /** Orders that wait for a price. */
  readonly pending: PendingDesk<Tag>

  /** Creates a desk over a state. */
  constructor(state: VenueState, slippageTicks: number, emit: Emit<Tag>) {
    this.#state = state
    this.#slippageTicks = slippageTicks
    this.#emit = emit
    this.#opener = new PositionOpener(state, this.#emit)
    this.pending = new PendingDesk(state, slippageTicks, this.#opener, this.#emit)
  }

  /** Executes or refuses a request at `at`, at the prevailing quote. */
  run(request: ExchangeRequest<Tag>, at: number): void {
    switch (request.type) {
      case 'market':
        return this.#runMarket(request, at)
      case 'close':
        return this.#runClose(request, at)
      case 'amend-protection':
        return this.#runAmend(request, at)
      default:
        return this.pending.run(request, at)
    }
  }

  /** Closes a position by its protection order: one single event (sequence F). */
  hit(position: OpenPosition, at: number, price: number): void {
    const { protection } = position
    if (protection === undefined) return
    const working = position.copyProtection(protection, 'accepted', position.volumeCents)
    const deal = this.#state.closeDeal(position, working, at, price)
    protection.updatedAt = at
    const order = position.copyProtection(protection, 'filled', working.volumeCents, price)
    this.#emit(
      { type: 'order-filled', at, server: true, order, position: position.copy('closed'), deal },
      undefined,
    )
  }

  #runMarket(request: MarketRequest<Tag>, at: number): void {
    const market = this.#state.findMarket(request.symbolId)
    if (market === undefined) {
      const description = `Symbol ${request.symbolId} is not traded here`
      return this.#reject(request, at, { code: 'SYMBOL_NOT_FOUND', description })
    }
    const price = market.fillPoints(request.side, this.#slippageTicks)
    const refusal =
      marketRefusal(market, at) ??
      volumeRefusal(market, request.volumeCents) ??
      this.#distanceRefusal(market, request, price) ??
      this.#opener.moneyRefusal(request, price)
    if (refusal !== undefined) return this.#reject(request, at, refusal)
    const { symbolId, side, tag } = request
    const order = this.#state.newOrder(request, at)
    const position = new OpenPosition(order.positionId, symbolId, side, at, request)
    this.#emit({ type: 'order-accepted', at, server: false, order, position: position.copy('created') }, tag)
    this.#opener.fill(order, position, { at, pricePoints: price, server: false, tag })
  }

  #runClose(request: CloseRequest<Tag>, at: number): void {
    const position = this.#state.open.get(request.positionId)
    if (position === undefined) return this.#rejectUnknown(request, at)
    const { volumeCents } = request
    const market = this.#state.market(position.symbolId)
    const refusal = marketRefusal(market, at) ?? closeVolumeRefusal(market, position, volumeCents)
    if (refusal !== undefined) return this.#reject(request, at, refusal)
    this.#close(position, volumeCents, at, { server: false, tag: request.tag })
  }

  /** Closes a position or a part of it for lack of margin (sequence K). */
  stopOut(position: OpenPosition, volumeCents: number, at: number): void {
    this.#close(position, volumeCents, at, { server: true, tag: undefined })
  }

  #close(position: OpenPosition, volumeCents: number, at: number, cause: Cause<Tag>): void {
    const market = this.#state.market(position.symbolId)
    const side = oppositeSide(position.side)
    const { symbolId, id, label, comment, protection } = position
    const { server, tag } = cause
    const made = this.#state.newOrder({ symbolId, side, volumeCents, positionId: id, label, comment }, at)
    const order: ExchangeOrder = server ? { ...made, stopOut: true } : made
    this.#emit({ type: 'order-accepted', at, server, order, position: position.copy('open') }, tag)
    const price = market.fillPoints(side, this.#slippageTicks)
    const deal = this.#state.closeDeal(position, order, at, price)
    const filled: ExchangeOrder = { ...order, status: 'filled', filledCents: volumeCents, fillPoints: price }
    const status = position.volumeCents > 0 ? 'open' : protection === undefined ? 'closed' : 'created'
    this.#emit(
      { type: 'order-filled', at, server, order: filled, position: position.copy(status), deal },
      tag,
    )
    if (protection === undefined) return
    if (status === 'created') return this.#cancelProtection(position, at, volumeCents, 'closed', cause)
    this.#replaceProtection(position, at, true, cause)
  }

  #runAmend(request: AmendRequest<Tag>, at: number): void {
    const position = this.#state.open.get(request.positionId)
    if (position === undefined) return this.#rejectUnknown(request, at)
    const market = this.#state.market(position.symbolId)
    const { stopPoints, targetPoints } = request
    if (market.at < 0)
      return this.#reject(request, at, { code: 'NO_QUOTES', description: 'There is no quote yet' })
    const isBare = stopPoints === undefined && targetPoints === undefined
    const description =
      isBare && position.protection === undefined
        ? 'Nothing to amend.'
        : levelProblem(market, position.side, stopPoints, targetPoints)
    if (description !== undefined)
      return this.#reject(request, at, { code: 'TRADING_BAD_STOPS', description })
    position.updatedAt = at
    if (isBare) return this.#cancelProtection(position, at, position.volumeCents, 'open', request)
    position.stopPoints = stopPoints
    position.targetPoints = targetPoints
    if (position.protection === undefined) return this.#opener.protect(position, at, request.tag)
    this.#state.watch(position.symbolId)
    this.#replaceProtection(position, at, false, request)
  }

  #replaceProtection(
    position: OpenPosition,
    at: number,
    server: boolean,
    { tag }: Pick<Cause<Tag>, 'tag'>,
  ): void {
    const { protection } = position
    if (protection === undefined) return
    protection.updatedAt = at
    const order = position.copyProtection(protection, 'accepted', position.volumeCents)
    this.#emit({ type: 'order-replaced', at, server, order, position: position.copy('open') }, tag)
  }

  #cancelProtection(
    position: OpenPosition,
    at: number,
    volumeCents: number,
    status: 'open' | 'closed',
    { tag }: Pick<Cause<Tag>, 'tag'>,
  ): void {
    const { protection } = position
    if (protection === undefined) return
    protection.updatedAt = at
    const order = position.copyProtection(protection, 'cancelled', volumeCents)
    position.protection = undefined
    position.stopPoints = undefined
    position.targetPoints = undefined
    this.#state.watch(position.symbolId)
    this.#emit({ type: 'order-cancelled', at, server: true, order, position: position.copy(status) }, tag)
  }

  #distanceRefusal(market: Market, request: MarketRequest<Tag>, price: number): Refusal | undefined {
    const { side, stopDistancePoints, targetDistancePoints } = request
    const description = distanceProblem(market, price, side, stopDistancePoints, targetDistancePoints)
    return description === undefined ? undefined : { code: 'TRADING_BAD_STOPS', description }
  }

  #rejectUnknown(request: CloseRequest<Tag> | AmendRequest<Tag>, at: number): void {
    const description = `Position ${request.positionId} not found`
    this.#reject(request, at, { code: 'POSITION_NOT_FOUND', description })
  }

  #reject(request: ExchangeRequest<Tag>, at: number, refusal: Refusal): void {
    const position = 'positionId' in request ? { positionId: request.positionId } : {}
    this.#emit({ type: 'order-rejected', at, server: false, ...refusal, request, ...position }, request.tag)
  }
}
