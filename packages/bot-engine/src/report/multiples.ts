import {
  type Instrument,
  type Lots,
  lotsToUnits,
  POINTS_PER_UNIT,
  priceToPoints,
} from '@openclaw-trading/trading-model'
import { eachTrade, type TradeNumbers } from '../backtest/each-trade.ts'
import type { MoneyTerms } from '../execution-facts.ts'
import type { BacktestReport } from '../backtest/report.ts'

/**
 * Net result ÷ what the first stop would have lost, before costs; `undefined` without a stop or a rate.
 *
 * @param rate - Deposit currency for one unit of quote currency; see {@link ConversionRates}.
 */
export function multipleOf(
  trade: Readonly<TradeNumbers>,
  instrument: Instrument,
  account: MoneyTerms,
  rate: number,
): number | undefined {
  if (Number.isNaN(trade.initialStopLoss)) return undefined
  const risk = distanceOf(trade) * lotsToUnits(instrument, trade.volume as Lots) * rate
  return risk > 0 ? trade.net / 10 ** account.digits / risk : undefined
}

/** From the first fill to the first stop, in price: entries that follow move neither. */
function distanceOf({ openedPrice, entryPrice, initialStopLoss }: Readonly<TradeNumbers>): number {
  const opened = priceToPoints(Number.isNaN(openedPrice) ? entryPrice : openedPrice)
  return Math.abs(opened - priceToPoints(initialStopLoss)) / POINTS_PER_UNIT
}

/** What a closing earned in quote currency, before costs. */
function moveOf(
  { side, entryPrice, exitPrice, volume }: Readonly<TradeNumbers>,
  instrument: Instrument,
): number {
  const units = lotsToUnits(instrument, volume as Lots)
  return (exitPrice - entryPrice) * (side === 'buy' ? 1 : -1) * units
}

/**
 * Deposit currency for one unit of quote currency, closing by closing: what the venue said of it. Records of before it was
 * kept tell it by what the move earned, to the rounding of that; where nothing moved, the closing before stands in, or
 * the first one of the run that tells it.
 */
export class ConversionRates {
  readonly #instrument: Instrument
  readonly #account: MoneyTerms
  readonly #isOne: boolean
  readonly #report: BacktestReport
  #last = Number.NaN
  #hasLooked = false

  /** Creates the rates of a run; its closings are asked for in their order. */
  constructor(report: BacktestReport, instrument: Instrument, account: MoneyTerms) {
    this.#report = report
    this.#instrument = instrument
    this.#account = account
    this.#isOne = instrument.quote === account.currency
  }

  /** The rate of the next closing. NaN: none is known of the whole run. */
  next(trade: Readonly<TradeNumbers>): number {
    if (this.#isOne) return 1
    const rate = this.#told(trade)
    if (rate > 0) this.#last = rate
    else if (Number.isNaN(this.#last)) this.#lookAhead()
    return this.#last
  }

  #lookAhead(): void {
    if (this.#hasLooked) return
    this.#hasLooked = true
    eachTrade(this.#report, trade => {
      const rate = this.#told(trade)
      if (Number.isNaN(this.#last) && rate > 0) this.#last = rate
    })
  }

  /** NaN or 0: the closing tells none. */
  #told(trade: Readonly<TradeNumbers>): number {
    return Number.isNaN(trade.conversionRate) ? this.#earned(trade) : trade.conversionRate
  }

  #earned(trade: Readonly<TradeNumbers>): number {
    const move = moveOf(trade, this.#instrument)
    return move === 0 ? Number.NaN : Math.abs(trade.gross / 10 ** this.#account.digits / move)
  }
}

/** A closing of a position that has several, or is still open in part. */
interface Part {
  readonly row: number
  readonly positionId: number
  readonly lots: number
  /** NaN: there was no stop. */
  readonly distance: number
  /** NaN: none is known. */
  readonly rate: number
  readonly netMinor: number
}

/** What is known of a part once its whole position is. */
export interface KnownPart {
  readonly row: number
  readonly positionId: number
  /** Of the volume opened. */
  readonly share: number
  /** Its part of the position's multiple: those of all parts add up to it. */
  readonly r: number | undefined
}

/** Closings of a part of a position, until all of them are seen. */
export class Parts {
  readonly #instrument: Instrument
  readonly #account: MoneyTerms
  readonly #parts = new Map<number, Part[]>()

  /** Creates an empty collection. */
  constructor(instrument: Instrument, account: MoneyTerms) {
    this.#instrument = instrument
    this.#account = account
  }

  /** Takes a closing. */
  add(trade: Readonly<TradeNumbers>, row: number, rate: number): void {
    const part: Part = {
      row,
      positionId: trade.positionId,
      lots: trade.volume,
      distance: distanceOf(trade),
      rate,
      netMinor: trade.net,
    }
    const known = this.#parts.get(part.positionId)
    if (known === undefined) this.#parts.set(part.positionId, [part])
    else known.push(part)
  }

  /** The parts with what they are of; `openLots` is what is still open of a position. */
  known(openLots: (positionId: number) => number): readonly KnownPart[] {
    return [...this.#parts].flatMap(([positionId, parts]) => this.#knownOf(parts, openLots(positionId)))
  }

  #knownOf(parts: readonly Part[], openLots: number): readonly KnownPart[] {
    const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0)
    const closed = sum(part => part.lots)
    const lots = closed + openLots
    const rate = sum(part => part.rate * part.lots) / closed
    const risk = (parts[0]?.distance ?? Number.NaN) * lotsToUnits(this.#instrument, lots as Lots) * rate
    const scale = 10 ** this.#account.digits
    return parts.map(({ row, positionId, lots: own, netMinor }) => ({
      row,
      positionId,
      share: own / lots,
      r: risk > 0 ? netMinor / scale / risk : undefined,
    }))
  }
}
