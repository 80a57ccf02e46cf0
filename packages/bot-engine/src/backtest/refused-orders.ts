import {
  centsToLots,
  type Instrument,
  type Lots,
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

/** Codes told apart. The venue has 19, a script may make up others; what comes beyond is not counted. */
const MAX_CODES = 64

/** Counts the orders that a venue refuses by code; refused cancels, closes and amendments are none. */
export class RefusalCounts {
  readonly #instrument: Pick<Instrument, 'lotSize'>
  readonly #byCode = new Map<string, { count: number; readonly first: RefusedOrders['first'] }>()

  /** Creates a count for the orders of an instrument. */
  constructor(instrument: Pick<Instrument, 'lotSize'>) {
    this.#instrument = instrument
  }

  /** Takes what the venue tells; most of it is no refusal. */
  note(event: ExchangeEvent): void {
    if (event.type === 'order-rejected' && isOrder(event.request))
      this.#add(event.code, event.at, event.request, event.description)
    else if (event.type === 'order-rejected-after-acceptance')
      this.#add(event.code, event.at, event.order, event.code)
  }

  /** The codes, most frequent first. */
  list(): readonly RefusedOrders[] {
    return [...this.#byCode]
      .map(([code, { count, first }]) => ({ code, count, first }))
      .sort((one, other) => other.count - one.count)
  }

  #add(
    code: string,
    at: number,
    { side, volumeCents }: Pick<ExchangeOrder, 'side' | 'volumeCents'>,
    description: string,
  ): void {
    const known = this.#byCode.get(code)
    if (known !== undefined) known.count += 1
    else if (this.#byCode.size < MAX_CODES) {
      const volume = centsToLots(this.#instrument, volumeCents)
      this.#byCode.set(code, { count: 1, first: { at: at as UnixMs, side, volume, description } })
    }
  }
}

function isOrder(
  request: ExchangeRequest,
): request is Extract<ExchangeRequest, { readonly side: Side; readonly volumeCents: number }> {
  return 'side' in request
}
