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

/** When a run began, by the clock and by the time of the processor. */
export interface RunStart {
  readonly at: bigint
  readonly cpu: NodeJS.CpuUsage
}

/** Starts to measure a run. */
export function startRun(): RunStart {
  return { at: process.hrtime.bigint(), cpu: process.cpuUsage() }
}

/**
 * Prints rows per second of wall time, the processor's time per row in nanoseconds, of all threads, and the most memory
 * that the process ever held.
 *
 * @param check - The same number for all that did the same work.
 */
export function report(rows: number, start: RunStart, trades: number, check?: number): void {
  const seconds = Number(process.hrtime.bigint() - start.at) / 1e9
  const { user, system } = process.cpuUsage(start.cpu)
  const figures = {
    rate: rows / seconds,
    cpu: ((user + system) * 1000) / rows,
    peak: process.resourceUsage().maxRSS / 1024,
  }
  const sample: Sample = check === undefined ? { figures } : { figures, check }
  // A run that does not trade measures nothing.
  if (trades === 0) throw new Error(`No trade in ${rows} rows.`)
  process.stderr.write(`${trades} trades\n`)
  process.stdout.write(`${JSON.stringify(sample)}\n`)
}
