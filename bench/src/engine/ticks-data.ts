import { SYNTHETIC_XAUUSD, syntheticTicks, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { unixMs } from '@openclaw-trading/trading-model'

const BENCH_START = unixMs(Date.UTC(2025, 0, 5, 23))
/** Made once and repeated with later times: making a tick takes longer than handling it. */
const MADE = 100_000

/** The ticks of the row: the seeded synthetic XAUUSD market, repeated after itself. */
export function benchTicks(count: number): TickColumns {
  const made = syntheticTicks({
    instrument: SYNTHETIC_XAUUSD,
    seed: 1,
    startAt: BENCH_START,
    count: Math.min(count, MADE),
  })
  const span = (made.at[made.length - 1] ?? 0) - (made.at[0] ?? 0) + 1
  const at = new Float64Array(count)
  const bid = new Float64Array(count)
  const ask = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    const from = i % made.length
    at[i] = (made.at[from] ?? 0) + Math.floor(i / made.length) * span
    bid[i] = made.bid[from] ?? 0
    ask[i] = made.ask[from] ?? 0
  }
  return { ...made, length: count, at, bid, ask }
}

/** Ticks between two looks for an entry. */
export const ENTRY_EVERY = 500
/** Distance of the stop in US dollars; the target is 1.5 times as far. */
export const STOP_DISTANCE = 2
