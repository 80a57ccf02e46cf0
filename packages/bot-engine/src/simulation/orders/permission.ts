import { lotsToCents } from '@openclaw-trading/trading-model'
import type { ExchangeOrder } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'
import type { Refusal } from './order-checks.ts'
import type { VenueState } from '../venue-state.ts'

/** Positions that may be open at once unless the account says otherwise. */
export const MAX_OPEN_POSITIONS = 1000

/** Refuses everything on an account that may not trade. */
export function accountRefusal({ accessRights }: VenueState): Refusal | undefined {
  if (accessRights !== 'no-trading') return undefined
  return { code: 'TRADING_NOT_ALLOWED', description: 'Trading disabled for the account' }
}

/** Refuses new orders, closes and amendments of a symbol that is not traded. */
export function symbolRefusal({ instrument }: Market): Refusal | undefined {
  const { tradingMode = 'enabled', name } = instrument
  if (tradingMode === 'enabled' || tradingMode === 'close-only') return undefined
  return { code: 'TRADING_DISABLED', description: `Trading is disabled for ${name}` }
}

/** What an order would open. */
export type Opening = Pick<ExchangeOrder, 'symbolId' | 'side'> & Partial<Pick<ExchangeOrder, 'positionId'>>

/**
 * Refuses to open or add to a position: rights, mode, short selling, number of positions, exposure.
 *
 * @param openingCents - Of the order; above 0.
 */
export function openingRefusal(
  state: VenueState,
  opening: Opening,
  openingCents: number,
): Refusal | undefined {
  const { instrument } = state.market(opening.symbolId)
  const { name } = instrument
  if (state.accessRights === 'close-only')
    return { code: 'TRADING_NOT_ALLOWED', description: 'The account may only reduce positions' }
  if (instrument.tradingMode === 'close-only')
    return { code: 'TRADING_DISABLED', description: `Positions of ${name} can only be reduced` }
  if (instrument.shortSelling === false && opening.side === 'sell')
    return { code: 'SHORT_SELLING_NOT_ALLOWED', description: `${name} cannot be sold short` }
  return roomRefusal(state, opening) ?? exposureRefusal(state, opening.symbolId, openingCents)
}

function roomRefusal(state: VenueState, opening: Opening): Refusal | undefined {
  const { maxPositions = MAX_OPEN_POSITIONS } = state.account
  if (state.open.size < maxPositions || state.targetOf(opening)?.side === opening.side) return undefined
  return { code: 'TOO_MANY_POSITIONS', description: `${maxPositions} positions are open already` }
}

function exposureRefusal(
  state: VenueState,
  symbolId: Opening['symbolId'],
  openingCents: number,
): Refusal | undefined {
  const { instrument } = state.market(symbolId)
  if (instrument.maxExposure === undefined) return undefined
  const most = lotsToCents(instrument, instrument.maxExposure)
  let open = 0
  for (const position of state.open.values()) if (position.symbolId === symbolId) open += position.volumeCents
  if (open + openingCents <= most) return undefined
  return {
    code: 'MAX_EXPOSURE_REACHED',
    description: `${open} of ${instrument.name} are open, ${openingCents} more exceed ${most}`,
  }
}
