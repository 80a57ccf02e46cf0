import {
  centsToLots,
  type DealId,
  type Fill,
  type Instrument,
  type Money,
  type OrderId,
  pointsToPrice,
  type PositionClosing,
  type PositionId,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { type DealFacts, type MoneyTerms, toMoney } from '../execution-facts.ts'
import { NumberRows } from './number-rows.ts'

/** In the order in which {@link FillRecords.push} writes them. */
const COLUMN = {
  dealId: 0,
  orderId: 1,
  positionId: 2,
  /** Below 0: sold. */
  volumeCents: 3,
  pricePoints: 4,
  at: 5,
  commission: 6,
  /** Row of what the fill closed; −1: nothing. */
  closing: 7,
} as const
const WIDTH = 8

/** What a fill closed, alike. */
const CLOSING = {
  entryPoints: 0,
  gross: 1,
  sidesCommission: 2,
  swap: 3,
  conversionFee: 4,
  balance: 5,
  conversionRate: 6,
} as const
const CLOSING_WIDTH = 7

/** A number of a fill. */
export type FillColumn = keyof typeof COLUMN
/** A number of what a fill closed. */
export type ClosingColumn = keyof typeof CLOSING

/** The fills of a run, as numbers until somebody reads them. */
export class FillRecords {
  /** One for each fill; read by the trades for its count alone: a property, and not a getter that each fill would call. */
  readonly rows = new NumberRows(WIDTH)
  private readonly closings = new NumberRows(CLOSING_WIDTH)
  private readonly account: MoneyTerms
  private readonly instrument: Instrument
  private fillObjects: readonly Fill[] = []

  /** Creates an empty list of an account that trades one instrument. */
  constructor(account: MoneyTerms, instrument: Instrument) {
    this.account = account
    this.instrument = instrument
  }

  /** A number of a fill; money in minor units, prices in 1/100000. */
  number(row: number, column: FillColumn): number {
    return this.rows.at(row, COLUMN[column])
  }

  /** Copies a number of each of the fills in `rows` into a list of their length. */
  copy(column: FillColumn, into: number[], rows: Int32Array): number[] {
    return this.rows.copy(COLUMN[column], into, rows)
  }

  /** Where what each of the fills in `rows` closed is written; each closed something. */
  closingRows(rows: Int32Array): Int32Array {
    const closings = new Int32Array(rows.length)
    for (let i = 0; i < rows.length; i++) closings[i] = this.rows.at(rows[i] as number, COLUMN.closing)
    return closings
  }

  /** Copies a number of each of the closings in `rows` into a list of their length. */
  copyClosings(column: ClosingColumn, into: number[], rows: Int32Array): number[] {
    return this.closings.copy(CLOSING[column], into, rows)
  }

  /** Copies the volume of each of the fills in `rows` in lots alike. */
  copyVolumes(into: number[], rows: Int32Array): number[] {
    this.copy('volumeCents', into, rows)
    for (let i = 0; i < into.length; i++) into[i] = centsToLots(this.instrument, Math.abs(into[i] as number))
    return into
  }

  /** Forgets the fills and keeps the room. */
  clear(): void {
    this.rows.clear()
    this.closings.clear()
    this.fillObjects = []
  }

  /** Takes a fill. */
  push(deal: DealFacts): void {
    const rows = this.rows
    let at = rows.begin()
    const { chunk } = rows
    const { closing } = deal
    chunk[at++] = deal.id
    chunk[at++] = deal.orderId
    chunk[at++] = deal.positionId
    chunk[at++] = deal.side === 'buy' ? deal.volumeCents : -deal.volumeCents
    chunk[at++] = deal.pricePoints
    chunk[at++] = deal.executedAt
    chunk[at++] = deal.commissionMinor
    chunk[at++] = closing === undefined ? -1 : this.closings.count
    if (closing === undefined) return
    at = this.closings.begin()
    const closed = this.closings.chunk
    closed[at++] = closing.entryPoints
    closed[at++] = closing.grossMinor
    closed[at++] = closing.commissionMinor
    closed[at++] = closing.swapMinor
    closed[at++] = closing.conversionFeeMinor
    closed[at++] = closing.balanceMinor
    closed[at++] = closing.conversionRate ?? 1
  }

  /** All fills, in the order of their execution; made at the first call after the last fill. */
  list(): readonly Fill[] {
    if (this.fillObjects.length < this.rows.count)
      this.fillObjects = Array.from({ length: this.rows.count }, (_, row) => this.fill(row))
    return this.fillObjects
  }

  private fill(row: number): Fill {
    const rows = this.rows
    const cents = rows.at(row, COLUMN.volumeCents)
    const dealId = rows.at(row, COLUMN.dealId) as DealId
    const orderId = rows.at(row, COLUMN.orderId) as OrderId
    const positionId = rows.at(row, COLUMN.positionId) as PositionId
    const side = cents < 0 ? 'sell' : 'buy'
    const volume = centsToLots(this.instrument, Math.abs(cents))
    const price = pointsToPrice(rows.at(row, COLUMN.pricePoints))
    const at = rows.at(row, COLUMN.at) as UnixMs
    const commission = this.money(rows.at(row, COLUMN.commission))
    const closing = this.closing(rows.at(row, COLUMN.closing))
    // One literal for each of both shapes: a spread takes a microsecond.
    if (closing === undefined) return { dealId, orderId, positionId, side, volume, price, at, commission }
    return { dealId, orderId, positionId, side, volume, price, at, commission, closing }
  }

  private closing(row: number): PositionClosing | undefined {
    if (row < 0) return undefined
    const rows = this.closings
    return {
      entryPrice: pointsToPrice(rows.at(row, CLOSING.entryPoints)),
      gross: this.money(rows.at(row, CLOSING.gross)),
      commission: this.money(rows.at(row, CLOSING.sidesCommission)),
      swap: this.money(rows.at(row, CLOSING.swap)),
      conversionFee: this.money(rows.at(row, CLOSING.conversionFee)),
      balance: this.money(rows.at(row, CLOSING.balance)),
      conversionRate: rows.at(row, CLOSING.conversionRate),
    }
  }

  private money(minor: number): Money {
    return toMoney(minor, this.account)
  }
}
