import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { type AnyStrategy, backtest, defineStrategy } from '@openclaw-trading/bot-engine'
import { type BarColumns, SYNTHETIC_XAUUSD, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { lots, pips } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import type { Sample } from '../row.ts'
import { BENCH_ACCOUNT } from './bars-data.ts'
import { STOP_DISTANCE } from './ticks-data.ts'

// The same trades in both runs: what grows then grows with the rows alone.

const ENTRIES = 200
const EVERY = 50
const MB = 1024 * 1024

function fewTrades(feeds: object): AnyStrategy {
  return defineStrategy({
    name: 'few-trades',
    params: z.object({}),
    feeds: () => ({ ...feeds }),
    create() {
      let seen = 0
      let entries = 0
      const entry = {
        volume: lots(0.1),
        stopLoss: { pips: pips(STOP_DISTANCE * 10) },
        takeProfit: { pips: pips(STOP_DISTANCE * 15) },
      }
      const look = (ctx: { readonly position: unknown; buy(order: typeof entry): unknown }): void => {
        if (++seen % EVERY !== 0 || entries === ENTRIES || ctx.position !== undefined) return
        entries++
        ctx.buy(entry)
      }
      return {
        onBar: (_bar, ctx) => look(ctx),
        onQuote: (_quote, ctx) => look(ctx),
      }
    },
  })
}

async function peakOf(strategy: AnyStrategy, data: TickColumns | BarColumns): Promise<number> {
  const { metrics } = await backtest(strategy, {
    params: {},
    // The repeated market runs through weekends.
    instrument: { ...SYNTHETIC_XAUUSD, hours: { timeZone: 'UTC', sessions: [], holidays: [] } },
    data,
    account: BENCH_ACCOUNT,
  })
  if (metrics.tradeCount === 0) throw new Error(`No trade in ${data.length} rows.`)
  return process.resourceUsage().maxRSS / 1024
}

/**
 * Prints how much the peak of the process grows from a tenth of the rows to all of them, in MB.
 *
 * @param resultBytes - Of the results of a row, which are not counted.
 */
export async function reportGrowth(
  data: TickColumns | BarColumns,
  feeds: object,
  resultBytes: number,
): Promise<void> {
  const strategy = fewTrades(feeds)
  const tenth = await peakOf(strategy, { ...data, length: data.length / 10 })
  // Its report would stay beside that of the whole otherwise.
  setFlagsFromString('--expose-gc')
  runInNewContext('gc')()
  const growth = (await peakOf(strategy, data)) - tenth
  const sample: Sample = { figures: { growth: growth - (resultBytes * data.length * 0.9) / MB } }
  process.stdout.write(`${JSON.stringify(sample)}\n`)
}
