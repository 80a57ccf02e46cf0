// An order that is bigger than the market: what a market order pays, and what a limit waits for.
// Run: npx tsx --conditions=@openclaw-trading/source examples/18-thin-market.ts
import { backtest, defineStrategy, type DepthModel } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { lots, pips, unixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

// #region depth
/** One lot at the quote, two lots 10 cents behind it, two lots half a dollar behind it – and no more until the next quote. */
const depth: DepthModel = {
  levels: [
    { distanceTicks: 0, volume: lots(1) },
    { distanceTicks: 10, volume: lots(2) },
    { distanceTicks: 50, volume: lots(2) },
  ],
}
// #endregion depth

const buyOnce = defineStrategy({
  name: 'buy-once',
  params: z.object({ how: z.enum(['market', 'limit']) }),
  feeds: () => ({ main: { timeframe: 'm1' } }),
  create({ params }) {
    let bars = 0
    return {
      onBar(_bar, ctx) {
        bars += 1
        if (bars === 10) ctx.close()
        if (bars !== 1 || ctx.quote === undefined) return
        const entry = { volume: lots(8), stopLoss: { pips: pips(80) } }
        if (params.how === 'market') ctx.buy(entry)
        else ctx.buy({ ...entry, limit: ctx.quote.ask })
      },
    }
  },
})

for (const how of ['market', 'limit'] as const) {
  const { fills, open } = await backtest(buyOnce, {
    params: { how },
    instrument: SYNTHETIC_XAUUSD,
    account: { currency: 'USD', balance: 100_000, leverage: 100 },
    data: syntheticTicks({
      seed: 1,
      instrument: SYNTHETIC_XAUUSD,
      startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
      until: unixMs(Date.UTC(2025, 0, 6, 7, 12)),
    }),
    venue: { latencyMs: 50, depth },
  })
  const [first] = fills
  console.log(`${how}: 8 lots were asked for`)
  for (const { side, volume, price, at, commission } of fills)
    console.log(
      `  ${side} ${volume} at ${price} after ${at - (first?.at ?? at)} ms, ${commission.minor} cents`,
    )
  console.log(`  left open at the end: ${open[0]?.volume ?? 0} lots`)
}
