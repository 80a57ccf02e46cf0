import type { TickColumns } from '@openclaw-trading/bot-engine/data'

/** The same market as a careless feed tells it: repeated rows, equal times, silent stretches, spikes. */
export function dirty(ticks: TickColumns, spikePoints = 300_000): TickColumns {
  const at = Float64Array.from(ticks.at)
  const bid = Float64Array.from(ticks.bid)
  const ask = Float64Array.from(ticks.ask)
  let silence = 0
  for (let row = 1; row < ticks.length; row++) {
    if (row % 400 === 0) silence += 40_000
    at[row] = row % 7 < 2 ? (at[row - 1] as number) : (ticks.at[row] as number) + silence
    if (row % 11 === 0) {
      bid[row] = bid[row - 1] as number
      ask[row] = ask[row - 1] as number
    }
    if (row % 997 === 0)
      bid[row] = ask[row] = (bid[row] as number) + (row % 2 === 0 ? spikePoints : -spikePoints)
  }
  return { ...ticks, at, bid, ask }
}
