import type { ExecutionEvent } from '@openclaw-trading/trading-model'
import type { BlockedEntry, DecisionRecord } from '../kernel/order-entry.ts'
import type { Trade } from '../kernel/trade.ts'
import { decisionsByOrder } from './replay-session.ts'

/** What a session and a replay of it have both: one of the two sides of a comparison. */
export interface RunSide {
  readonly trades: readonly Trade[]
  readonly decisions: readonly DecisionRecord[]
  readonly blocked: readonly BlockedEntry[]
  readonly executions: readonly ExecutionEvent[]
}

/** A trade with the decision that it came from. */
export interface DecidedTrade {
  readonly trade: Trade
  /** Absent: no execution tells of it. */
  readonly decision?: EntryDecision
}

/** A decision to enter, as both runs of the same strategy have it. */
export interface EntryDecision {
  /** Market time. */
  readonly at: number
  /** Entries of the same side that were decided at the same time before it. */
  readonly nth: number
}

/** The trades of a run, each with its decision. */
export function decidedTrades({ trades, decisions, executions }: RunSide): readonly DecidedTrade[] {
  const byOrder = decisionsByOrder(executions)
  const entries = entryDecisions(decisions)
  return trades.map(trade => {
    const id = trade.entry && byOrder.get(trade.entry.orderId)
    const decision = id && entries.get(id)
    return decision === undefined ? { trade } : { trade, decision }
  })
}

function entryDecisions(decisions: readonly DecisionRecord[]): ReadonlyMap<string, EntryDecision> {
  const counts = new Map<string, number>()
  const entries = new Map<string, EntryDecision>()
  for (const { id, at, command } of decisions) {
    if (command.type !== 'place') continue
    const moment = `${at} ${command.request.side}`
    const nth = counts.get(moment) ?? 0
    counts.set(moment, nth + 1)
    entries.set(id, { at, nth })
  }
  return entries
}
