import { everyOrder } from '@openclaw-trading/bot-engine/testing'
import {
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  readTickFile,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import { unixMs } from '@openclaw-trading/trading-model'
import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { backtestOrders, type OrdersOutcome, tradeOrdersThroughVenue } from './orders-run.ts'
import { casesOf, skipWithout, XAUUSD_TICKS } from './requirements.ts'

const ROWS = 30_000
const UNTIL = unixMs(Date.UTC(2014, 4, 1, 21, 15))

/** The quotes of gold, but with every kind of cost: swap each hour, two commissions, a fee on conversion. */
const COSTLY = {
  ...REPLAY_XAUUSD,
  costs: {
    commission: { type: 'usd-per-million', rate: 45 },
    minCommission: { amount: 0.15, currency: 'USD' },
    swap: {
      unit: 'points',
      long: -37,
      short: 11,
      tripleDay: 4,
      firstChargeMinute: 7,
      periodHours: 1,
      skippedPeriods: 0,
      chargedAtWeekends: true,
    },
    conversionFeePercent: 0.7,
  },
  leverageId: 3,
} as const

/** An account in ounces: profit in dollars is converted by the price of gold itself, with four digits. */
const OUNCES = {
  ...REPLAY_ACCOUNT,
  currency: 'XAU',
  digits: 4,
  balanceMinor: 80_000,
  leverageTiers: [{ id: 3, tiers: [{ upToUsd: 2000, leverage: 80 }, { leverage: 20 }] }],
  marginMethod: 'max',
  stopOut: { levelPercent: 30, closes: 'whole', first: 'most-margin' },
} as const

/** Money that a run realised, in minor units, and what it saw of equity and swap. */
function moneyOf({ trades, seen }: OrdersOutcome) {
  return {
    trades: trades.map(({ gross, commission, swap, conversionFee, net, balance }) =>
      [gross, commission, swap, conversionFee, net, balance].map(({ minor }) => minor),
    ),
    seen: seen.map(
      ({ now, event, equityMinor, freeMarginMinor }) =>
        `${now} ${event.type} ${equityMinor} ${freeMarginMinor}`,
    ),
  }
}

function head(day: TickColumns): TickColumns {
  const [at, bid, ask] = [day.at, day.bid, day.ask].map(column => column.subarray(0, ROWS))
  if (at === undefined || bid === undefined || ask === undefined) throw new Error('no columns')
  return { ...day, length: ROWS, at, bid, ask } as TickColumns
}

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))('parity of costs on real ticks', () => {
  const cases = casesOf(
    [10, 250].flatMap(latencyMs => (['lookahead', 'rewind'] as const).map(gate => ({ latencyMs, gate }))),
    ({ latencyMs, gate }) => (gate === 'lookahead') === (latencyMs === 250),
  )

  it.each(cases)(
    'gives the same swap, conversion, commission, equity and free margin to the minor unit at $latencyMs ms, by $gate',
    async ({ latencyMs, gate }) => {
      const ticks = head(await readTickFile(XAUUSD_TICKS, { instrument: REPLAY_XAUUSD, until: UNTIL }))
      const market = { instrument: COSTLY, account: OUNCES }
      const run = { strategy: everyOrder, venue: { latencyMs } }
      const expected = await backtestOrders(ticks, run, market)
      const live = await tradeOrdersThroughVenue(ticks, run, gate, market)
      expect(moneyOf(live)).toEqual(moneyOf(expected))
      expect(live.trades).toEqual(expected.trades)
      // A comparison of nothing proves nothing.
      expect(expected.trades.length).toBeGreaterThan(50)
      for (const cost of ['commission', 'swap', 'conversionFee'] as const)
        expect(expected.trades.filter(trade => trade[cost].minor !== 0).length).toBeGreaterThan(3)
      for (const { gross, commission, swap, conversionFee, net } of expected.trades)
        expect(gross.minor + commission.minor + swap.minor + conversionFee.minor).toBe(net.minor)
    },
  )
})
