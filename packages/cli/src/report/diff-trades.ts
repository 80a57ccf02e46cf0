import type { RunTrade } from '@openclaw-trading/bot-engine/report'

/** In what a trade differs from the one it is matched with. */
export type Cause = 'same' | 'time' | 'size' | 'price' | 'cost' | 'missing' | 'extra'

/** In the order in which they are looked for: an exit at another time has another price too, and its time is the cause. */
export const CAUSES: readonly Cause[] = ['same', 'time', 'size', 'price', 'cost', 'missing', 'extra']

/** A trade of the first run and the one of the second that it is matched with. */
export interface TradePair {
  readonly cause: Cause
  /** Absent: `extra`, the second run alone has it. */
  readonly one?: RunTrade
  /** Absent: `missing`, the first run alone has it. */
  readonly other?: RunTrade
}

/** Trades of one cause, and what they make of the net result. */
export interface CauseTotal {
  readonly cause: Cause
  readonly trades: number
  /** Net of the second run less net of the first, in the currency of the account. */
  readonly netDifference: number
}

/** Half of the smallest unit of money and of price: sums of decimals are not exact. */
const MONEY = 0.005
const PRICE = 0.000_005

/**
 * Matches the trades of two runs by side and time of entry; of what is left, an entry of the same side within
 * `toleranceMs` is the same trade at another time. In order of the entries.
 */
export function diffTrades(
  ones: readonly RunTrade[],
  others: readonly RunTrade[],
  toleranceMs: number,
): readonly TradePair[] {
  const exact = match(ones, others, 0)
  const near = match(exact.ones, exact.others, toleranceMs)
  const pairs: TradePair[] = [
    ...[...exact.pairs, ...near.pairs].map(([one, other]) => ({ cause: causeOf(one, other), one, other })),
    ...near.ones.map(one => ({ cause: 'missing' as const, one })),
    ...near.others.map(other => ({ cause: 'extra' as const, other })),
  ]
  const entryAt = ({ one, other }: TradePair) => (one ?? other)?.openedAt ?? 0
  return pairs.sort((a, b) => entryAt(a) - entryAt(b))
}

interface Matched {
  readonly pairs: readonly (readonly [RunTrade, RunTrade])[]
  readonly ones: readonly RunTrade[]
  readonly others: readonly RunTrade[]
}

/** Each trade takes the earliest free one within reach; both lists are walked once. */
function match(ones: readonly RunTrade[], others: readonly RunTrade[], toleranceMs: number): Matched {
  const matched = (['buy', 'sell'] as const).map(side =>
    matchSide(byEntry(ones, side), byEntry(others, side), toleranceMs),
  )
  return {
    pairs: matched.flatMap(({ pairs }) => pairs),
    ones: matched.flatMap(side => side.ones),
    others: matched.flatMap(side => side.others),
  }
}

function matchSide(ones: readonly RunTrade[], others: readonly RunTrade[], toleranceMs: number): Matched {
  const pairs: (readonly [RunTrade, RunTrade])[] = []
  const left: RunTrade[] = []
  const free: RunTrade[] = []
  let next = 0
  for (const one of ones) {
    let other = others[next]
    while (other !== undefined && other.openedAt < one.openedAt - toleranceMs) {
      free.push(other)
      next += 1
      other = others[next]
    }
    if (other === undefined || other.openedAt > one.openedAt + toleranceMs) left.push(one)
    else {
      pairs.push([one, other])
      next += 1
    }
  }
  return { pairs, ones: left, others: [...free, ...others.slice(next)] }
}

function byEntry(trades: readonly RunTrade[], side: RunTrade['side']): readonly RunTrade[] {
  return trades.filter(trade => trade.side === side).sort((one, other) => one.openedAt - other.openedAt)
}

function causeOf(one: RunTrade, other: RunTrade): Cause {
  if (one.openedAt !== other.openedAt || one.closedAt !== other.closedAt) return 'time'
  if (one.lots !== other.lots) return 'size'
  const isPriced = (of: (trade: RunTrade) => number) => Math.abs(of(one) - of(other)) > PRICE
  if (isPriced(trade => trade.entryPrice) || isPriced(trade => trade.exitPrice)) return 'price'
  return Math.abs(costOf(one) - costOf(other)) > MONEY || Math.abs(one.net - other.net) > MONEY
    ? 'cost'
    : 'same'
}

function costOf({ commission, swap, conversionFee }: RunTrade): number {
  return commission + swap + conversionFee
}

/** How many trades each cause has, and what they make of the result; causes without trades are left out. */
export function totalsOf(pairs: readonly TradePair[]): readonly CauseTotal[] {
  return CAUSES.flatMap(cause => {
    const own = pairs.filter(pair => pair.cause === cause)
    const netDifference = own.reduce((sum, { one, other }) => sum + (other?.net ?? 0) - (one?.net ?? 0), 0)
    return own.length === 0 ? [] : [{ cause, trades: own.length, netDifference }]
  })
}
