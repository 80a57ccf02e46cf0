import {
  type DealId,
  type Fill,
  type Lots,
  money,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import type { ExitReason, Trade } from '../kernel/trade.ts'
import type { FillRecords, MoneyTerms } from './fill-records.ts'
import { NumberRows } from './number-rows.ts'

const REASONS: readonly ExitReason[] = ['stop-loss', 'take-profit', 'strategy', 'stop-out', 'external']

/** In the order in which {@link TradeRecords.push} writes them; what the closing fill says is not said again. */
const COLUMN = {
  positionId: 0,
  isBuy: 1,
  openedAt: 2,
  /** NaN: unknown. */
  entryDeal: 3,
  exitDeal: 4,
  /** NaN: none, as of the next two. */
  initialStopLoss: 5,
  stopLoss: 6,
  takeProfit: 7,
  reason: 8,
  net: 9,
  closedAt: 10,
} as const

const WIDTH = 11

/** The trades of a run, as numbers until somebody reads them; their fills are those of the run. */
export class TradeRecords {
  readonly #rows = new NumberRows(WIDTH)
  readonly #fills: FillRecords
  readonly #account: MoneyTerms
  #list: readonly Trade[] = []

  /** Creates an empty list of a run whose fills are `fills`. */
  constructor(account: MoneyTerms, fills: FillRecords) {
    this.#account = account
    this.#fills = fills
  }

  /** Number of trades. */
  get count(): number {
    return this.#rows.count
  }

  /** Takes a trade whose fills were taken before. */
  push(trade: Trade): void {
    const rows = this.#rows
    rows.begin()
    rows.put(trade.positionId)
    rows.put(trade.side === 'buy' ? 1 : 0)
    rows.put(trade.openedAt)
    rows.put(trade.entry === undefined ? Number.NaN : trade.entry.dealId)
    rows.put(trade.exit.dealId)
    rows.put(trade.initialStopLoss ?? Number.NaN)
    rows.put(trade.stopLoss ?? Number.NaN)
    rows.put(trade.takeProfit ?? Number.NaN)
    rows.put(REASONS.indexOf(trade.exitReason))
    rows.put(trade.net.minor)
    rows.put(trade.closedAt)
  }

  /** Position of a trade, and when it closed. */
  closing(row: number): { readonly positionId: PositionId; readonly closedAt: number } {
    const positionId = this.#rows.at(row, COLUMN.positionId) as PositionId
    return { positionId, closedAt: this.#rows.at(row, COLUMN.closedAt) }
  }

  /** All trades, in the order of closing; made at the first call after the last trade. */
  list(): readonly Trade[] {
    if (this.#list.length < this.count) {
      const fills = new Map(this.#fills.list().map(fill => [fill.dealId, fill]))
      this.#list = Array.from({ length: this.count }, (_, row) => this.#trade(row, fills))
    }
    return this.#list
  }

  #trade(row: number, fills: ReadonlyMap<DealId, Fill>): Trade {
    const number = (column: number) => this.#rows.at(row, column)
    const exit = fills.get(number(COLUMN.exitDeal) as DealId) as Fill & Required<Pick<Fill, 'closing'>>
    const entry = fills.get(number(COLUMN.entryDeal) as DealId)
    const { entryPrice, gross, commission, swap, conversionFee, balance } = exit.closing
    const trade: { -readonly [K in keyof Trade]: Trade[K] } = {
      positionId: number(COLUMN.positionId) as PositionId,
      side: number(COLUMN.isBuy) === 1 ? 'buy' : 'sell',
      volume: exit.volume as Lots,
      entryPrice,
      openedAt: number(COLUMN.openedAt) as UnixMs,
      exitPrice: exit.price,
      closedAt: exit.at,
      exit,
      exitReason: REASONS[number(COLUMN.reason)] as ExitReason,
      gross,
      commission,
      swap,
      conversionFee,
      net: money(number(COLUMN.net), this.#account.digits, this.#account.currency),
      balance,
    }
    if (entry !== undefined) trade.entry = entry
    const levels = ['initialStopLoss', 'stopLoss', 'takeProfit'] as const
    for (const level of levels) {
      const price = number(COLUMN[level])
      if (!Number.isNaN(price)) trade[level] = price as Price
    }
    return trade
  }
}
