import { type BarColumns, SYNTHETIC_XAUUSD, syntheticBars } from '@openclaw-trading/bot-engine/data'
import { unixMs } from '@openclaw-trading/trading-model'
import type { Sample } from '../row.ts'

const BENCH_START = unixMs(Date.UTC(2025, 0, 5, 23))

/** The bars of the row: M1 of the seeded synthetic XAUUSD market. */
export function benchBars(count: number): BarColumns {
  return syntheticBars({
    instrument: SYNTHETIC_XAUUSD,
    seed: 1,
    startAt: BENCH_START,
    timeframe: 'm1',
    count,
  })
}

/** Prints bars per second of wall time since `startedAt`. */
export function report(bars: number, startedAt: bigint, trades: number): void {
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9
  const sample: Sample = { figures: { rate: bars / seconds } }
  process.stderr.write(`${trades} trades\n`)
  process.stdout.write(`${JSON.stringify(sample)}\n`)
}
