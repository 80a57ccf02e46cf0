import { type BarColumns, defineStrategy } from '../src/index.ts'
import { SYNTHETIC_XAUUSD } from '../src/data/index.ts'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/** Bars of {@link waveBars}. */
const LENGTH = 400
/** Where the wave is lowest and highest. */
export const OPTIMUM = { buyAt: 100, sellAt: 300 } as const

/** Buys at one bar and closes at a later one: on a wave there is one best pair. */
export const buyAndSell = defineStrategy({
  name: 'buy-and-sell',
  params: z
    .object({ buyAt: z.int().min(1).max(LENGTH), sellAt: z.int().max(LENGTH) })
    .refine(p => p.buyAt < p.sellAt, 'buyAt must be before sellAt'),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ params }) {
    let bars = 0
    return {
      onBar(_, ctx) {
        bars += 1
        if (bars === params.buyAt) ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(1_500) } })
        if (bars === params.sellAt) ctx.close()
      },
    }
  },
})

/** One wave without noise: down until {@link OPTIMUM}.buyAt, up until its sellAt, down again. */
export function waveBars(): BarColumns {
  // A Monday's seven hours without a break.
  const startAt = Date.UTC(2025, 0, 6, 6)
  const price = (bar: number) => Math.round((2000 - 50 * Math.sin((bar * Math.PI) / 200)) * 100) * 1000
  const column = (value: (bar: number) => number) =>
    Float64Array.from({ length: LENGTH }, (_, bar) => value(bar))
  // A decision at the close of bar n fills at the open of bar n + 1, which is price(n + 1).
  const openedAt = column(bar => startAt + bar * 60_000)
  return {
    type: 'bars',
    symbolId: SYNTHETIC_XAUUSD.id,
    timeframe: 'm1',
    length: LENGTH,
    openedAt,
    open: column(price),
    high: column(bar => Math.max(price(bar), price(bar + 1))),
    low: column(bar => Math.min(price(bar), price(bar + 1))),
    close: column(bar => price(bar + 1)),
    tickVolume: column(() => 100),
  }
}
