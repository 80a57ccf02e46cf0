import type { Instrument } from '@openclaw-trading/trading-model'
import type { MoneyTerms } from '../execution-facts.ts'
import { EquityCurve } from './equity-curve.ts'
import { FillRecords } from './fill-records.ts'
import { TradeRecords } from './trade-records.ts'

/**
 * What a run writes down, as numbers: equity, fills, trades.
 *
 * A sweep gives the room of one run to the next: memory that is touched for the first time takes longer than writing to
 * it, and two threads wait for each other over it.
 */
export class RunRecords {
  readonly curve: EquityCurve
  readonly fills: FillRecords
  readonly trades: TradeRecords

  /** Creates empty records of an account that trades one instrument, with room for `samples` of its equity. */
  constructor(account: MoneyTerms, instrument: Instrument, samples?: number) {
    this.curve = new EquityCurve(samples)
    this.fills = new FillRecords(account, instrument)
    this.trades = new TradeRecords(account, this.fills)
  }

  /** Forgets a run and keeps the room: what was given out of it, and not read yet, is of the next run then. */
  clear(): void {
    this.curve.clear()
    this.fills.clear()
    this.trades.clear()
  }
}
