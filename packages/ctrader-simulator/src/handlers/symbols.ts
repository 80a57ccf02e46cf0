import { encodeLightSymbol, encodeSymbol } from '../encode/symbol.ts'
import { instrumentOf } from '../venue.ts'
import { answer, type Handler, refuse } from './call.ts'

/** AssetListReq. */
export const assetList: Handler<2112> = call => {
  const { assets, ctidTraderAccountId } = call.venue.facts
  answer(call, 2113, { ctidTraderAccountId, asset: [...assets] })
}

/** SymbolsListReq; there are no archived symbols. */
export const symbolsList: Handler<2114> = call => {
  const { assets, ctidTraderAccountId, instruments } = call.venue.facts
  const symbol = instruments.map(instrument => encodeLightSymbol(instrument, assets))
  answer(call, 2115, { ctidTraderAccountId, symbol, archivedSymbol: [] })
}

/** SymbolByIdReq. */
export const symbolById: Handler<2116> = call => {
  const { facts } = call.venue
  const symbol = []
  for (const symbolId of call.message.symbolId ?? []) {
    const instrument = instrumentOf(facts, symbolId)
    if (instrument === undefined) return refuse(call, symbolNotFound(symbolId))
    symbol.push(encodeSymbol(instrument))
  }
  answer(call, 2117, { ctidTraderAccountId: facts.ctidTraderAccountId, symbol, archivedSymbol: [] })
}

/** The refusal for a symbol that the venue does not trade. */
export function symbolNotFound(symbolId: number): { errorCode: string; description: string } {
  return { errorCode: 'SYMBOL_NOT_FOUND', description: `Symbol not found with id ${symbolId}` }
}
