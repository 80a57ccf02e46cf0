import {
  type Instrument,
  type Lots,
  lotsToUnits,
  POINTS_PER_UNIT,
  priceToPoints,
} from '@openclaw-trading/trading-model'
import type { TradeNumbers } from '../backtest/each-trade.ts'
import type { MoneyTerms } from '../backtest/fill-records.ts'

/** Net result ÷ what the first stop would have lost, before costs; `undefined` without a stop. */
export function multipleOf(
  trade: Readonly<TradeNumbers>,
  instrument: Instrument,
  account: MoneyTerms,
): number | undefined {
  if (Number.isNaN(trade.initialStopLoss)) return undefined
  const move = moveOf(trade, instrument)
  const rate = rateOf(trade.gross, move, instrument, account)
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

/** Deposit currency for one unit of quote currency, from what moves earned; 1 where nothing moved. */
function rateOf(grossMinor: number, move: number, { quote }: Instrument, account: MoneyTerms): number {
  if (quote === account.currency || move === 0) return 1
  return Math.abs(grossMinor / 10 ** account.digits / move)
}

/** A closing of a position that has several, or is still open in part. */
interface Part {
  readonly row: number
  readonly positionId: number
  readonly lots: number
  /** NaN: there was no stop. */
  readonly distance: number
  readonly move: number
  readonly grossMinor: number
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
  add(trade: Readonly<TradeNumbers>, row: number): void {
    const part: Part = {
      row,
      positionId: trade.positionId,
      lots: trade.volume,
      distance: distanceOf(trade),
      move: moveOf(trade, this.#instrument),
      grossMinor: trade.gross,
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
    const lots = sum(part => part.lots) + openLots
    // Sizes and not results: a gain and a loss would leave little to divide by.
    const gross = sum(({ grossMinor }) => Math.abs(grossMinor))
    const rate = rateOf(
      gross,
      sum(({ move }) => Math.abs(move)),
      this.#instrument,
      this.#account,
    )
    const risk = (parts[0]?.distance ?? Number.NaN) * lotsToUnits(this.#instrument, lots as Lots) * rate
    const scale = 10 ** this.#account.digits
    return parts.map(({ row, positionId, lots: closed, netMinor }) => ({
      row,
      positionId,
      share: closed / lots,
      r: risk > 0 ? netMinor / scale / risk : undefined,
    }))
  }
}
