import { existsSync } from 'node:fs'
import { budgetRow } from './client/budget-row.ts'
import { decodeRow } from './client/decode-row.ts'
import { orderRow } from './client/order-row.ts'
import { barsRow } from './engine/bars-row.ts'
import { bounceRow } from './engine/bounce-row.ts'
import { coldRow } from './engine/cold-row.ts'
import { indicatorsRow } from './engine/indicators-row.ts'
import { memoryRows } from './engine/memory-row.ts'
import { replayRow } from './engine/replay-row.ts'
import { RECORDED_TICKS, s03Row } from './engine/s03-row.ts'
import { sweepRow } from './engine/sweep-row.ts'
import { ticksRow } from './engine/ticks-row.ts'
import type { Row } from './row.ts'

/** Everything that is measured here; what needs recorded ticks only where they are. */
export const ROWS: readonly Row[] = [
  decodeRow,
  orderRow,
  budgetRow,
  barsRow,
  bounceRow,
  coldRow,
  ...memoryRows,
  ticksRow,
  sweepRow,
  indicatorsRow,
  ...(existsSync(RECORDED_TICKS) ? [s03Row, replayRow] : []),
]
