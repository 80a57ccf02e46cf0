import type { Account, CallOptions } from '@openclaw-trading/ctrader-client'
import type { Fill, Position, PositionId, SymbolId, UnixMs } from '@openclaw-trading/trading-model'
import type { PastClosing } from '../ports/broker.ts'

/** The broker's clock may be ahead of ours, and a simulated one runs on while we are away. */
const AHEAD_MS = 86_400_000

/** Reads what closed positions since an instant, each once, oldest first. */
export async function readPastClosings(
  account: Account,
  since: UnixMs,
  known: readonly Position[],
  options: CallOptions,
): Promise<readonly PastClosing[]> {
  const positions = new Map<PositionId, Position>(known.map(position => [position.id, position]))
  const closings: PastClosing[] = []
  const to = (Math.max(Date.now(), account.marketTime ?? 0) + AHEAD_MS) as UnixMs
  for await (const { symbolId, status: _, ...fill } of account.history.deals({ from: since, to }, options)) {
    if (fill.closing === undefined) continue
    let position = positions.get(fill.positionId)
    if (position === undefined) {
      position = await lookUp(account, fill, symbolId, options)
      positions.set(position.id, position)
    }
    closings.push({ fill, position })
  }
  return closings
}

/** A position that nobody watched: its orders tell its label, and what it carried at its end. */
async function lookUp(
  account: Account,
  fill: Fill,
  symbolId: SymbolId,
  options: CallOptions,
): Promise<Position> {
  let label: string | undefined
  let openedAt = fill.at
  for await (const order of account.history.ordersOf(fill.positionId, options)) {
    if (order.closing) continue
    label ??= order.label
    openedAt = Math.min(openedAt, order.updatedAt) as UnixMs
  }
  const none = { ...fill.commission, minor: 0 }
  return {
    id: fill.positionId,
    symbolId,
    ...(label === undefined ? {} : { label }),
    side: fill.side === 'buy' ? 'sell' : 'buy',
    volume: fill.volume,
    entryPrice: fill.closing?.entryPrice ?? fill.price,
    openedAt,
    swap: none,
    commission: none,
  }
}
