import type { Price, Quote, SymbolId } from '@openclaw-trading/trading-model'
import { decodeTicks } from '../decode/tick-data.ts'
import type { Tick } from '../decode/records.ts'
import type { CallOptions } from '../options.ts'
import { ProtoOAQuoteType } from '../protocol/generated/messages.js'
import type { Requester } from '../session/requests.ts'
import type { TimeRange } from './range.ts'
import { type Paging, readRange } from './windows.ts'

/** Ticks of one millisecond that can be told apart. */
const TICKS_PER_MS = 4096

interface NumberedTick {
  readonly tick: Tick
  /** Counted within its millisecond from the newest one: the page edge cuts off older ones. */
  readonly nth: number
}

/** What ticks are asked for. */
export interface TickQuery {
  readonly accountId: number
  readonly symbolId: SymbolId
  readonly side: Tick['side']
}

/** Ticks of one side in a range, oldest first. @see ProtoOAGetTickDataReq */
export function readTicks(
  on: Requester,
  query: TickQuery,
  range: TimeRange,
  options: CallOptions,
): AsyncIterableIterator<Tick> {
  return plain(readRange(range, tickPaging(on, query, options)))
}

async function* plain(ticks: AsyncIterableIterator<NumberedTick>): AsyncIterableIterator<Tick> {
  for await (const { tick } of ticks) yield tick
}

function tickPaging(
  on: Requester,
  { accountId, symbolId, side }: TickQuery,
  options: CallOptions,
): Paging<NumberedTick> {
  return {
    name: 'ticks',
    async ask(from, to) {
      const { tickData = [], hasMore = false } = await on.query(
        'getTickData',
        {
          ctidTraderAccountId: accountId,
          symbolId,
          type: side === 'bid' ? ProtoOAQuoteType.BID : ProtoOAQuoteType.ASK,
          ...(from === undefined ? {} : { fromTimestamp: from }),
          ...(to === undefined ? {} : { toTimestamp: to }),
        },
        options,
      )
      return { records: numbered(decodeTicks(tickData, symbolId, side)), hasMore }
    },
    idOf: ({ tick, nth }) => tick.at * TICKS_PER_MS + nth,
    atOf: ({ tick }) => tick.at,
    order: (a, b) => b.nth - a.nth,
  }
}

function numbered(oldestFirst: readonly Tick[]): readonly NumberedTick[] {
  let at = -1
  let nth = 0
  return oldestFirst.toReversed().map(tick => {
    nth = tick.at === at ? Math.min(nth + 1, TICKS_PER_MS - 1) : 0
    at = tick.at
    return { tick, nth }
  })
}

/**
 * Quotes of both sides' ticks, oldest first: a side that does not change keeps its price.
 *
 * The n-th change of either side in one millisecond make one quote. There is none before both sides have a tick.
 */
export async function* mergeTicks(
  symbolId: SymbolId,
  bids: AsyncIterableIterator<Tick>,
  asks: AsyncIterableIterator<Tick>,
): AsyncIterableIterator<Quote> {
  let bid: Price | undefined
  let ask: Price | undefined
  try {
    let [nextBid, nextAsk] = await Promise.all([bids.next(), asks.next()])
    while (nextBid.done !== true || nextAsk.done !== true) {
      const bidAt = nextBid.done === true ? Number.POSITIVE_INFINITY : nextBid.value.at
      const askAt = nextAsk.done === true ? Number.POSITIVE_INFINITY : nextAsk.value.at
      const at = Math.min(bidAt, askAt)
      if (bidAt === at) {
        bid = nextBid.value.price
        nextBid = await bids.next()
      }
      if (askAt === at) {
        ask = nextAsk.value.price
        nextAsk = await asks.next()
      }
      if (bid !== undefined && ask !== undefined)
        yield { type: 'quote', symbolId, at: at as Quote['at'], bid, ask }
    }
  } finally {
    await Promise.all([bids.return?.(), asks.return?.()])
  }
}
