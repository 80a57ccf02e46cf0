import { accountMargin, type MarginMethod, type Side, type SymbolId } from '@openclaw-trading/trading-model'

/** What the margin of an account needs to know of an open position. */
export interface MarginPosition {
  readonly symbolId: SymbolId
  readonly side: Side
  readonly usedMarginMinor: number
}

/** Margin of open positions in minor units: per symbol by the account's method, added up. */
export function totalMarginMinor(method: MarginMethod, positions: readonly MarginPosition[]): number {
  if (method === 'sum') {
    let margin = 0
    for (let i = 0; i < positions.length; i++) margin += (positions[i] as MarginPosition).usedMarginMinor
    return margin
  }
  const symbols = new Map<SymbolId, { longMinor: number; shortMinor: number }>()
  for (const { symbolId, side, usedMarginMinor } of positions) {
    const sides = symbols.get(symbolId) ?? { longMinor: 0, shortMinor: 0 }
    if (side === 'buy') sides.longMinor += usedMarginMinor
    else sides.shortMinor += usedMarginMinor
    symbols.set(symbolId, sides)
  }
  return accountMargin(method, symbols.values())
}

/**
 * Tells whether the margin level (equity ÷ margin, in percent) is at or below a threshold, exactly; without margin
 * there is no level.
 */
export function isLevelAtOrBelow(equityMinor: number, marginMinor: number, percent: number): boolean {
  if (marginMinor <= 0) return false
  return BigInt(equityMinor) * 10_000n <= BigInt(marginMinor) * BigInt(Math.round(percent * 100))
}
