import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { builtServer } from './built-server.ts'
import { skipWithout, XAUUSD_TICKS } from './requirements.ts'

const { replay } = await builtServer()

// The first trading day of the file: 2014-05-01, up to the daily break.
const UNTIL = Date.UTC(2014, 4, 1, 21, 15)

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))(
  'a replay through venue, TLS, bot process and PostgreSQL',
  () => {
    it('records the trades of the backtest, one by one and to the cent, on m1 and m15', async () => {
      const exits = { trades: 0, stops: 0, targets: 0 }
      for (const timeframe of ['m1', 'm15'] as const) {
        const result = await replay({ ticks: XAUUSD_TICKS, timeframe, until: UNTIL })
        expect(result.comparison).toMatchObject({ equal: true })
        expect(result.trades).toBeGreaterThan(0)
        exits.trades += result.trades
        exits.stops += result.exits['stop-loss'] ?? 0
        exits.targets += result.exits['take-profit'] ?? 0
      }
      // A comparison of nothing proves nothing.
      expect(exits.trades).toBeGreaterThanOrEqual(20)
      expect(exits.stops).toBeGreaterThanOrEqual(3)
      expect(exits.targets).toBeGreaterThanOrEqual(3)
    })

    it('ends also when both sides sleep between messages, with the rewinding gate', async () => {
      const until = Date.UTC(2014, 4, 1, 6)
      const asleep = { ticks: XAUUSD_TICKS, timeframe: 'm1', until, gate: 'rewind', polling: false } as const
      const result = await replay(asleep)
      expect(result.comparison).toMatchObject({ equal: true })
      expect(result.trades).toBeGreaterThan(3)
    })

    it('finds an order that filled a millisecond late, and shows the first trade that differs', async () => {
      const result = await replay({
        ticks: XAUUSD_TICKS,
        timeframe: 'm1',
        until: Date.UTC(2014, 4, 1, 6),
        plant: 'due-off-by-one',
      })
      expect(result.comparison.equal).toBe(false)
      expect(result.comparison).toMatchObject({ first: { trade: 1, fields: ['openedAt'] } })
    })
  },
)
