import { join } from 'node:path'
import type { Row } from '../row.ts'

/** Recorded ticks of XAUUSD, from the folder of the project; they are not part of it. */
export const RECORDED_TICKS = join(
  process.cwd(),
  '../shared/data/ticks/xauusd_ticks_oanda_2014-05-01_2014-05-09.csv.gz',
)

/** The reference strategy S03 over recorded ticks; only where they are. */
export const s03Row: Row = {
  bench: 'engine',
  figures: [
    {
      name: 's03-recorded-ticks',
      title: 'C5: backtest of S03 over recorded ticks with stops, targets and costs',
      unit: 'ticks/s',
      better: 'more',
      of: 'rate',
      target: { ours: 10_000_000 },
    },
  ],
  contestants: { ours: 'engine/s03-ours.ts', peers: {} },
  size: { full: 2_000_000, short: 300_000 },
}
