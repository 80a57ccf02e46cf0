import type { TradeRow } from './contract.ts'

/** Why a position was closed, in words. */
export const EXIT_REASON: Record<TradeRow['exitReason'], string> = {
  'stop-loss': 'Stop loss',
  'take-profit': 'Take profit',
  strategy: 'Strategy',
  'stop-out': 'Margin stop-out',
  external: 'Outside the bot',
}

/** Commission, swap and conversion fee together, in the digits of the net; negative when they cost. */
export function costsOf(trade: TradeRow): TradeRow['net'] {
  return { ...trade.net, minor: trade.net.minor - trade.gross.minor }
}
