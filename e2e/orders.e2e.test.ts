import { REPLAY_XAUUSD, readTickFile } from '@openclaw-trading/bot-engine/data'
import { everyOrder } from '@openclaw-trading/bot-engine/testing'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { unixMs } from '@openclaw-trading/trading-model'
import { backtestOrders, type Seen, tradeOrdersThroughVenue } from './orders-run.ts'
import { casesOf, skipWithout, XAUUSD_TICKS } from './requirements.ts'

const ROWS = 60_000
const UNTIL = unixMs(Date.UTC(2014, 4, 1, 21, 15))

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))('parity of every type of order on real ticks', () => {
  const cases = casesOf(
    [0, 10, 50, 250].flatMap(latencyMs =>
      (['lookahead', 'rewind'] as const).map(gate => ({ latencyMs, gate })),
    ),
    ({ latencyMs, gate }) => (gate === 'lookahead') === (latencyMs === 0 || latencyMs === 50),
  )

  it.each(cases)(
    'gives the same trades and decisions through venue and TLS at a latency of $latencyMs ms, by $gate',
    async ({ latencyMs, gate }) => {
      const day = await readTickFile(XAUUSD_TICKS, { instrument: REPLAY_XAUUSD, until: UNTIL })
      const ticks = {
        ...day,
        length: ROWS,
        at: day.at.subarray(0, ROWS),
        bid: day.bid.subarray(0, ROWS),
        ask: day.ask.subarray(0, ROWS),
      }
      const run = { strategy: everyOrder, venue: { latencyMs } }
      const expected = await backtestOrders(ticks, run)
      const live = await tradeOrdersThroughVenue(ticks, run, gate)
      expect(live.decisions).toEqual(expected.decisions)
      expect(live.seen.map(briefly)).toEqual(expected.seen.map(briefly))
      expect(live.trades).toEqual(expected.trades)
      // A comparison of nothing proves nothing.
      expect(expected.trades.length).toBeGreaterThan(100)
      for (const type of ['limit', 'stop', 'stop-limit', 'market-range'])
        expect(filledOf(type, expected.seen)).toBeGreaterThan(3)
      for (const kind of ['order-expired', 'order-cancelled', 'order-replaced', 'order-rejected'])
        expect(expected.seen.filter(({ event }) => event.type === kind).length).toBeGreaterThan(3)
    },
  )
})

/** An event with the time, the money and the orders that the strategy saw at it. */
function briefly({ now, event, orders, pendingEntries, equityMinor }: Seen): string {
  const ids = orders.map(({ id }) => id).join(',')
  return `${now} ${event.type} ${pendingEntries} ${equityMinor} [${ids}]`
}

function filledOf(type: string, seen: readonly Seen[]): number {
  return seen.filter(({ event }) => event.type === 'order-filled' && event.order.terms?.type === type).length
}
