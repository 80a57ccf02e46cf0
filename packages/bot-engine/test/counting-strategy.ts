import { pips, lots } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { defineStrategy } from '../src/index.ts'
import { nextRun } from './runs-made.ts'

const strategy = (name: string, runs: () => number) =>
  defineStrategy({
    name,
    params: z.object({ every: z.int().min(2).default(10) }),
    feeds: () => ({ main: { timeframe: 'm15' } }),
    create({ params }) {
      // Any but the first run trades three bars later.
      const shift = runs() === 0 ? 0 : 3
      let bars = 0
      return {
        onBar(_bar, ctx) {
          bars += 1
          if ((bars + shift) % params.every !== 0) return
          if (ctx.position) ctx.close()
          else ctx.buy({ volume: lots(0.1), stopLoss: { pips: pips(300) } })
        },
      }
    },
  })

let made = 0
/** Counts its runs in a variable of the module. */
export const inModule = strategy('in-module', () => made++)
/** Counts them in a file that it imports. */
export const inImported = strategy('in-imported', nextRun)
/** Counts them where all modules of a thread can. */
export const inGlobal = strategy('in-global', () => {
  const shared = globalThis as { runsMade?: number }
  shared.runsMade = (shared.runsMade ?? -1) + 1
  return shared.runsMade
})
/** Counts nothing. */
export const honest = strategy('honest', () => 0)
