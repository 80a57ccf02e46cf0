import type { Row } from '../row.ts'

/** From the start of the process to a report on disk: a local store is read, the SMA cross of C1 runs, files are written. */
export const coldRow: Row = {
  bench: 'engine',
  figures: [
    {
      name: 'cold-backtest',
      title: 'C3: a process that loads 1 M bars from disk, runs the SMA cross and writes its report',
      unit: 's',
      better: 'less',
      of: 'whole',
      target: { ours: 0.6 },
    },
    {
      name: 'cold-backtest-cpu',
      title: 'C3: processor time of the same, of all threads',
      unit: 's',
      better: 'less',
      of: 'cpu',
      target: { ours: 0.6 },
    },
  ],
  contestants: { ours: 'engine/cold-ours.ts', peers: {} },
  server: 'engine/cold-store.ts',
  // The server only keeps the files.
  pinned: false,
  rounds: 9,
  size: { full: 1_000_000, short: 50_000 },
}
