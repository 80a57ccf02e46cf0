import type { ProtoOAAssetClass, ProtoOASymbolCategory } from '@openclaw-trading/ctrader-client/protocol'
import type { Instrument } from '@openclaw-trading/trading-model'

/** Every asset class of the venue, whether it has symbols or not. @see ProtoOAAssetClass */
export const ASSET_CLASSES = [
  { id: 1, name: 'Forex', sortingNumber: 1 },
  { id: 2, name: 'Metals', sortingNumber: 2 },
  { id: 3, name: 'Crypto Currency', sortingNumber: 3 },
  { id: 4, name: 'Others', sortingNumber: 4 },
] as const satisfies readonly ProtoOAAssetClass[]

/** Every category of symbols, with the class it belongs to. @see ProtoOASymbolCategory */
export const SYMBOL_CATEGORIES = [
  { id: 1, assetClassId: 1, name: 'Majors', sortingNumber: 1 },
  { id: 2, assetClassId: 1, name: 'Crosses', sortingNumber: 2 },
  { id: 3, assetClassId: 2, name: 'Precious Metals', sortingNumber: 3 },
  { id: 4, assetClassId: 3, name: 'Crypto Currencies', sortingNumber: 4 },
  { id: 5, assetClassId: 4, name: 'CFDs', sortingNumber: 5 },
] as const satisfies readonly ProtoOASymbolCategory[]

const METALS = new Set(['XAU', 'XAG', 'XPT', 'XPD'])
const CRYPTO = new Set(['BTC', 'ETH', 'LTC', 'XRP', 'SOL', 'DOGE'])
/** ISO codes of currencies that are traded against each other. */
const CURRENCIES = new Set(
  'AUD CAD CHF CNH CZK DKK EUR GBP HKD HUF JPY MXN NOK NZD PLN SEK SGD THB TRY USD ZAR'.split(' '),
)

/** The id of the category that a symbol belongs to, by its base and quote. */
export function categoryIdOf({ base, quote }: Pick<Instrument, 'base' | 'quote'>): number {
  if (METALS.has(base)) return 3
  if (CRYPTO.has(base)) return 4
  if (!CURRENCIES.has(base)) return 5
  return base === 'USD' || quote === 'USD' ? 1 : 2
}
