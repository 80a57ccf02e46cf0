import { findConversionChain, type Instrument } from '@openclaw-trading/trading-model'
import { encodeLightSymbol } from '../encode/symbol.ts'
import { answer, type Handler, invalid, refuse } from './call.ts'

/** SymbolsForConversionReq: the way between two assets in its order; empty between equal ones. */
export const symbolsForConversion: Handler<2118> = call => {
  const { assets, ctidTraderAccountId, instruments } = call.venue.facts
  const { firstAssetId, lastAssetId } = call.message
  const from = assets.find(({ assetId }) => assetId === firstAssetId)?.name
  const to = assets.find(({ assetId }) => assetId === lastAssetId)?.name
  if (from === undefined || to === undefined)
    return refuse(call, invalid(`Asset ${from === undefined ? firstAssetId : lastAssetId} does not exist`))
  const chain = findConversionChain(from, to, instruments)
  if (chain === undefined)
    return refuse(call, {
      errorCode: 'SYMBOL_NOT_FOUND',
      description: `No symbols lead from ${from} to ${to}`,
    })
  const symbol = chain.steps
    .map(step => instruments.find(({ id }) => id === step.symbolId))
    .filter((instrument): instrument is Instrument => instrument !== undefined)
    .map(instrument => encodeLightSymbol(instrument, assets))
  answer(call, 2119, { ctidTraderAccountId, symbol })
}
