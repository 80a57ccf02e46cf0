import type { Instrument } from '@openclaw-trading/trading-model'
import { type OrderCounts, sumOrders } from '@openclaw-trading/bot-engine/research'
import { grouped } from '@openclaw-trading/ctrader-client/terminal'
import { refusals } from '../backtest/refused-orders.ts'
import type { Warning } from '../output.ts'

/** What the venue refused in the runs of a search, told as of one run, and in how many of them. */
export function refusedInRuns(
  runs: readonly OrderCounts[],
  instrument: Instrument,
  named: string,
): readonly Warning[] {
  const sums = sumOrders(runs)
  const among = (has: (run: OrderCounts) => boolean): string =>
    `, in ${grouped(runs.filter(has).length)} of ${grouped(runs.length)} ${named}`
  return refusals(sums, instrument, sums.orderCount, {
    orders: among(({ refused }) => refused.length > 0),
    changes: among(({ refusedChanges }) => refusedChanges.length > 0),
  })
}

/** Orders of a run that the venue refused, for its row; `undefined`: none. */
export function refusedText({ orderCount, refused }: OrderCounts): string | undefined {
  const count = refused.reduce((sum, one) => sum + one.count, 0)
  return count === 0 ? undefined : `${grouped(count)} of ${grouped(Math.max(count, orderCount))}`
}

/** The same for programs. */
export function ordersData({ orderCount, refused, refusedChanges }: OrderCounts) {
  return { orders: orderCount, refusedOrders: refused, refusedChanges }
}
