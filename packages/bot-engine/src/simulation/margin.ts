import type { Side } from '@openclaw-trading/trading-model'
import { grossMinor, marginMinor } from '../profit.ts'
import type { ExchangeAccount } from './exchange-types.ts'

/** What margin needs to know of an open position. */
export interface MarginPosition {
  readonly side: Side
  readonly volumeCents: number
  readonly entryPoints: number
  readonly commissionMinor: number
  readonly swapMinor: number
  /** The price at which it would close now. */
  readonly exitPoints: number
}

/**
 * Money that is free for new positions, in minor units: equity less the margin of what is open.
 *
 * Margin is volume × entry price ÷ leverage, summed over both sides. Dynamic leverage tiers, MAX and NET margin and
 * stop-out are later work.
 */
export function freeMarginMinor(
  account: ExchangeAccount,
  balanceMinor: number,
  positions: Iterable<MarginPosition>,
): number {
  let free = balanceMinor
  for (const position of positions) {
    const { side, entryPoints, exitPoints, volumeCents } = position
    free += grossMinor(side, entryPoints, exitPoints, volumeCents, account.digits)
    free += position.commissionMinor + position.swapMinor
    free -= marginMinor(entryPoints, volumeCents, account.leverage, account.digits)
  }
  return free
}
