import {
  type BacktestReport,
  computeMetrics,
  type EquityColumns,
  type Metrics,
} from '@openclaw-trading/bot-engine'
import { cutOf } from '../research/held-back.ts'

/** The key figures of a span of a run. */
export interface RunPart {
  /** `in-sample` and `out-of-sample`; `last 30 %` where others have tried on the latter. */
  readonly name: string
  /** Market time in milliseconds, first included, last excluded. */
  readonly from: number
  readonly to: number
  readonly metrics: Metrics
}

/**
 * Cuts a run in two by time: what one may look at while one chooses, and what one may not. A trade belongs to the part
 * in which its last closing was, the money of each closing to that of its own time.
 */
export function partsOf(
  report: Pick<BacktestReport, 'trades' | 'roundTrips' | 'equity'>,
  span: { readonly firstAt: number; readonly lastAt: number },
  outOfSampleShare: number,
  account: { readonly currency: string; readonly digits: number },
): readonly RunPart[] {
  const cut = cutOf(span, outOfSampleShare)
  const end = Number.POSITIVE_INFINITY
  const spans =
    outOfSampleShare > 0
      ? [
          { name: 'in-sample', from: span.firstAt, to: cut },
          { name: 'out-of-sample', from: cut, to: end },
        ]
      : [{ name: 'in-sample', from: span.firstAt, to: end }]
  return spans
    .filter(({ from, to }) => to > from)
    .map(({ name, from, to }) => {
      const isWithin = ({ closedAt }: { readonly closedAt: number }) => closedAt >= from && closedAt < to
      const trades = report.trades.filter(isWithin)
      const roundTrips = report.roundTrips.filter(isWithin)
      return {
        name,
        from,
        to: Math.min(to, span.lastAt),
        metrics: computeMetrics({ trades, roundTrips }, equityBetween(report.equity, from, to), account),
      }
    })
}

/** The samples of a span of time, first included, last excluded. */
export function equityBetween(
  { at, equityMinor, length, dayEnd }: EquityColumns,
  from: number,
  to: number,
): EquityColumns {
  const start = firstFrom(at, length, from)
  const end = firstFrom(at, length, to)
  return {
    length: end - start,
    at: at.subarray(start, end),
    equityMinor: equityMinor.subarray(start, end),
    dayEnd,
  }
}

/** Index of the first sample at or after an instant. */
function firstFrom(at: Float64Array, length: number, instant: number): number {
  let low = 0
  let high = length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((at[middle] as number) < instant) low = middle + 1
    else high = middle
  }
  return low
}
