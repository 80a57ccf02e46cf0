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
    {
      name: 'bollinger-bounce-cpu',
      title: 'C2: the same in processor time of all threads',
      unit: 'ns/bar',
      better: 'less',
      of: 'cpu',
      target: { vsLimit: 2 },
    },
    {
      name: 'bollinger-bounce-memory',
      title: 'C4: peak memory meanwhile',
      unit: 'MB',
      better: 'less',
      of: 'peak',
      target: { vsLimit: 1.25 },
    },
  ],
  contestants: { ours: 'engine/bounce-ours.ts', limit: 'engine/bounce-limit.ts', peers: {} },
  rounds: 9,
  size: { full: 1_000_000, short: 50_000 },
}
