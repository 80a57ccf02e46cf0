import type { Side } from '@openclaw-trading/trading-model'
import type { DecidedTrade } from './decided-trade.ts'

/** A trade of the session and the one of the replay that it is matched with; one of them may be absent. */
export interface TradePair {
  readonly session?: DecidedTrade
  readonly replay?: DecidedTrade
}

/**
 * Matches the trades of a session with those of its replay, in order of entry.
 *
 * First by the decision: its market time, its side, the how-manieth of them at that time. Of the parts of one position
 * those that were closed at the same time belong together, then the others in their order. Of what is left, trades of
 * one side whose entries lie within the tolerance, the earliest first.
 */
export function pairTrades(
  session: readonly DecidedTrade[],
  replay: readonly DecidedTrade[],
  toleranceMs: number,
): readonly TradePair[] {
  const decided = byDecision(session)
  const pairs = [...byDecision(replay)].flatMap(([key, parts]) => partPairs(decided.get(key) ?? [], parts))
  const paired = new Set(pairs.flatMap(pair => [pair.session, pair.replay]))
  const isLeft = (trip: DecidedTrade): boolean => !paired.has(trip)
  for (const side of ['buy', 'sell'] as const) {
    const [ones, others] = [session, replay].map(trips => byEntry(trips.filter(isLeft), side))
    pairs.push(...nearPairs(ones ?? [], others ?? [], toleranceMs))
  }
  return pairs.sort((one, other) => enteredAt(one) - enteredAt(other))
}

/** When the first of both was entered. */
export function enteredAt({ session, replay }: TradePair): number {
  const [one, other] = [session?.trade.openedAt, replay?.trade.openedAt]
  return Math.min(one ?? Number.POSITIVE_INFINITY, other ?? Number.POSITIVE_INFINITY)
}

/** Closings of one decision's position, by what names it in both runs. */
function byDecision(trips: readonly DecidedTrade[]): ReadonlyMap<string, readonly DecidedTrade[]> {
  const groups = new Map<string, DecidedTrade[]>()
  for (const trip of trips) {
    const { decision, trade } = trip
    if (decision === undefined) continue
    const key = `${decision.at} ${trade.side} ${decision.nth}`
    const group = groups.get(key)
    if (group === undefined) groups.set(key, [trip])
    else group.push(trip)
  }
  return groups
}

function partPairs(session: readonly DecidedTrade[], replay: readonly DecidedTrade[]): TradePair[] {
  const free = [...session]
  const pairs: TradePair[] = []
  const left: DecidedTrade[] = []
  for (const other of replay) {
    const index = free.findIndex(({ trade }) => trade.closedAt === other.trade.closedAt)
    const [one] = index < 0 ? [] : free.splice(index, 1)
    if (one === undefined) left.push(other)
    else pairs.push({ session: one, replay: other })
  }
  for (const other of left) {
    const one = free.shift()
    if (one !== undefined) pairs.push({ session: one, replay: other })
  }
  return pairs
}

function byEntry(trips: readonly DecidedTrade[], side: Side): readonly DecidedTrade[] {
  return trips
    .filter(({ trade }) => trade.side === side)
    .sort((one, other) => one.trade.openedAt - other.trade.openedAt)
}

/** Each trade of the session takes the earliest free one within reach; both lists are walked once. */
function nearPairs(
  session: readonly DecidedTrade[],
  replay: readonly DecidedTrade[],
  toleranceMs: number,
): readonly TradePair[] {
  const pairs: TradePair[] = []
  let next = 0
  for (const one of session) {
    const at = one.trade.openedAt
    let other = replay[next]
    while (other !== undefined && other.trade.openedAt < at - toleranceMs) {
      pairs.push({ replay: other })
      next += 1
      other = replay[next]
    }
    if (other === undefined || other.trade.openedAt > at + toleranceMs) pairs.push({ session: one })
    else {
      pairs.push({ session: one, replay: other })
      next += 1
    }
  }
  return [...pairs, ...replay.slice(next).map(other => ({ replay: other }))]
}
