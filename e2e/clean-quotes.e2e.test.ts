import { existsSync } from 'node:fs'
import {
  type AnyStrategy,
  backtest,
  QuoteFilter,
  type QuoteFilterOptions,
  type QuoteFilterReport,
  WIDE_QUOTE_LIMITS,
} from '@openclaw-trading/bot-engine'
import {
  readTickFile,
  REPLAY_ACCOUNT,
  REPLAY_XAUUSD,
  SYNTHETIC_XAUUSD,
  type TickColumns,
} from '@openclaw-trading/bot-engine/data'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import { newYorkRange } from '@openclaw-trading/examples/strategies/xauusd-new-york-range'
import { pullback } from '@openclaw-trading/examples/strategies/xauusd-pullback'
import { beforeAll, describe, expect, it } from 'vitest'
import { skipWithout, XAUUSD_TICKS } from './requirements.ts'

/** Gold of the recording, with the hours in which it is traded. */
const GOLD = { ...REPLAY_XAUUSD, hours: SYNTHETIC_XAUUSD.hours }
/** As a replay filters: its instrument states no hours. */
const OF_A_RECORDING = { ...WIDE_QUOTE_LIMITS, pauseMs: 4 * 86_400_000 }

function reportOf({ at, bid, ask, length }: TickColumns, options: QuoteFilterOptions): QuoteFilterReport {
  const filter = new QuoteFilter(options)
  for (let row = 0; row < length; row++)
    filter.check(at[row] as number, bid[row] as number, ask[row] as number)
  return filter.report
}

describe.skipIf(skipWithout(existsSync(XAUUSD_TICKS)))(
  'nine days of recorded gold, a payrolls day and a weekend among them',
  () => {
    let ticks: TickColumns
    beforeAll(async () => {
      ticks = await readTickFile(XAUUSD_TICKS, { instrument: REPLAY_XAUUSD })
    })

    it.each([
      ['of an instrument with hours', { ...WIDE_QUOTE_LIMITS, instrument: GOLD }],
      ['of a replay', { ...OF_A_RECORDING, instrument: REPLAY_XAUUSD }],
    ])('pass the filter %s whole: 1,312,635 of 1,312,635', (_, options) => {
      expect(ticks.length).toBe(1_312_635)
      expect(reportOf(ticks, options)).toMatchObject({ passed: ticks.length - 1, quarantined: 0 })
    })

    it('do not pass narrower limits whole, so that the count above means something', () => {
      const narrow = { ...WIDE_QUOTE_LIMITS, sigmas: 30, leastMovePercent: 0.05, instrument: GOLD }
      expect(reportOf(ticks, narrow).defects.spike).toBeGreaterThan(0)
      const hasty = { ...WIDE_QUOTE_LIMITS, pauseMs: 120_000, instrument: GOLD }
      expect(reportOf(ticks, hasty).defects.future).toBeGreaterThan(0)
    })

    it.each<readonly [AnyStrategy, object]>([
      [bollingerBounce, { timeframe: 'm1' }],
      [newYorkRange, { timeframe: 'm1' }],
      [pullback, { timeframe: 'm5' }],
    ])(
      'lead $name to the same decisions and trades with and without the filter',
      async (strategy, params) => {
        const run = (quoteFilter: typeof OF_A_RECORDING | false) =>
          backtest(strategy, {
            params,
            instrument: REPLAY_XAUUSD,
            account: REPLAY_ACCOUNT,
            data: ticks,
            recordDecisions: true,
            quoteFilter,
          })
        const [open, filtered] = [await run(false), await run(OF_A_RECORDING)]
        expect(open.trades.length).toBeGreaterThan(0)
        expect(filtered.decisions).toEqual(open.decisions)
        expect(filtered.trades).toEqual(open.trades)
      },
    )
  },
)
