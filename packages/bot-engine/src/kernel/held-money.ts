import {
  accountMargin,
  type MarginMethod,
  NO_CONVERSION,
  type Position,
  type Ratio,
  type SymbolId,
} from '@openclaw-trading/trading-model'
import { grossMinor, grossTerms, marginMinor, multiplyDivide } from '../profit.ts'
import type { Held } from './held.ts'

// What positions are worth, in minor units of the account.

/** What the margin of an account goes by. */
export interface MarginTerms {
  /** 100 = 1:100. */
  readonly leverage: number
  /** Default `sum`. */
  readonly marginMethod?: MarginMethod
}

/** Balance, costs and open profit at a quote; without one, open profit counts as 0. */
export function heldEquityMinor(
  balanceMinor: number,
  held: readonly Held[],
  digits: number,
  bid: number,
  ask: number,
  conversion: Ratio = NO_CONVERSION,
): number {
  let equity = balanceMinor
  for (let i = 0; i < held.length; i++) {
    const { side, entryPoints, volumeCents, costsMinor } = held[i] as Held
    const exit = side === 'buy' ? bid : ask
    equity += costsMinor
    if (exit > 0) equity += grossMinor(side, entryPoints, exit, volumeCents, digits, conversion)
  }
  return equity
}

/** Bids of which equity is asked at one after the other. */
export interface SampledBids {
  /** In 1/100000, above 0. */
  readonly bids: Float64Array
  /** Ask − bid at each of them, in 1/100000. */
  readonly spread: number
  readonly from: number
  readonly to: number
}

/**
 * The same at many quotes, between which positions and balance stay, of an account that converts nothing; written to
 * `into` from `first` on.
 *
 * Most runs hold one position at a time: what is the same at each quote is then read once.
 */
export function sampleHeldEquity(
  balanceMinor: number,
  held: readonly Held[],
  digits: number,
  { bids, spread, from, to }: SampledBids,
  into: Float64Array,
  first: number,
): void {
  if (held.length === 0) {
    into.fill(balanceMinor, first, first + to - from)
    return
  }
  const only = held.length === 1 ? held[0] : undefined
  if (only === undefined) {
    for (let row = from; row < to; row++) {
      const bid = bids[row] as number
      into[first + row - from] = heldEquityMinor(balanceMinor, held, digits, bid, bid + spread)
    }
    return
  }
  const { side, entryPoints, volumeCents } = only
  const settled = balanceMinor + only.costsMinor
  const toExit = side === 'buy' ? 0 : spread
  const sign = side === 'buy' ? 1 : -1
  const { cents, divisor } = grossTerms(volumeCents, digits)
  const shift = first - from
  for (let row = from; row < to; row++) {
    const difference = (bids[row] as number) + toExit - entryPoints
    into[row + shift] = settled + multiplyDivide(difference * sign, cents, divisor)
  }
}

/**
 * Margin as the broker has stated it, also of the positions of others on the account: none of it is free. One of this
 * run of which it has not counts by the leverage of the account alone.
 */
export function heldMarginMinor(
  held: readonly Held[],
  foreign: Iterable<Position>,
  digits: number,
  { leverage, marginMethod = 'sum' }: MarginTerms,
  conversion: Ratio = NO_CONVERSION,
): number {
  const symbols = new Map<SymbolId, { longMinor: number; shortMinor: number }>()
  const add = ({ symbolId, side }: Pick<Position, 'symbolId' | 'side'>, minor: number): void => {
    const sides = symbols.get(symbolId) ?? { longMinor: 0, shortMinor: 0 }
    if (side === 'buy') sides.longMinor += minor
    else sides.shortMinor += minor
    symbols.set(symbolId, sides)
  }
  for (const position of foreign) add(position, position.usedMargin?.minor ?? 0)
  for (const one of held)
    add(
      one,
      one.usedMarginMinor ?? marginMinor(one.entryPoints, one.volumeCents, leverage, digits, conversion),
    )
  return accountMargin(marginMethod, symbols.values())
}
