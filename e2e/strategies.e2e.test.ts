import type { AnyStrategy } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { referenceQuotes } from '@openclaw-trading/examples/strategies/golden/reference-market'
import { donchianBreakout } from '@openclaw-trading/examples/strategies/xauusd-donchian-breakout'
import { emaTrend } from '@openclaw-trading/examples/strategies/xauusd-ema-trend'
import { londonBreakout } from '@openclaw-trading/examples/strategies/xauusd-london-breakout'
import { macdMomentum } from '@openclaw-trading/examples/strategies/xauusd-macd-momentum'
import { newYorkRange } from '@openclaw-trading/examples/strategies/xauusd-new-york-range'
import { pullback } from '@openclaw-trading/examples/strategies/xauusd-pullback'
import { rsiReversal } from '@openclaw-trading/examples/strategies/xauusd-rsi-reversal'
import { vwapFade } from '@openclaw-trading/examples/strategies/xauusd-vwap-fade'
import { bollingerBounce } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import { beforeAll, describe, expect, it } from 'vitest'
import { runBacktest, runThroughVenue } from './replay-run.ts'

const STRATEGIES: readonly (readonly [string, AnyStrategy])[] = [
  ['S01', emaTrend],
  ['S02', rsiReversal],
  ['S03', bollingerBounce],
  ['S04', londonBreakout],
  ['S05', donchianBreakout],
  ['S06', macdMomentum],
  ['S07', vwapFade],
  ['S08', newYorkRange],
  ['S09', pullback],
]

describe('parity of the reference strategies on 60 days of the synthetic market', () => {
  let ticks: TickColumns
  beforeAll(() => {
    ticks = referenceQuotes(60)
  })

  it.each(STRATEGIES)('%s gives the same trades through the venue as in a backtest', async (_, strategy) => {
    const run = { strategy, ticks, instrument: SYNTHETIC_XAUUSD, latencyMs: 50 } as const
    const expected = await runBacktest(run)
    const live = await runThroughVenue({ ...run, gate: 'rewind' })
    expect(live.decisions).toEqual(expected.decisions)
    expect(live).toEqual(expected)
    expect(expected.trades.length).toBeGreaterThanOrEqual(20)
    // Both ways of ending a trade, and both sides, took part.
    expect(new Set(expected.trades.map(trade => trade.side)).size).toBe(2)
    expect(new Set(expected.trades.map(trade => trade.exitReason)).size).toBeGreaterThanOrEqual(2)
  })
})
