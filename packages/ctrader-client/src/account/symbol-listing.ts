import { type SymbolId, symbolId, type UnixMs, unixMs } from '@openclaw-trading/trading-model'
import type { AccountLink } from './account-link.ts'
import type { CallOptions } from '../options.ts'

/** A symbol as the broker lists it, without its rules. */
export interface SymbolListing {
  readonly id: SymbolId
  /** As the broker writes it, e.g. `XAUUSD`. */
  readonly name: string
  /** It can be traded. */
  readonly enabled: boolean
  readonly base: string
  readonly quote: string
  /** Such as `Metals`; absent when the broker has none. */
  readonly category?: string
  /** Such as `Forex`; absent when the broker has none. */
  readonly assetClass?: string
  /** Absent when empty. */
  readonly description?: string
}

/** A symbol that is not traded any more. */
export interface ArchivedSymbol {
  readonly id: SymbolId
  readonly name: string
  readonly archivedAt: UnixMs
}

/** Lists every symbol with its category and asset class. @see ProtoOASymbolCategoryListReq, ProtoOAAssetClassListReq */
export async function listSymbols(
  link: AccountLink,
  options: CallOptions,
): Promise<readonly SymbolListing[]> {
  const params = { ctidTraderAccountId: link.id }
  const [categories, classes] = await Promise.all([
    link.session.query('symbolCategoryList', params, options),
    link.session.query('assetClassList', params, options),
  ])
  const classNames = new Map((classes.assetClass ?? []).map(({ id, name }) => [id, name]))
  const categoryOf = new Map(
    (categories.symbolCategory ?? []).map(({ id, name, assetClassId }) => [
      id,
      { category: name, assetClass: classNames.get(assetClassId) },
    ]),
  )
  return [...link.catalogue.light.values()].map(light => {
    const { category, assetClass } = categoryOf.get(light.symbolCategoryId ?? 0) ?? {}
    return {
      id: symbolId(light.symbolId),
      name: light.symbolName ?? '',
      enabled: light.enabled !== false,
      base: link.catalogue.assetName(light.baseAssetId ?? 0) ?? '',
      quote: link.catalogue.assetName(light.quoteAssetId ?? 0) ?? '',
      ...(category === undefined ? {} : { category }),
      ...(assetClass === undefined ? {} : { assetClass }),
      ...(light.description ? { description: light.description } : {}),
    }
  })
}

/** Lists symbols that are not traded any more; their history may still be asked for. */
export async function listArchived(
  link: AccountLink,
  options: CallOptions,
): Promise<readonly ArchivedSymbol[]> {
  const params = { ctidTraderAccountId: link.id, includeArchivedSymbols: true }
  const { archivedSymbol = [] } = await link.session.query('symbolsList', params, options)
  return archivedSymbol.map(archived => ({
    id: symbolId(archived.symbolId),
    name: archived.name,
    archivedAt: unixMs(archived.utcLastUpdateTimestamp),
  }))
}
