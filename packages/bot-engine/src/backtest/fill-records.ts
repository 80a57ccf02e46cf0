import {
  type DealId,
  type Fill,
  type Lots,
  money,
  type Money,
  type OrderId,
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
} as const

const WIDTH = 14

/** The fills of a run, as numbers until somebody reads them. */
export class FillRecords {
  readonly #rows = new NumberRows(WIDTH)
  readonly #account: MoneyTerms
  #list: readonly Fill[] = []

  /** Creates an empty list of an account. */
  constructor(account: MoneyTerms) {
    this.#account = account
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
  }

  /** All fills, in the order of their execution; made at the first call after the last fill. */
  list(): readonly Fill[] {
    if (this.#list.length < this.#rows.count)
      this.#list = Array.from({ length: this.#rows.count }, (_, row) => this.#fill(row))
    return this.#list
  }

  #fill(row: number): Fill {
    const number = (column: number) => this.#rows.at(row, column)
    const fill = {
      dealId: number(COLUMN.dealId) as DealId,
      orderId: number(COLUMN.orderId) as OrderId,
      positionId: number(COLUMN.positionId) as PositionId,
      side: number(COLUMN.isBuy) === 1 ? 'buy' : 'sell',
      volume: number(COLUMN.volume) as Lots,
      price: number(COLUMN.price) as Price,
      at: number(COLUMN.at) as UnixMs,
      commission: this.#money(number(COLUMN.commission)),
    } as const
    if (Number.isNaN(number(COLUMN.entryPrice))) return fill
    return {
      ...fill,
      closing: {
        entryPrice: number(COLUMN.entryPrice) as Price,
        gross: this.#money(number(COLUMN.gross)),
        commission: this.#money(number(COLUMN.sidesCommission)),
        swap: this.#money(number(COLUMN.swap)),
        conversionFee: this.#money(number(COLUMN.conversionFee)),
        balance: this.#money(number(COLUMN.balance)),
      },
    }
  }

  #money(minor: number): Money {
    return money(minor, this.#account.digits, this.#account.currency)
  }
}
