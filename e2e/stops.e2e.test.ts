import { REPLAY_XAUUSD, readTickFile, type TickColumns } from '@openclaw-trading/bot-engine/data'
import type { OutcomeRule } from '@openclaw-trading/bot-engine/simulation'
import { everyStop } from '@openclaw-trading/bot-engine/testing'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unixMs } from '@openclaw-trading/trading-model'
import { backtestOrders, type OrdersCase, type Seen, tradeOrdersThroughVenue } from './orders-run.ts'
import { skipWithout, XAUUSD_TICKS } from './requirements.ts'

const ROWS = 12_000
const UNTIL = unixMs(Date.UTC(2014, 4, 1, 21, 15))
const GATES = ['lookahead', 'rewind'] as const

/** Orders that fill in parts, late, at a worse price, and not at all; each rule for so many of them, in turn. */
const SCRIPT: readonly OutcomeRule[] = Array.from({ length: 60 }, (_, index): readonly OutcomeRule[] => [
  { times: 1, outcome: { fill: [0.34, 0.66] } },
  { times: 2, outcome: {} },
  { times: 1, outcome: { fill: [0.5] } },
  { times: 1, outcome: { fillDelayMs: 700, followUpMs: 900, slippageTicks: index % 7 } },
  { times: 1, outcome: { rejectAfterAcceptance: 'NOT_ENOUGH_MONEY' } },
  { times: 1, outcome: { latencyMs: 1500, followUpMs: 300 } },
  { times: 1, outcome: { reject: 'MAX_EXPOSURE_REACHED' } },
]).flat()

const VENUES = [
  { latencyMs: 0, hedged: true },
  { latencyMs: 50, hedged: true },
  { latencyMs: 50, hedged: false },
  { latencyMs: 250, hedged: false },
]
const cases = VENUES.flatMap(venue => GATES.map(gate => ({ ...venue, gate })))

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))('parity of every kind of stop on real ticks', () => {
  it.each(cases)(
    'gives the same events and trades at $latencyMs ms by $gate, hedged: $hedged',
    async ({ latencyMs, gate, hedged }) => {
      const run: OrdersCase = {
        strategy: everyStop,
        venue: { latencyMs, latencySpreadMs: 40, seed: 7, script: SCRIPT },
        hedged,
      }
      const ticks = await dayOfTicks()
      const expected = await backtestOrders(ticks, run)
      const live = await tradeOrdersThroughVenue(ticks, run, gate)
      expect(firstDifference(live.seen, expected.seen)).toBeUndefined()
      expect(live.decisions).toEqual(expected.decisions)
      expect(live.trades).toEqual(expected.trades)
      // A comparison of nothing proves nothing.
      expect(expected.trades.length).toBeGreaterThan(100)
      expect(expected.seen.filter(isTrailed).length).toBeGreaterThan(100)
      expect(expected.seen.filter(isPartial).length).toBeGreaterThan(20)
      for (const reason of ['NOT_ENOUGH_MONEY', 'MAX_EXPOSURE_REACHED'])
        expect(expected.seen.some(({ event }) => 'reason' in event && event.reason === reason)).toBe(true)
    },
  )

  it.each(GATES)('notices by %s when a trailing stop moves one quote too late', async gate => {
    const ticks = await dayOfTicks()
    const run: OrdersCase = { strategy: everyStop, venue: { latencyMs: 50 } }
    const expected = await backtestOrders(ticks, run)
    const faulty = await tradeOrdersThroughVenue(ticks, { ...run, plant: 'trailing-late' }, gate)
    expect(faulty.seen.map(briefly)).not.toEqual(expected.seen.map(briefly))
    expect(faulty.trades).not.toEqual(expected.trades)
  })
})

async function dayOfTicks(): Promise<TickColumns> {
  const day = await readTickFile(XAUUSD_TICKS, { instrument: REPLAY_XAUUSD, until: UNTIL })
  const { at, bid, ask } = day
  return {
    ...day,
    length: ROWS,
    at: at.subarray(0, ROWS),
    bid: bid.subarray(0, ROWS),
    ask: ask.subarray(0, ROWS),
  }
}

/** The first event that was not seen alike, with the one before it; the rest follows from it. */
function firstDifference(live: readonly Seen[], expected: readonly Seen[]): object | undefined {
  const index = expected.findIndex((seen, at) => briefly(seen) !== briefly(live[at] ?? seen))
  if (index < 0 && live.length === expected.length) return undefined
  const near = (seen: readonly Seen[]) => seen.slice(Math.max(0, index - 2), index + 1).map(briefly)
  return { index, live: near(live), expected: near(expected) }
}

/** An event with the time, the money, the levels and the orders that the strategy saw at it. */
function briefly({ now, event, orders, pendingEntries, equityMinor }: Seen): string {
  const ids = orders.map(({ id, filledVolume }) => `${id}:${filledVolume}`).join(',')
  const { stopLoss, takeProfit, volume } = 'position' in event ? event.position : { volume: 0 }
  const reason = 'reason' in event ? event.reason : ''
  return `${now} ${event.type} ${reason} ${pendingEntries} ${equityMinor} [${ids}] ${stopLoss} ${takeProfit} ${volume}`
}

function isTrailed({ event }: Seen): boolean {
  return event.type === 'position-updated' && event.position.trailing === true
}

function isPartial({ event }: Seen): boolean {
  return event.type === 'order-filled' && event.partial
}
