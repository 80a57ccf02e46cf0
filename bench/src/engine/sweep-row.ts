import type { Row } from '../row.ts'

/** A sweep over seeded synthetic M1 bars with one worker, and with two, in turns within one process; the limit is arithmetic. */
export const sweepRow: Row = {
  bench: 'engine',
  figures: [
    {
      name: 'sweep-workers',
      title: 'C6: runs of a sweep a second with two workers ÷ with one',
      unit: 'ratio',
      better: 'more',
      of: 'ratio',
      target: { ours: 1.8 },
    },
  ],
  contestants: { ours: 'engine/sweep-ours.ts', limit: 'engine/sweep-limit.ts', peers: {} },
  size: { full: 250_000, short: 20_000 },
}
