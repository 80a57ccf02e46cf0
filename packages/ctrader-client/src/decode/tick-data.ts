import { type SymbolId, unixMs } from '@openclaw-trading/trading-model'
import type { ProtoOATickData } from '../protocol/generated/messages.js'
import { decodePriceE5 } from '../protocol/units/price-e5.ts'
import { required } from './presence.ts'
import type { Tick } from './records.ts'

/**
 * Decodes a page of ticks: newest first on the wire, the first one absolute and every later one a difference to the
 * one before it, in time and in price.
 *
 * @returns oldest first; ticks of one instant in the order in which they happened
 * @see ProtoOATickData
 * @throws {@link CTraderError} `protocol-violation`
 */
export function decodeTicks(
  page: readonly ProtoOATickData[],
  symbolId: SymbolId,
  side: Tick['side'],
): Tick[] {
  let at = 0
  let points = 0
  return page
    .map((entry): Tick => {
      at += required(entry.timestamp, 'tickData.timestamp')
      points += required(entry.tick, 'tickData.tick')
      return { type: 'tick', symbolId, side, at: unixMs(at), price: decodePriceE5(points) }
    })
    .reverse()
}
