import type { Row } from '../row.ts'

/** Bollinger(20,2) bounce over seeded synthetic M1 bars, stop at twice and target at three times ATR(14). */
export const bounceRow: Row = {
  bench: 'engine',
  figures: [
    {
      name: 'bollinger-bounce-bars',
      title: 'C2: backtest of a Bollinger bounce with stop and target over M1 bars',
      unit: 'bars/s',
      better: 'more',
      of: 'rate',
      target: { vsLimit: 0.5 },
    },
  ],
  contestants: { ours: 'engine/bounce-ours.ts', limit: 'engine/bounce-limit.ts', peers: {} },
  size: { full: 1_000_000, short: 50_000 },
}
