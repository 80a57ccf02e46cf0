import { SYNTHETIC_XAUUSD, syntheticTicks, type TickColumns } from '@openclaw-trading/bot-engine/data'
import { unixMs } from '@openclaw-trading/trading-model'

const DAY_MS = 86_400_000
/** Sunday 2025-01-05 18:00 New York, where a week opens. */
const OPENING = 1_736_118_000_000
/** Of the ticks of the market one of so many: a quote each 15 seconds, and all hours of two months in a short run. */
const THINNING = 25

/** Quotes of the seeded market that the reference strategies are checked on, over so many days from 2025-01-05. */
export function referenceQuotes(days: number): TickColumns {
  const all = syntheticTicks({
    seed: 1,
    instrument: SYNTHETIC_XAUUSD,
    startAt: unixMs(OPENING),
    until: unixMs(OPENING + days * DAY_MS),
  })
  const length = Math.floor(all.length / THINNING)
  const thin = (column: Float64Array): Float64Array =>
    Float64Array.from({ length }, (_, row) => column[row * THINNING] as number)
  return { ...all, length, at: thin(all.at), bid: thin(all.bid), ask: thin(all.ask) }
}
