import type { RefusedChanges, RefusedOrders } from '../backtest/refused-orders.ts'
import type { BacktestReport } from '../backtest/report.ts'

/** What became of the orders of a run, or of several: the same fields as in the report of a backtest. */
export type OrderCounts = Pick<BacktestReport, 'orderCount' | 'refused' | 'refusedChanges'>

interface Refusal {
  readonly count: number
  readonly first: { readonly at: number }
}

/**
 * Sums runs up: each code with the earliest of its refusals, the most frequent first. The order in which the runs come
 * changes nothing: threads are done in another one each time.
 */
export function sumOrders(runs: Iterable<OrderCounts>): OrderCounts {
  let orderCount = 0
  const refused = new Map<string, RefusedOrders>()
  const refusedChanges = new Map<string, RefusedChanges>()
  for (const run of runs) {
    orderCount += run.orderCount
    for (const one of run.refused) add(refused, one.code, one)
    for (const one of run.refusedChanges) add(refusedChanges, `${one.kind} ${one.code}`, one)
  }
  return { orderCount, refused: byCount(refused), refusedChanges: byCount(refusedChanges) }
}

function add<R extends Refusal>(sums: Map<string, R>, key: string, one: R): void {
  const known = sums.get(key)
  if (known === undefined) sums.set(key, one)
  else sums.set(key, { ...(isBefore(one, known) ? one : known), count: known.count + one.count })
}

/** By time; of one time by what they are, so that it is the same one every time. */
function isBefore({ first: one }: Refusal, { first: other }: Refusal): boolean {
  return one.at === other.at ? JSON.stringify(one) < JSON.stringify(other) : one.at < other.at
}

function byCount<R extends Refusal>(sums: ReadonlyMap<string, R>): readonly R[] {
  return [...sums]
    .sort(([key, one], [otherKey, other]) => other.count - one.count || (key < otherKey ? -1 : 1))
    .map(([, sum]) => sum)
}
