import { REPLAY_XAUUSD, readTickFile, type TickColumns } from '@openclaw-trading/bot-engine/data'
import type { DepthLevel } from '@openclaw-trading/bot-engine/simulation'
import { everyOrder, everyStop } from '@openclaw-trading/bot-engine/testing'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { lots, unixMs } from '@openclaw-trading/trading-model'
import { backtestOrders, type OrdersCase, type Seen, tradeOrdersThroughVenue } from './orders-run.ts'
import { firstRows } from './replay-run.ts'
import { casesOf, skipWithout, XAUUSD_TICKS } from './requirements.ts'

const ROWS = 8_000
const UNTIL = unixMs(Date.UTC(2014, 4, 1, 21, 15))
const GATES = ['lookahead', 'rewind'] as const

const level = (distanceTicks: number, volume: number): DepthLevel => ({ distanceTicks, volume: lots(volume) })
/** Orders have one or two hundredths of a lot, and several meet at a quote. */
const THIN = [level(0, 0.01)]
const STEPPED = [level(0, 0.01), level(8, 0.01), level(30, 0.01)]

const RUNS = [
  { of: 'every order', strategy: everyOrder, levels: THIN, latencyMs: 50, hedged: true },
  { of: 'every order', strategy: everyOrder, levels: STEPPED, latencyMs: 0, hedged: false },
  { of: 'every stop', strategy: everyStop, levels: THIN, latencyMs: 250, hedged: false },
  { of: 'every stop', strategy: everyStop, levels: STEPPED, latencyMs: 50, hedged: true },
]
const cases = casesOf(
  RUNS.flatMap(run => GATES.map(gate => ({ ...run, gate }))),
  ({ gate, hedged }) => (gate === 'rewind') === hedged,
)

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))(
  'parity where each price has so much, on real ticks',
  () => {
    it.each(cases)(
      'gives the same events and trades of $of at $latencyMs ms by $gate, hedged: $hedged',
      async ({ strategy, levels, latencyMs, hedged, gate }) => {
        const ticks = await dayOfTicks()
        const run: OrdersCase = {
          strategy,
          venue: { latencyMs, slippageTicks: 1, depth: { levels } },
          hedged,
        }
        const expected = await backtestOrders(ticks, run)
        const live = await tradeOrdersThroughVenue(ticks, run, gate)
        expect(live.seen.map(briefly)).toEqual(expected.seen.map(briefly))
        expect(live.decisions).toEqual(expected.decisions)
        expect(live.trades).toEqual(expected.trades)
        // A comparison of nothing proves nothing.
        expect(expected.trades.length).toBeGreaterThan(50)
        expect(expected.seen.filter(isPartial).length).toBeGreaterThan(20)
        expect(expected.seen.filter(isCut).length).toBeGreaterThan(5)
      },
    )

    it.each(GATES)('notices by %s that a venue has a hundredth of a lot more at a price', async gate => {
      const ticks = await dayOfTicks()
      const run: OrdersCase = { strategy: everyOrder, venue: { latencyMs: 50, depth: { levels: THIN } } }
      const expected = await backtestOrders(ticks, run)
      const more = { latencyMs: 50, depth: { levels: [level(0, 0.02)] } }
      const faulty = await tradeOrdersThroughVenue(ticks, { ...run, venue: more }, gate)
      expect(faulty.trades).not.toEqual(expected.trades)
    })
  },
)

async function dayOfTicks(): Promise<TickColumns> {
  return firstRows(await readTickFile(XAUUSD_TICKS, { instrument: REPLAY_XAUUSD, until: UNTIL }), ROWS)
}

/** An event with the time, the money, the levels and the orders that the strategy saw at it. */
function briefly({ now, event, orders, pendingEntries, equityMinor, freeMarginMinor }: Seen): string {
  const ids = orders.map(({ id, filledVolume }) => `${id}:${filledVolume}`).join(',')
  const { stopLoss, takeProfit, volume, entryPrice } = 'position' in event ? event.position : NO_POSITION
  const position = `${volume}@${entryPrice} ${stopLoss}/${takeProfit}`
  const fill =
    event.type === 'order-filled' ? `${event.fill.volume}@${event.fill.price} ${event.partial}` : ''
  return `${now} ${event.type} ${fill} ${position} ${pendingEntries} ${equityMinor} ${freeMarginMinor} [${ids}]`
}

const NO_POSITION = { stopLoss: undefined, takeProfit: undefined, volume: 0, entryPrice: 0 }

const isPartial = ({ event }: Seen): boolean => event.type === 'order-filled' && event.partial

/** An order that lost what the levels did not have. */
const isCut = ({ event }: Seen): boolean => event.type === 'order-cancelled' && event.order.filledVolume > 0
