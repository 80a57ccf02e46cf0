import {
  centsToLots,
  type Instrument,
  type Lots,
  type OrderId,
  pointsToPrice,
  type PositionId,
  type Price,
  type Side,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { ExchangeEvent, ExchangeOrder } from '../simulation/exchange-types.ts'
import type { ExchangeRequest } from '../simulation/exchange-request.ts'

/** Orders that the venue refused with one code. */
export interface RefusedOrders {
  /** As on the wire, e.g. `TRADING_BAD_VOLUME`. */
  readonly code: string
  /** Over the whole run. */
  readonly count: number
  /** The first of them. */
  readonly first: {
    /** Market time. */
    readonly at: UnixMs
    readonly side: Side
    readonly volume: Lots
    /** Why, in the venue's words; the code where it has none. */
    readonly description: string
  }
}

/** Closes, changes of protection or of waiting orders, or cancels, that the venue refused with one code. */
export interface RefusedChanges {
  readonly kind: 'close' | 'protection' | 'amendment' | 'cancel'
  /** As on the wire, e.g. `TRADING_BAD_STOPS`. */
  readonly code: string
  /** Over the whole run. */
  readonly count: number
  /** The first of them. */
  readonly first: {
    /** Market time. */
    readonly at: UnixMs
    /** Of a close or a protection. */
    readonly positionId?: PositionId
    /** Of an amendment or a cancel. */
    readonly orderId?: OrderId
    /** That was to be closed, or that the order should have. */
    readonly volume?: Lots
    /** That was asked for; absent: none. */
    readonly stopLoss?: Price
    readonly takeProfit?: Price
    /** Why, in the venue's words; the code where it has none. */
    readonly description: string
  }
}

/** Codes told apart, of orders and of the rest. The venue has 19, a script may make up others; what comes beyond is not counted. */
const MAX_CODES = 64

type ChangeRequest = Exclude<ExchangeRequest, { readonly side: Side }>

const KINDS: Readonly<Record<ChangeRequest['type'], RefusedChanges['kind']>> = {
  close: 'close',
  'amend-protection': 'protection',
  'amend-order': 'amendment',
  cancel: 'cancel',
}

/** Counts what a venue refuses: orders by code, and closes, cancels and amendments by kind and code. */
export class RefusalCounts {
  private readonly instrument: Pick<Instrument, 'lotSize'>
  private readonly orderCounts = new Map<string, { count: number; readonly first: RefusedOrders['first'] }>()
  private readonly changeCounts = new Map<
    string,
    { count: number; readonly one: Omit<RefusedChanges, 'count'> }
  >()

  /** Creates a count for the orders of an instrument. */
  constructor(instrument: Pick<Instrument, 'lotSize'>) {
    this.instrument = instrument
  }

  /** Takes what the venue tells; most of it is no refusal. */
  note(event: ExchangeEvent): void {
    if (event.type === 'order-rejected') {
      const { request, code, at, description } = event
      if (isOrder(request)) this.addOrder(code, at, request, description)
      else this.addChange(KINDS[request.type], code, this.changeOf(request, at, description))
    } else if (event.type === 'order-rejected-after-acceptance')
      this.addOrder(event.code, event.at, event.order, event.code)
    else if (event.type === 'cancel-rejected') {
      const { at, code, order } = event
      this.addChange('cancel', code, { at: at as UnixMs, orderId: order.id, description: code })
    }
  }

  /** The codes of orders, most frequent first. */
  orders(): readonly RefusedOrders[] {
    return [...this.orderCounts]
      .map(([code, { count, first }]) => ({ code, count, first }))
      .sort((one, other) => other.count - one.count)
  }

  /** Kinds and codes of what else was refused, most frequent first. */
  changes(): readonly RefusedChanges[] {
    return [...this.changeCounts.values()]
      .map(({ count, one: { kind, code, first } }) => ({ kind, code, count, first }))
      .sort((one, other) => other.count - one.count)
  }

  private addOrder(
    code: string,
    at: number,
    { side, volumeCents }: Pick<ExchangeOrder, 'side' | 'volumeCents'>,
    description: string,
  ): void {
    const known = this.orderCounts.get(code)
    if (known !== undefined) known.count += 1
    else if (this.orderCounts.size < MAX_CODES) {
      const volume = centsToLots(this.instrument, volumeCents)
      this.orderCounts.set(code, { count: 1, first: { at: at as UnixMs, side, volume, description } })
    }
  }

  private addChange(kind: RefusedChanges['kind'], code: string, first: RefusedChanges['first']): void {
    const key = `${kind} ${code}`
    const known = this.changeCounts.get(key)
    if (known !== undefined) known.count += 1
    else if (this.changeCounts.size < MAX_CODES)
      this.changeCounts.set(key, { count: 1, one: { kind, code, first } })
  }

  private changeOf(request: ChangeRequest, at: number, description: string): RefusedChanges['first'] {
    const volumeCents = 'volumeCents' in request ? request.volumeCents : undefined
    const { stopPoints, targetPoints } =
      request.type === 'amend-protection' || request.type === 'amend-order' ? request : {}
    return {
      at: at as UnixMs,
      ...('positionId' in request ? { positionId: request.positionId } : { orderId: request.orderId }),
      ...(volumeCents !== undefined && { volume: centsToLots(this.instrument, volumeCents) }),
      ...(stopPoints !== undefined && { stopLoss: pointsToPrice(stopPoints) }),
      ...(targetPoints !== undefined && { takeProfit: pointsToPrice(targetPoints) }),
      description,
    }
  }
}

function isOrder(
  request: ExchangeRequest,
): request is Extract<ExchangeRequest, { readonly side: Side; readonly volumeCents: number }> {
  return 'side' in request
}
