import type { Figure, Row } from '../row.ts'

const figure = (of: string, title: string): Figure => ({
  name: `indicator-${of}`,
  title: `C7: updates of ${title}, the value read after each`,
  unit: 'updates/s',
  better: 'more',
  of,
  target: { vsLimit: 0.8, vsPeer: { 'trading-signals': 1 } },
})

/** Incremental indicators, one push and one value each, in one process. */
export const indicatorsRow: Row = {
  bench: 'engine',
  figures: [
    figure('sma20', 'SMA(20)'),
    figure('ema20', 'EMA(20)'),
    figure('rsi14', 'RSI(14)'),
    figure('atr14', 'ATR(14)'),
    figure('bb20', 'Bollinger(20, 2)'),
  ],
  contestants: {
    ours: 'engine/indicators-ours.ts',
    limit: 'engine/indicators-limit.ts',
    peers: {
      'trading-signals': 'engine/indicators-trading-signals.ts',
      technicalindicators: 'engine/indicators-technicalindicators.ts',
    },
  },
  size: { full: 4_000_000, short: 100_000 },
}
