import type { Row } from '../row.ts'

/** Quotes one by one through `onQuote`, with fills, stops, targets and commission. */
export const ticksRow: Row = {
  bench: 'engine',
  figures: [
    {
      name: 'ticks-on-quote',
      title: 'C5: backtest over ticks through onQuote with fills, stops and costs',
      unit: 'ticks/s',
      better: 'more',
      of: 'rate',
      target: { vsLimit: 0.25 },
    },
    {
      name: 'ticks-on-quote-cpu',
      title: 'C5: the same in processor time of all threads',
      unit: 'ns/tick',
      better: 'less',
      of: 'cpu',
      target: { vsLimit: 4 },
    },
    {
      name: 'ticks-on-quote-memory',
      title: 'C4: peak memory meanwhile',
      unit: 'MB',
      better: 'less',
      of: 'peak',
      target: { vsLimit: 1.25 },
    },
  ],
  contestants: { ours: 'engine/ticks-ours.ts', limit: 'engine/ticks-limit.ts', peers: {} },
  size: { full: 5_000_000, short: 200_000 },
}
