import type { ExchangeDeal } from '@openclaw-trading/bot-engine/simulation'

/** A share of a deal that offsets a share of another. */
export interface DealOffset {
  readonly deal: ExchangeDeal
  readonly volumeCents: number
}

/** What a deal was closed by, and what it closed. */
export interface DealOffsets {
  readonly offsetBy: readonly DealOffset[]
  readonly offsetting: readonly DealOffset[]
}

/**
 * Pairs the opening deals of a position with its closing deals: what was opened first is closed first.
 *
 * @param deals of the position of the deal asked for, oldest first
 */
export function dealOffsets(dealId: number, deals: readonly ExchangeDeal[]): DealOffsets {
  const pairs = pairsOf(deals)
  return {
    offsetBy: pairs
      .filter(({ opening }) => opening.id === dealId)
      .map(({ closing, volumeCents }) => ({ deal: closing, volumeCents })),
    offsetting: pairs
      .filter(({ closing }) => closing.id === dealId)
      .map(({ opening, volumeCents }) => ({ deal: opening, volumeCents })),
  }
}

interface Pair {
  readonly opening: ExchangeDeal
  readonly closing: ExchangeDeal
  readonly volumeCents: number
}

function pairsOf(deals: readonly ExchangeDeal[]): readonly Pair[] {
  const open: { readonly deal: ExchangeDeal; left: number }[] = []
  const pairs: Pair[] = []
  for (const deal of deals) {
    const closedCents = deal.closing?.closedCents ?? 0
    for (let toClose = closedCents; toClose > 0 && open[0] !== undefined; ) {
      const [first] = open
      const volumeCents = Math.min(first.left, toClose)
      pairs.push({ opening: first.deal, closing: deal, volumeCents })
      toClose -= volumeCents
      first.left -= volumeCents
      if (first.left === 0) open.shift()
    }
    if (deal.volumeCents > closedCents) open.push({ deal, left: deal.volumeCents - closedCents })
  }
  return pairs
}
