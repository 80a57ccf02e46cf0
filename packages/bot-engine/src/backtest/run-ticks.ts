import { pointsToPrice, type UnixMs } from '@openclaw-trading/trading-model'
import { type MergedTicks, symbolOfRow } from '../data/merged-ticks.ts'
import { EngineError } from '../errors.ts'
import type { SimulatedRun } from './simulated-run.ts'

/**
 * Runs over quotes `from` to `to` in the order that parity rests on: orders due before the quote, then protection on
 * the quote, then the quote for the strategy.
 *
 * @returns the row after the last one handled; less than `to` when the strategy stopped
 * @throws {@link EngineError} `data-out-of-order`, `data-invalid`, `handler-failed`
 */
export function runTicks(run: SimulatedRun, data: MergedTicks, from: number, to: number): number {
  const { exchange, kernel, instrument } = run
  const { at, bid, ask } = data
  const symbolId = instrument.id
  const isSingle = data.symbols === undefined
  let last = from === 0 ? 0 : (at[from - 1] as number)
  for (let row = from; row < to; row++) {
    const time = at[row] as number
    const bidPoints = bid[row] as number
    const askPoints = ask[row] as number
    if (!(time >= last && bidPoints > 0 && askPoints > 0)) throw badTick(data, row, last)
    last = time
    while (exchange.nextDueAt < time) exchange.runDue()
    if (isSingle || symbolOfRow(data, row) === symbolId) {
      exchange.quote(symbolId, time, bidPoints, askPoints)
      kernel.quote(time, bidPoints, askPoints)
    } else {
      exchange.quote(symbolOfRow(data, row), time, bidPoints, askPoints)
      const prices = { bid: pointsToPrice(bidPoints), ask: pointsToPrice(askPoints) }
      kernel.watchedQuote({ type: 'quote', symbolId: symbolOfRow(data, row), at: time as UnixMs, ...prices })
    }
    run.rows = row + 1
    if (kernel.ended !== undefined) return row + 1
  }
  return to
}

function badTick({ at, bid, ask }: MergedTicks, row: number, last: number): EngineError {
  const time = at[row] as number
  if (time < last)
    return new EngineError(
      'data-out-of-order',
      `Row ${row} has the time ${time}, ${last - time} ms before the row above. Sort the data by time.`,
      { details: { row, at: time, previousAt: last } },
    )
  return new EngineError(
    'data-invalid',
    `Row ${row} is no quote: time ${time}, bid ${bid[row]}, ask ${ask[row]}. All three must be numbers above 0.`,
    { details: { row } },
  )
}
