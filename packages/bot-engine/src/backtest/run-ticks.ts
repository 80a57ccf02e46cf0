import { pointsToPrice, type UnixMs } from '@openclaw-trading/trading-model'
import { type MergedTicks, symbolOfRow } from '../data/merged-ticks.ts'
import type { EngineError } from '../errors.ts'
import type { SimulatedRun } from './simulated-run.ts'

/**
 * Runs over quotes `from` to `to`, which were checked before, in the order that parity rests on: orders due before the
 * quote, then protection on the quote, then the quote for the strategy.
 *
 * @returns the row after the last one handled; less than `to` when the strategy stopped
 * @throws {@link EngineError} `handler-failed`
 */
export function runTicks(run: SimulatedRun, data: MergedTicks, from: number, to: number): number {
  const done = data.symbols === undefined ? runOne(run, data, from, to) : runMerged(run, data, from, to)
  run.rows = done
  return done
}

/** Quotes of one symbol. */
function runOne(run: SimulatedRun, { at, bid, ask }: MergedTicks, from: number, to: number): number {
  const { exchange, kernel, instrument } = run
  const symbolId = instrument.id
  for (let row = from; row < to; row++) {
    const time = at[row] as number
    const bidPoints = bid[row] as number
    const askPoints = ask[row] as number
    while (exchange.nextDueAt < time) exchange.runDue()
    exchange.quote(symbolId, time, bidPoints, askPoints)
    kernel.quote(time, bidPoints, askPoints)
    if (kernel.ended !== undefined) return row + 1
  }
  return to
}

/** Quotes of the symbol that is traded and of others that are watched. */
function runMerged(run: SimulatedRun, data: MergedTicks, from: number, to: number): number {
  const { exchange, kernel, instrument } = run
  const { at, bid, ask } = data
  for (let row = from; row < to; row++) {
    const time = at[row] as number
    const bidPoints = bid[row] as number
    const askPoints = ask[row] as number
    const symbolId = symbolOfRow(data, row)
    while (exchange.nextDueAt < time) exchange.runDue()
    exchange.quote(symbolId, time, bidPoints, askPoints)
    if (symbolId === instrument.id) kernel.quote(time, bidPoints, askPoints)
    else {
      const prices = { bid: pointsToPrice(bidPoints), ask: pointsToPrice(askPoints) }
      kernel.watchedQuote({ type: 'quote', symbolId, at: time as UnixMs, ...prices })
    }
    if (kernel.ended !== undefined) return row + 1
  }
  return to
}
