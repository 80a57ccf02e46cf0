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

/** Enough that an account which only pays costs does not run dry within the rows. */
export const BENCH_ACCOUNT = { currency: 'USD', balance: 100_000_000, leverage: 100 }

/** Prints rows per second of wall time since `startedAt`. */
export function report(rows: number, startedAt: bigint, trades: number): void {
  const seconds = Number(process.hrtime.bigint() - startedAt) / 1e9
  const sample: Sample = { figures: { rate: rows / seconds } }
  // A run that does not trade measures nothing.
  if (trades === 0) throw new Error(`No trade in ${rows} rows.`)
  process.stderr.write(`${trades} trades\n`)
  process.stdout.write(`${JSON.stringify(sample)}\n`)
}
