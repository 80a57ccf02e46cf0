import type { TickColumns } from '@openclaw-trading/bot-engine/data'
import { type Bar, pointsToPrice, type UnixMs } from '@openclaw-trading/trading-model'
import type { Past } from './faulty-broker.ts'

const MINUTE_MS = 60_000

/** The first rows of some quotes as m1 bars, the last of them in the making, and the other rows. */
export function splitPast(
  ticks: TickColumns,
  rows: number,
): { readonly past: Past; readonly ticks: TickColumns } {
  const bars: { -readonly [K in keyof Bar]: Bar[K] }[] = []
  for (let row = 0; row < rows; row++) {
    const at = ticks.at[row] as number
    const bid = pointsToPrice(ticks.bid[row] as number)
    const openedAt = (at - (at % MINUTE_MS)) as UnixMs
    const last = bars.at(-1)
    if (last?.openedAt === openedAt) {
      if (bid > last.high) last.high = bid
      if (bid < last.low) last.low = bid
      last.close = bid
      last.tickVolume += 1
    } else
      bars.push({
        type: 'bar',
        symbolId: ticks.symbolId,
        timeframe: 'm1',
        openedAt,
        closedAt: (openedAt + MINUTE_MS) as UnixMs,
        ...{ open: bid, high: bid, low: bid, close: bid, tickVolume: 1 },
      })
  }
  const forming = bars.pop()
  if (forming === undefined) throw new Error('No rows, no past.')
  const rest = { at: ticks.at.subarray(rows), bid: ticks.bid.subarray(rows), ask: ticks.ask.subarray(rows) }
  return { past: { closed: bars, forming }, ticks: { ...ticks, ...rest, length: ticks.length - rows } }
}
