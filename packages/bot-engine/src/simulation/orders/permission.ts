import { lotsToCents } from '@openclaw-trading/trading-model'
import type { ExchangeOrder } from '../exchange-types.ts'
import type { Market } from '../matching/matching.ts'
import type { Refusal } from './refusal.ts'
import type { VenueState } from '../venue-state.ts'

/** Why an account that may not trade gets everything refused. */
export const NO_TRADING: Refusal = {
  code: 'TRADING_NOT_ALLOWED',
  description: 'Trading disabled for the account',
}

/** Refuses new orders, closes and amendments of a symbol that is not traded. */
export function symbolRefusal({ takesOrders, instrument }: Market): Refusal | undefined {
  if (takesOrders) return undefined
  return { code: 'TRADING_DISABLED', description: `Trading is disabled for ${instrument.name}` }
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
  market: Market,
  opening: Opening,
  openingCents: number,
): Refusal | undefined {
  if (state.accessRights === 'close-only')
    return { code: 'TRADING_NOT_ALLOWED', description: 'The account may only reduce positions' }
  return (
    (market.limitsOpening ? modeRefusal(market, opening) : undefined) ??
    (state.open.list.length < state.maxPositions ? undefined : roomRefusal(state, opening)) ??
    (market.limitsOpening ? exposureRefusal(state, market, openingCents) : undefined)
  )
}

function modeRefusal({ instrument }: Market, { side }: Opening): Refusal | undefined {
  const { name, tradingMode, shortSelling } = instrument
  if (tradingMode === 'close-only')
    return { code: 'TRADING_DISABLED', description: `Positions of ${name} can only be reduced` }
  if (shortSelling === false && side === 'sell')
    return { code: 'SHORT_SELLING_NOT_ALLOWED', description: `${name} cannot be sold short` }
  return undefined
}

function roomRefusal(state: VenueState, opening: Opening): Refusal | undefined {
  // More may be added to what is open.
  if (state.targetOf(opening)?.side === opening.side) return undefined
  return { code: 'TOO_MANY_POSITIONS', description: `${state.maxPositions} positions are open already` }
}

function exposureRefusal(
  { open }: VenueState,
  { instrument }: Market,
  openingCents: number,
): Refusal | undefined {
  if (instrument.maxExposure === undefined) return undefined
  const most = lotsToCents(instrument, instrument.maxExposure)
  const openCents = open.list.reduce(
    (sum, { symbolId, volumeCents }) => (symbolId === instrument.id ? sum + volumeCents : sum),
    0,
  )
  if (openCents + openingCents <= most) return undefined
  return {
    code: 'MAX_EXPOSURE_REACHED',
    description: `${openCents} of ${instrument.name} are open, ${openingCents} more exceed ${most}`,
  }
}
