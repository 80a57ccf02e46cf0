import {
  type Instrument,
  type Lots,
  lotsToUnits,
  POINTS_PER_UNIT,
  priceToPoints,
} from '@openclaw-trading/trading-model'
import type { MoneyTerms } from '../execution-facts.ts'
import type { TradeNumbers } from '../backtest/trade-numbers.ts'

/** What trades come to in money of the account. */
export interface MultipleTerms {
  readonly instrument: Instrument
  readonly account: MoneyTerms
}

/**
 * Net result ÷ what the first stop would have lost, before costs; NaN without a stop or a rate.
 *
 * @param rate - Deposit currency for one unit of quote currency; see {@link ConversionRates}.
 */
export function multipleOf(
  trades: TradeNumbers,
  row: number,
  { instrument, account }: MultipleTerms,
  rate: number,
): number {
  if (Number.isNaN(trades.initialStopLoss[row])) return Number.NaN
  const units = lotsToUnits(instrument, trades.volume[row] as Lots)
  const risk = distanceOf(trades, row) * units * rate
  return risk > 0 ? (trades.net[row] as number) / 10 ** account.digits / risk : Number.NaN
}

/** From the first fill to the first stop, in price: entries that follow move neither. */
function distanceOf({ openedPrice, entryPrice, initialStopLoss }: TradeNumbers, row: number): number {
  const first = openedPrice[row] as number
  const opened = priceToPoints(Number.isNaN(first) ? (entryPrice[row] as number) : first)
  return Math.abs(opened - priceToPoints(initialStopLoss[row] as number)) / POINTS_PER_UNIT
}

/**
 * Deposit currency for one unit of quote currency, closing by closing: what the venue said of it. Records of before it was
 * kept tell it by what the move earned, to the rounding of that; where nothing moved, the closing before stands in, or
 * the first one of the run that tells it.
 */
export class ConversionRates {
  readonly #terms: MultipleTerms
  readonly #isOne: boolean
  readonly #trades: TradeNumbers
  #last = Number.NaN
  #hasLooked = false

  /** Creates the rates of a run; its closings are asked for in their order. */
  constructor(trades: TradeNumbers, terms: MultipleTerms) {
    this.#trades = trades
    this.#terms = terms
    this.#isOne = terms.instrument.quote === terms.account.currency
  }

  /** The rate of the closing in a row, the one behind that asked for before. NaN: none is known of the whole run. */
  next(row: number): number {
    if (this.#isOne) return 1
    const rate = this.#told(row)
    if (rate > 0) this.#last = rate
    else if (Number.isNaN(this.#last)) this.#lookAhead()
    return this.#last
  }

  #lookAhead(): void {
    if (this.#hasLooked) return
    this.#hasLooked = true
    for (let row = 0; row < this.#trades.count && Number.isNaN(this.#last); row++) {
      const rate = this.#told(row)
      if (rate > 0) this.#last = rate
    }
  }

  /** NaN or 0: the closing tells none. */
  #told(row: number): number {
    const rate = this.#trades.conversionRate[row] as number
    return Number.isNaN(rate) ? this.#earned(row) : rate
  }

  #earned(row: number): number {
    const move = this.#moveOf(row)
    const gross = (this.#trades.gross[row] as number) / 10 ** this.#terms.account.digits
    return move === 0 ? Number.NaN : Math.abs(gross / move)
  }

  /** What a closing earned in quote currency, before costs. */
  #moveOf(row: number): number {
    const { side, entryPrice, exitPrice, volume } = this.#trades
    const units = lotsToUnits(this.#terms.instrument, volume[row] as Lots)
    return ((exitPrice[row] as number) - (entryPrice[row] as number)) * (side[row] === 'buy' ? 1 : -1) * units
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
  readonly #terms: MultipleTerms
  readonly #parts = new Map<number, Part[]>()

  /** Creates an empty collection. */
  constructor(terms: MultipleTerms) {
    this.#terms = terms
  }

  /** Takes the closing in a row. */
  add(trades: TradeNumbers, row: number, rate: number): void {
    const part: Part = {
      row,
      positionId: trades.positionId[row] as number,
      lots: trades.volume[row] as number,
      distance: distanceOf(trades, row),
      rate,
      netMinor: trades.net[row] as number,
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
    const risk = (parts[0]?.distance ?? Number.NaN) * lotsToUnits(this.#terms.instrument, lots as Lots) * rate
    const scale = 10 ** this.#terms.account.digits
    return parts.map(({ row, positionId, lots: own, netMinor }) => ({
      row,
      positionId,
      share: own / lots,
      r: risk > 0 ? netMinor / scale / risk : undefined,
    }))
  }
}
