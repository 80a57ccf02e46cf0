import {
  type DealId,
  type Fill,
  type Lots,
  money,
  type Money,
  type OrderId,
  type PositionClosing,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { NumberRows } from './number-rows.ts'

/** The money of an account. */
export interface MoneyTerms {
  readonly currency: string
  readonly digits: number
}

/** In the order in which {@link FillRecords.push} writes them. */
const COLUMN = {
  dealId: 0,
  orderId: 1,
  positionId: 2,
  isBuy: 3,
  volume: 4,
  price: 5,
  at: 6,
  commission: 7,
  /** NaN: the fill closed nothing. */
  entryPrice: 8,
  gross: 9,
  sidesCommission: 10,
  swap: 11,
  conversionFee: 12,
  balance: 13,
  /** NaN: unknown, or the fill closed nothing. */
  conversionRate: 14,
} as const

const WIDTH = 15

/** A number of a fill. */
export type FillColumn = keyof typeof COLUMN

/** The fills of a run, as numbers until somebody reads them. */
export class FillRecords {
  readonly #rows = new NumberRows(WIDTH)
  readonly #account: MoneyTerms
  #list: readonly Fill[] = []

  /** Creates an empty list of an account. */
  constructor(account: MoneyTerms) {
    this.#account = account
  }

  /** Number of fills. */
  get count(): number {
    return this.#rows.count
  }

  /** A number of a fill; money in minor units. */
  number(row: number, column: FillColumn): number {
    return this.#rows.at(row, COLUMN[column])
  }

  /** Takes a fill. */
  push({ dealId, orderId, positionId, side, volume, price, at, commission, closing }: Fill): void {
    const rows = this.#rows
    rows.begin()
    rows.put(dealId)
    rows.put(orderId)
    rows.put(positionId)
    rows.put(side === 'buy' ? 1 : 0)
    rows.put(volume)
    rows.put(price)
    rows.put(at)
    rows.put(commission.minor)
    rows.put(closing === undefined ? Number.NaN : closing.entryPrice)
    rows.put(closing === undefined ? 0 : closing.gross.minor)
    rows.put(closing === undefined ? 0 : closing.commission.minor)
    rows.put(closing === undefined ? 0 : closing.swap.minor)
    rows.put(closing === undefined ? 0 : closing.conversionFee.minor)
    rows.put(closing === undefined ? 0 : closing.balance.minor)
    rows.put(closing === undefined ? Number.NaN : (closing.conversionRate ?? Number.NaN))
  }

  /** All fills, in the order of their execution; made at the first call after the last fill. */
  list(): readonly Fill[] {
    if (this.#list.length < this.#rows.count)
      this.#list = Array.from({ length: this.#rows.count }, (_, row) => this.#fill(row))
    return this.#list
  }

  #fill(row: number): Fill {
    const rows = this.#rows
    const entryPrice = rows.at(row, COLUMN.entryPrice)
    const dealId = rows.at(row, COLUMN.dealId) as DealId
    const orderId = rows.at(row, COLUMN.orderId) as OrderId
    const positionId = rows.at(row, COLUMN.positionId) as PositionId
    const side = rows.at(row, COLUMN.isBuy) === 1 ? 'buy' : 'sell'
    const volume = rows.at(row, COLUMN.volume) as Lots
    const price = rows.at(row, COLUMN.price) as Price
    const at = rows.at(row, COLUMN.at) as UnixMs
    const commission = this.#money(rows.at(row, COLUMN.commission))
    // One literal for each of both shapes: a spread takes a microsecond.
    if (Number.isNaN(entryPrice)) return { dealId, orderId, positionId, side, volume, price, at, commission }
    const conversionRate = rows.at(row, COLUMN.conversionRate)
    const closing: { -readonly [K in keyof PositionClosing]: PositionClosing[K] } = {
      entryPrice: entryPrice as Price,
      gross: this.#money(rows.at(row, COLUMN.gross)),
      commission: this.#money(rows.at(row, COLUMN.sidesCommission)),
      swap: this.#money(rows.at(row, COLUMN.swap)),
      conversionFee: this.#money(rows.at(row, COLUMN.conversionFee)),
      balance: this.#money(rows.at(row, COLUMN.balance)),
      conversionRate,
    }
    if (Number.isNaN(conversionRate)) delete closing.conversionRate
    return { dealId, orderId, positionId, side, volume, price, at, commission, closing }
  }

  #money(minor: number): Money {
    return money(minor, this.#account.digits, this.#account.currency)
  }
}
