import type { Row } from '../row.ts'

/** SMA(10/30) cross over seeded synthetic M1 bars: costs and equity curve on, through the public API. */
export const barsRow: Row = {
  bench: 'engine',
  figures: [
    {
      name: 'sma-cross-bars',
      title: 'C1: backtest of an SMA(10/30) cross over M1 bars',
      unit: 'bars/s',
      better: 'more',
      of: 'rate',
      target: { vsLimit: 0.5 },
    },
    {
      name: 'sma-cross-cpu',
      title: 'C1: the same in processor time of all threads',
      unit: 'ns/bar',
      better: 'less',
      of: 'cpu',
      target: { vsLimit: 2 },
    },
    {
      name: 'sma-cross-memory',
      title: 'C4: peak memory meanwhile',
      unit: 'MB',
      better: 'less',
      of: 'peak',
      target: { vsLimit: 1.25 },
    },
  ],
  contestants: {
    ours: 'engine/bars-ours.ts',
    limit: 'engine/bars-limit.ts',
    peers: { grademark: 'engine/bars-grademark.ts' },
  },
  rounds: 9,
  size: { full: 1_000_000, short: 50_000 },
}
