import { type MergedTicks, rowBefore } from '@openclaw-trading/bot-engine/data'
import type { ExchangeState } from '@openclaw-trading/bot-engine/simulation'
import type { SymbolId } from '@openclaw-trading/trading-model'
import type { VenueQuote } from '../venue-events.ts'

const ORDER_ID = /^(\d{1,15})\.(\d{1,9})$/
const MARK = /^\d{1,15}$/

/** The place of an order in the stream: the `turn`-th that was decided on a message. */
export interface OrderPlace {
  readonly message: number
  readonly turn: number
}

/** The place that an order names by its id "n.k"; `undefined` for any other id. */
export function placeOf(clientMsgId: string | undefined): OrderPlace | undefined {
  const [, message, turn] = ORDER_ID.exec(clientMsgId ?? '') ?? []
  return message === undefined || turn === undefined
    ? undefined
    : { message: Number(message), turn: Number(turn) }
}

/** Orders places by when they were decided, whenever they came: an exit overtakes an entry that is still written down. */
export function comparePlaces(a: OrderPlace, b: OrderPlace): number {
  return a.message - b.message || a.turn - b.turn
}

/** The message that a mark or a barrier names; `undefined` for any other id. */
export function markOf(clientMsgId: string | undefined): number | undefined {
  return clientMsgId !== undefined && MARK.test(clientMsgId) ? Number(clientMsgId) : undefined
}

/** The quote of a symbol that prevails before the quote of a row is taken. */
export function quoteBefore(ticks: MergedTicks, symbolId: SymbolId, nextRow: number): VenueQuote | undefined {
  const row = rowBefore(ticks, symbolId, nextRow)
  if (row < 0) return undefined
  const { at, bid, ask } = ticks
  return { at: at[row] as number, bid: bid[row] as number, ask: ask[row] as number }
}

/** The quotes that prevail before the quote of a row is taken, one of each symbol that has had one. */
export function quotesBefore(ticks: MergedTicks, nextRow: number): ExchangeState['quotes'] {
  return ticks.symbolIds.flatMap(symbolId => {
    const quote = quoteBefore(ticks, symbolId, nextRow)
    return quote === undefined ? [] : [{ symbolId, at: quote.at, bidPoints: quote.bid, askPoints: quote.ask }]
  })
}
