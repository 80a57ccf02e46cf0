import type { Fill, Position, Request, Rules, Trade } from './model.ts'
import { PlainVenue } from './venue.ts'
import { type PlainBar, WithinBar } from './within-bar.ts'

export interface PlainTick {
  readonly at: number
  readonly bid: number
  readonly ask: number
}

/** What a strategy sees when it decides. */
export interface View {
  readonly index: number
  readonly now: number
  readonly bid: number
  readonly ask: number
  /** The bar that closed; none over quotes. */
  readonly bar?: PlainBar
  readonly venue: PlainVenue
}

export type Decide = (view: View) => readonly Request[]

export interface Outcome {
  readonly trades: readonly Trade[]
  readonly fills: readonly Fill[]
  readonly open: readonly Position[]
  readonly dependentTrades: number
}

function outcome(venue: PlainVenue, dependent = new Map<number, number>()): Outcome {
  const { trades, fills, positions } = venue
  // A trade is a position with all its closings, so the last one of each that is not open any more counts.
  const lastClosings = new Map(trades.map(trade => [trade.positionId, trade]))
  for (const { id } of positions) lastClosings.delete(id)
  const isDependent = ({ positionId, closedAt }: Trade) =>
    closedAt >= (dependent.get(positionId) ?? Number.POSITIVE_INFINITY)
  const dependentTrades = Array.from(lastClosings.values()).filter(isDependent).length
  return { trades, fills, open: positions, dependentTrades }
}

/** Quotes: what is due before one, then the quote at the venue, then the strategy. */
export function driveTicks(rules: Rules, ticks: readonly PlainTick[], decide: Decide): Outcome {
  const venue = new PlainVenue(rules)
  for (const [index, { at, bid, ask }] of ticks.entries()) {
    venue.runUntil(at, false)
    venue.quote(at, bid, ask, false)
    for (const request of decide({ index, now: at, bid, ask, venue })) venue.submit(request, at)
  }
  return outcome(venue)
}

export type PlainPolicy =
  | { readonly policy: 'worst' | 'path' }
  | { readonly policy: 'replay'; readonly ticks?: readonly PlainTick[]; readonly bars?: readonly PlainBar[] }

/** Bars: gaps at the open, then what waits for the open, then the inside, then the strategy at the close. */
export function driveBars(
  rules: Rules,
  bars: readonly PlainBar[],
  decide: Decide,
  policy: PlainPolicy = { policy: 'worst' },
): Outcome {
  const venue = new PlainVenue({ ...rules, latency: 0 })
  const within = new WithinBar(venue)
  for (const [index, bar] of bars.entries()) {
    const { openedAt, closedAt, open, close, spread } = bar
    venue.runUntil(openedAt, false)
    venue.quote(openedAt, open, open + spread, true)
    for (const late of venue.waiting.splice(0)) venue.submitAt(late.request, openedAt)
    venue.runUntil(openedAt, true)
    inside(within, bar, policy)
    const view = { index, now: closedAt, bid: close, ask: close + spread, bar, venue }
    const requests = decide(view)
    // What is decided at a close waits for the next open; its due instant there is the open.
    for (const request of requests) venue.waiting.push({ due: Number.POSITIVE_INFINITY, request })
    if (rules.faults.has('decision fills at the close')) {
      for (const late of venue.waiting.splice(0)) venue.submitAt(late.request, closedAt)
      venue.runUntil(closedAt, true)
    }
  }
  return outcome(venue, within.dependent)
}

function inside(within: WithinBar, bar: PlainBar, policy: PlainPolicy): void {
  const { positions, orders } = within.venue
  if (positions.length + orders.length === 0) return
  if (policy.policy !== 'replay') return within.run(bar, policy.policy)
  const isInside = (at: number) => at >= bar.openedAt && at < bar.closedAt
  const ticks = (policy.ticks ?? []).filter(({ at }) => isInside(at))
  const bars = (policy.bars ?? []).filter(({ openedAt }) => isInside(openedAt))
  if (ticks.length + bars.length === 0) return within.run(bar, 'worst')
  for (const { at, bid, ask } of ticks) {
    within.venue.runUntil(at, false)
    within.venue.quote(at, bid, ask, false)
  }
  for (const part of bars) {
    within.venue.runUntil(part.openedAt, false)
    within.venue.quote(part.openedAt, part.open, part.open + part.spread, true)
    within.run(part, 'worst')
  }
}
