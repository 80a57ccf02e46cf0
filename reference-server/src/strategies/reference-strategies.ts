import { bollingerBounce, demoPreset } from '@openclaw-trading/examples/strategies/xauusd-bollinger-bounce'
import { donchianBreakout } from '@openclaw-trading/examples/strategies/xauusd-donchian-breakout'
import { emaTrend } from '@openclaw-trading/examples/strategies/xauusd-ema-trend'
import { londonBreakout } from '@openclaw-trading/examples/strategies/xauusd-london-breakout'
import { macdMomentum } from '@openclaw-trading/examples/strategies/xauusd-macd-momentum'
import { newYorkRange } from '@openclaw-trading/examples/strategies/xauusd-new-york-range'
import { pullback } from '@openclaw-trading/examples/strategies/xauusd-pullback'
import { rsiReversal } from '@openclaw-trading/examples/strategies/xauusd-rsi-reversal'
import { vwapFade } from '@openclaw-trading/examples/strategies/xauusd-vwap-fade'
import type { StrategyEntry } from './strategy-entry.ts'

const folder = '@openclaw-trading/examples/strategies'
const symbol = 'XAUUSD'

/** The reference strategies; only S03 starts on the demo lane by itself, the others wait in the backlog. */
export const REFERENCE_STRATEGIES: readonly StrategyEntry[] = [
  {
    botId: 'S01',
    name: 'EMA trend',
    description:
      'A short average crosses a long one while the ADX says direction: follow it with a chandelier trail.',
    hypothesis:
      'Flows into gold are spread over days, so a move with direction goes on. Fails in ranges, where each cross is taken back within hours, and after spikes.',
    symbol,
    timeframes: ['h1', 'm15', 'm30', 'h4'],
    module: `${folder}/xauusd-ema-trend`,
    strategy: emaTrend,
  },
  {
    botId: 'S02',
    name: 'RSI reversal',
    description: 'The RSI comes back from an extreme: trade against the push, 1.5 R to the target.',
    hypothesis:
      'Moves that are one-sided for hours exhaust those who follow. Fails in trends and around releases, where each return is only a pause.',
    symbol,
    timeframes: ['m15', 'm1', 'm5', 'm30', 'h1'],
    module: `${folder}/xauusd-rsi-reversal`,
    strategy: rsiReversal,
  },
  {
    botId: 'S03',
    name: 'Bollinger bounce',
    description:
      'Gold closes outside its Bollinger band and comes back inside: trade towards the middle band.',
    hypothesis:
      'Short overshoots are liquidity, not news: they are given back within a few bars. Fails in trends and after releases, and where the spread is a large part of the band.',
    symbol,
    timeframes: ['m15', 'm1', 'm5', 'm30', 'h1'],
    module: `${folder}/xauusd-bollinger-bounce`,
    strategy: bollingerBounce,
    demoParams: demoPreset,
  },
  {
    botId: 'S04',
    name: 'London breakout',
    description: 'The first close outside the Asian range after the London open, once a side and day.',
    hypothesis:
      "Asia leaves orders at the edges of its range; London's flow takes them and goes on. Fails after a wide night, and on days that wait for a release in New York.",
    symbol,
    timeframes: ['m15', 'm5', 'm30'],
    module: `${folder}/xauusd-london-breakout`,
    strategy: londonBreakout,
  },
  {
    botId: 'S05',
    name: 'Donchian breakout',
    description: 'A new 20-bar extreme, followed until a 10-bar extreme on the other side.',
    hypothesis:
      'Large moves begin with new extremes, and few large gains pay for many small losses. Fails in ranges, which are most of the time.',
    symbol,
    timeframes: ['h1', 'm15', 'm30', 'h4'],
    module: `${folder}/xauusd-donchian-breakout`,
    strategy: donchianBreakout,
  },
  {
    botId: 'S06',
    name: 'MACD momentum',
    description: 'The MACD histogram turns on the far side of zero, in the direction of the H4 trend.',
    hypothesis:
      'A pause within a trend ends when momentum turns. Fails when the trend is over and its slow average does not know it yet, and in ranges.',
    symbol,
    timeframes: ['m30', 'm15', 'h1'],
    module: `${folder}/xauusd-macd-momentum`,
    strategy: macdMomentum,
  },
  {
    botId: 'S07',
    name: 'VWAP fade',
    description:
      'The price is stretched away from the VWAP of the session in a ranging market: trade back to it.',
    hypothesis:
      'Large orders are worked around the VWAP, and a stretched price is the better side for them. Fails on days with news; the regime filter notices them late.',
    symbol,
    timeframes: ['m15', 'm5', 'm30'],
    module: `${folder}/xauusd-vwap-fade`,
    strategy: vwapFade,
  },
  {
    botId: 'S08',
    name: 'New York range',
    description: 'The opening range of New York breaks: wait at its edge for the retest, take a part at 1 R.',
    hypothesis:
      'A market that leaves the balance of its opening tests the edge once and goes on. Fails on days without direction, and misses the strongest.',
    symbol,
    timeframes: ['m5', 'm1', 'm15'],
    module: `${folder}/xauusd-new-york-range`,
    strategy: newYorkRange,
  },
  {
    botId: 'S09',
    name: 'Pullback',
    description:
      'Within an H4 trend a pullback to the short average is rejected: join, with a stop beyond the swing.',
    hypothesis:
      'Those who missed the move buy its pullbacks, and the last swing is where they are wrong. Fails when the trend turns, and in ranges.',
    symbol,
    timeframes: ['m15', 'm5', 'm30'],
    module: `${folder}/xauusd-pullback`,
    strategy: pullback,
  },
]
