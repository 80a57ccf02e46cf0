import type { Price, Quote, SymbolId } from '@openclaw-trading/trading-model'
import { decodeTicks } from '../decode/tick-data.ts'
import type { Tick } from '../decode/records.ts'
import type { CallOptions } from '../options.ts'
import { ProtoOAQuoteType } from '../protocol/generated/messages.js'
import type { Requester } from '../session/requests.ts'
import { type TimeRange, WEEK_MS } from './range.ts'
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
 * The price of a side in force when a range begins: that of its last tick in the week before.
 *
 * @see ProtoOAGetTickDataReq
 */
export async function priceBefore(
  on: Requester,
  query: TickQuery,
  { from }: TimeRange,
  options: CallOptions,
): Promise<Price | undefined> {
  if (from === 0) return undefined
  // Newest first, so one page is enough.
  const { records } = await tickPaging(on, query, options).ask(Math.max(0, from - WEEK_MS), from - 1)
  return records[0]?.tick.price
}

/** The ticks of one side of a range, and what to ask for the price before them. */
export interface SideTicks {
  readonly ticks: AsyncIterableIterator<Tick>
  priceBefore(): Promise<Price | undefined>
}

/**
 * Quotes of both sides' ticks, oldest first: a side that does not change keeps its price.
 *
 * The n-th change of either side in one millisecond make one quote. Where one side ticks first, the other has the
 * price from before the range, so that a range read in parts has the quotes of the whole.
 */
export async function* mergeTicks(
  symbolId: SymbolId,
  bids: SideTicks,
  asks: SideTicks,
): AsyncIterableIterator<Quote> {
  try {
    let [nextBid, nextAsk] = await Promise.all([bids.ticks.next(), asks.ticks.next()])
    const [bidAt, askAt] = [timeOf(nextBid), timeOf(nextAsk)]
    let bid = askAt < bidAt ? await bids.priceBefore() : undefined
    let ask = bidAt < askAt ? await asks.priceBefore() : undefined
    while (nextBid.done !== true || nextAsk.done !== true) {
      const at = Math.min(timeOf(nextBid), timeOf(nextAsk))
      if (nextBid.done !== true && nextBid.value.at === at) {
        bid = nextBid.value.price
        nextBid = await bids.ticks.next()
      }
      if (nextAsk.done !== true && nextAsk.value.at === at) {
        ask = nextAsk.value.price
        nextAsk = await asks.ticks.next()
      }
      if (bid !== undefined && ask !== undefined)
        yield { type: 'quote', symbolId, at: at as Quote['at'], bid, ask }
    }
  } finally {
    await Promise.all([bids.ticks.return?.(), asks.ticks.return?.()])
  }
}

function timeOf(next: IteratorResult<Tick>): number {
  return next.done === true ? Number.POSITIVE_INFINITY : next.value.at
}
