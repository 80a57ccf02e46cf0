import { decodeRow } from './client/decode-row.ts'
import { orderRow } from './client/order-row.ts'
import { barsRow } from './engine/bars-row.ts'
import type { Row } from './row.ts'

/** Everything that is measured. */
export const ROWS: readonly Row[] = [decodeRow, orderRow, barsRow]
