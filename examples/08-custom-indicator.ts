// An indicator is an object with `push`, `value` and `ready`: the same one works in backtest and live.
// Run: npx tsx --conditions=@openclaw-trading/source examples/08-custom-indicator.ts
import { backtest, defineStrategy, ema, type Indicator } from '@openclaw-trading/bot-engine'
import { SYNTHETIC_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { formatMoney, pips, unixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'

/** Distance of the price from its average, in average distances: stretched beyond ±2. */
class Stretch implements Indicator<number, number> {
  readonly #average: Indicator<number, number>
  readonly #distance: Indicator<number, number>
  value: number | undefined = undefined

  constructor(period: number) {
    this.#average = ema(period)
    this.#distance = ema(period)
  }

  get ready(): boolean {
    return this.value !== undefined
  }

  push(price: number): number | undefined {
    const average = this.#average.push(price)
    if (average === undefined) return undefined
    const usual = this.#distance.push(Math.abs(price - average))
    this.value = usual === undefined || usual === 0 ? undefined : (price - average) / usual
    return this.value
  }
}

const stretchFade = defineStrategy({
  name: 'stretch-fade',
  params: z.object({ period: z.int().min(5).default(30), limit: z.number().positive().default(2.5) }),
  feeds: p => ({ main: { timeframe: 'm5', history: 2 * p.period } }),
  create({ params }) {
    const stretch = new Stretch(params.period)
    return {
      onBar(bar, ctx) {
        const value = stretch.push(bar.close)
        if (value === undefined || ctx.position !== undefined || ctx.pendingEntries > 0) return
        const entry = { riskPercent: 0.5, stopLoss: { pips: pips(40) }, takeProfit: { pips: pips(25) } }
        if (value > params.limit) ctx.sell(entry)
        if (value < -params.limit) ctx.buy(entry)
      },
    }
  },
})

const data = { seed: 3, instrument: SYNTHETIC_XAUUSD, startAt: unixMs(Date.UTC(2025, 0, 6, 7)) }
const report = await backtest(stretchFade, {
  params: {},
  instrument: SYNTHETIC_XAUUSD,
  account: { currency: 'USD', balance: 10_000, leverage: 100 },
  data: syntheticTicks({ ...data, until: unixMs(Date.UTC(2025, 0, 10, 21)) }),
})
console.log(`${report.metrics.tradeCount} trades, ${formatMoney(report.metrics.netProfit)}`)
