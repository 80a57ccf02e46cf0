import {
  centsToLots,
  type DealId,
  type Fill,
  type Instrument,
  type Lots,
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
  isBuy: 3,
  volumeCents: 4,
  pricePoints: 5,
  at: 6,
  commission: 7,
  /** NaN: the fill closed nothing, and the numbers behind mean nothing. */
  entryPoints: 8,
  gross: 9,
  sidesCommission: 10,
  swap: 11,
  conversionFee: 12,
  balance: 13,
  conversionRate: 14,
} as const

const WIDTH = 15

/** A number of a fill. */
export type FillColumn = keyof typeof COLUMN

/** The fills of a run, as numbers until somebody reads them. */
export class FillRecords {
  readonly #rows = new NumberRows(WIDTH)
  readonly #account: MoneyTerms
  readonly #instrument: Instrument
  #list: readonly Fill[] = []

  /** Creates an empty list of an account that trades one instrument. */
  constructor(account: MoneyTerms, instrument: Instrument) {
    this.#account = account
    this.#instrument = instrument
  }

  /** Number of fills. */
  get count(): number {
    return this.#rows.count
  }

  /** A number of a fill; money in minor units, prices in 1/100000. */
  number(row: number, column: FillColumn): number {
    return this.#rows.at(row, COLUMN[column])
  }

  /** Volume of a fill. */
  volume(row: number): Lots {
    return centsToLots(this.#instrument, this.#rows.at(row, COLUMN.volumeCents))
  }

  /** Copies a number of each of the fills in `rows`, as {@link FillRecords.number} tells it, into a list of their length. */
  copy(column: FillColumn, into: number[], rows: Int32Array): number[] {
    return this.#rows.copy(COLUMN[column], into, rows)
  }

  /** Copies the volume of each of the fills in `rows` alike. */
  copyVolumes(into: number[], rows: Int32Array): number[] {
    this.copy('volumeCents', into, rows)
    for (let i = 0; i < into.length; i++) into[i] = centsToLots(this.#instrument, into[i] as number)
    return into
  }

  /** Takes a fill. */
  push(deal: DealFacts): void {
    const rows = this.#rows
    let at = rows.begin()
    const { chunk } = rows
    const { closing } = deal
    chunk[at++] = deal.id
    chunk[at++] = deal.orderId
    chunk[at++] = deal.positionId
    chunk[at++] = deal.side === 'buy' ? 1 : 0
    chunk[at++] = deal.volumeCents
    chunk[at++] = deal.pricePoints
    chunk[at++] = deal.executedAt
    chunk[at++] = deal.commissionMinor
    if (closing === undefined) {
      chunk[at] = Number.NaN
      return
    }
    chunk[at++] = closing.entryPoints
    chunk[at++] = closing.grossMinor
    chunk[at++] = closing.commissionMinor
    chunk[at++] = closing.swapMinor
    chunk[at++] = closing.conversionFeeMinor
    chunk[at++] = closing.balanceMinor
    chunk[at++] = closing.conversionRate ?? 1
  }

  /** All fills, in the order of their execution; made at the first call after the last fill. */
  list(): readonly Fill[] {
    if (this.#list.length < this.#rows.count)
      this.#list = Array.from({ length: this.#rows.count }, (_, row) => this.#fill(row))
    return this.#list
  }

  #fill(row: number): Fill {
    const rows = this.#rows
    const entryPoints = rows.at(row, COLUMN.entryPoints)
    const dealId = rows.at(row, COLUMN.dealId) as DealId
    const orderId = rows.at(row, COLUMN.orderId) as OrderId
    const positionId = rows.at(row, COLUMN.positionId) as PositionId
    const side = rows.at(row, COLUMN.isBuy) === 1 ? 'buy' : 'sell'
    const volume = this.volume(row)
    const price = pointsToPrice(rows.at(row, COLUMN.pricePoints))
    const at = rows.at(row, COLUMN.at) as UnixMs
    const commission = this.#money(rows.at(row, COLUMN.commission))
    // One literal for each of both shapes: a spread takes a microsecond.
    if (Number.isNaN(entryPoints)) return { dealId, orderId, positionId, side, volume, price, at, commission }
    const closing: PositionClosing = {
      entryPrice: pointsToPrice(entryPoints),
      gross: this.#money(rows.at(row, COLUMN.gross)),
      commission: this.#money(rows.at(row, COLUMN.sidesCommission)),
      swap: this.#money(rows.at(row, COLUMN.swap)),
      conversionFee: this.#money(rows.at(row, COLUMN.conversionFee)),
      balance: this.#money(rows.at(row, COLUMN.balance)),
      conversionRate: rows.at(row, COLUMN.conversionRate),
    }
    return { dealId, orderId, positionId, side, volume, price, at, commission, closing }
  }

  #money(minor: number): Money {
    return toMoney(minor, this.#account)
  }
}
