import type { ProtoOAArchivedSymbol } from '@openclaw-trading/ctrader-client/protocol'
import { ASSET_CLASSES, SYMBOL_CATEGORIES } from '../encode/category.ts'
import { encodeLightSymbol, encodeSymbol } from '../encode/symbol.ts'
import type { ArchivedSymbol } from '../options.ts'
import { instrumentOf } from '../venue.ts'
import { answer, type Handler, refuse } from './call.ts'

/** AssetListReq. */
export const assetList: Handler<2112> = call => {
  const { assets, ctidTraderAccountId } = call.venue.facts
  answer(call, 2113, { ctidTraderAccountId, asset: [...assets] })
}

/** AssetClassListReq. */
export const assetClassList: Handler<2153> = call => {
  answer(call, 2154, {
    ctidTraderAccountId: call.venue.facts.ctidTraderAccountId,
    assetClass: [...ASSET_CLASSES],
  })
}

/** SymbolCategoryListReq. */
export const symbolCategoryList: Handler<2160> = call => {
  answer(call, 2161, {
    ctidTraderAccountId: call.venue.facts.ctidTraderAccountId,
    symbolCategory: [...SYMBOL_CATEGORIES],
  })
}

/** SymbolsListReq; archived symbols when asked for. */
export const symbolsList: Handler<2114> = call => {
  const { archivedSymbols, assets, ctidTraderAccountId, instruments } = call.venue.facts
  const symbol = instruments.map(instrument => encodeLightSymbol(instrument, assets))
  const archivedSymbol =
    call.message.includeArchivedSymbols === true ? archivedSymbols.map(encodeArchivedSymbol) : []
  answer(call, 2115, { ctidTraderAccountId, symbol, archivedSymbol })
}

/** SymbolByIdReq; a symbol that is archived is told apart from those that can be traded. */
export const symbolById: Handler<2116> = call => {
  const { facts } = call.venue
  const symbol = []
  const archivedSymbol = []
  for (const symbolId of call.message.symbolId ?? []) {
    const instrument = instrumentOf(facts, symbolId)
    const archived = facts.archivedSymbols.find(({ id }) => id === symbolId)
    if (instrument !== undefined) symbol.push(encodeSymbol(instrument))
    else if (archived !== undefined) archivedSymbol.push(encodeArchivedSymbol(archived))
    else return refuse(call, symbolNotFound(symbolId))
  }
  answer(call, 2117, { ctidTraderAccountId: facts.ctidTraderAccountId, symbol, archivedSymbol })
}

function encodeArchivedSymbol({ id, name, archivedAt, description }: ArchivedSymbol): ProtoOAArchivedSymbol {
  return {
    symbolId: id,
    name,
    utcLastUpdateTimestamp: archivedAt,
    ...(description === undefined ? {} : { description }),
  }
}

/** The refusal for a symbol that the venue does not trade. */
export function symbolNotFound(symbolId: number): { errorCode: string; description: string } {
  return { errorCode: 'SYMBOL_NOT_FOUND', description: `Symbol not found with id ${symbolId}` }
}
