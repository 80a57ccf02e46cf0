import { ProtoOAQuoteType, type ProtoOATickData } from '@openclaw-trading/ctrader-client/protocol'
import type { TickPage } from '../past/ticks.ts'
import { weekOf } from '../past/time-range.ts'
import { instrumentOf } from '../venue.ts'
import { type AccountHandler, answer, invalid, refuse, unsupported } from './call.ts'
import { symbolNotFound } from './symbols.ts'

const SIDES: Readonly<Record<number, 'bid' | 'ask'>> = {
  [ProtoOAQuoteType.BID]: 'bid',
  [ProtoOAQuoteType.ASK]: 'ask',
}

/** GetTickDataReq: newest first, of a week at most. */
export const tickData: AccountHandler<2145> = call => {
  const { message, venue } = call
  const { symbolId, type } = message
  const side = SIDES[type]
  if (side === undefined) return refuse(call, invalid(`Quote type ${type} does not exist`))
  if (instrumentOf(venue.facts, symbolId) === undefined) return refuse(call, symbolNotFound(symbolId))
  const market = venue.marketOf(symbolId)
  if (market === undefined) return refuse(call, unsupported('Ticks of a replay'))
  const range = weekOf(message, venue.quoteOf(symbolId)?.at ?? 0)
  if ('errorCode' in range) return refuse(call, range)
  const { ticks, hasMore } = market.ticks.query({ side, ...range })
  answer(call, 2146, {
    ctidTraderAccountId: venue.facts.ctidTraderAccountId,
    tickData: differences(ticks),
    hasMore,
  })
}

/** The first tick is absolute; each of the others is told by how it differs from the one before it, which is newer. */
function differences(ticks: TickPage['ticks']): ProtoOATickData[] {
  let previous = { at: 0, points: 0 }
  return ticks.map(tick => {
    const told = { timestamp: tick.at - previous.at, tick: tick.points - previous.points }
    previous = tick
    return told
  })
}
