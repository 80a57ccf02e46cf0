import type { Row } from '../row.ts'

/** A replay of recorded ticks over TLS with the gate "rewind", without a database; only where the ticks are. */
export const replayRow: Row = {
  bench: 'engine',
  figures: [
    {
      name: 'replay-rewind',
      title: 'Replay of S03 on m1 over TLS, gate rewind, venue and bot in processes of their own',
      unit: 'ticks/s',
      better: 'more',
      of: 'rate',
      target: { ours: 400_000 },
    },
    {
      name: 'replay-rewind-venue',
      title: 'The same: CPU time of the venue',
      unit: 'us/tick',
      better: 'less',
      of: 'venueCpu',
      target: { ours: 2.5 },
    },
    {
      name: 'replay-rewind-bot',
      title: 'The same: CPU time of the bot',
      unit: 'us/tick',
      better: 'less',
      of: 'botCpu',
      target: { ours: 2.5 },
    },
  ],
  contestants: { ours: 'engine/replay-ours.ts', peers: {} },
  server: 'engine/replay-venue.ts',
  measuredAt: 'both',
  size: { full: 1_312_635, short: 200_000 },
}
