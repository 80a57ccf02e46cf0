import type { ClientOrderId, Side } from '@openclaw-trading/trading-model'
import type { DecisionRecord } from '../kernel/order-entry.ts'
import type { DecidedTrade, RunSide } from './decided-trade.ts'

/**
 * Why the other side of a comparison has no such trade, as far as it tells: its entry was blocked or refused, or what it
 * opened is still open. `undefined`: it never decided it.
 */
export function whyAlone({ trade, decision }: DecidedTrade, other: RunSide): string | undefined {
  if (decision === undefined) return undefined
  const isSame = (at: number, side: Side | undefined): boolean => at === decision.at && side === trade.side
  const blocked = other.blocked.find(({ at, side }) => isSame(at, side))
  if (blocked !== undefined) return `blocked: ${blocked.reason}`
  const decided = other.decisions.filter(record => isSame(record.at, sideOf(record)))
  if (decided.length === 0) return undefined
  const refusals = decided.flatMap(({ id }) => refusalOf(id, other) ?? [])
  return refusals[0] === undefined ? 'ordered, and not closed again' : `refused: ${refusals[0]}`
}

function sideOf({ command }: DecisionRecord): Side | undefined {
  return command.type === 'place' ? command.request.side : undefined
}

function refusalOf(id: ClientOrderId, { executions }: RunSide): string | undefined {
  for (const event of executions)
    if (event.type === 'order-rejected' && event.clientOrderId === id) return event.reason
  return undefined
}
