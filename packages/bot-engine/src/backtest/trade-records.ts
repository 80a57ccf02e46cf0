import {
  type Fill,
  type Lots,
  pointsToPrice,
  type PositionId,
  type Price,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { type MoneyTerms, toMoney } from '../execution-facts.ts'
import type { ExitReason } from '../kernel/exit-reason.ts'
import type { Trade } from '../kernel/trade.ts'
import type { TradeFacts } from '../kernel/trade-facts.ts'
import type { TakeTrade, TradeNumbers } from './each-trade.ts'
import type { FillRecords } from './fill-records.ts'
import { NumberRows } from './number-rows.ts'
import type { ClosingKind } from './round-trips.ts'

const REASONS: readonly ExitReason[] = ['stop-loss', 'take-profit', 'strategy', 'stop-out', 'external']
const KINDS: readonly ClosingKind[] = ['whole', 'part', 'rest']

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
  kind: 11,
  /** Of the opening fill. NaN: unknown. */
  openedPrice: 12,
} as const

const WIDTH = 13

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
  push(trade: TradeFacts, kind: ClosingKind): void {
    const rows = this.#rows
    let at = rows.begin()
    const { chunk } = rows
    chunk[at++] = trade.positionId
    chunk[at++] = trade.side === 'buy' ? 1 : 0
    chunk[at++] = trade.openedAt
    chunk[at++] = trade.entryDeal
    chunk[at++] = trade.exitDeal
    chunk[at++] = trade.initialStopLoss
    chunk[at++] = trade.stopLoss
    chunk[at++] = trade.takeProfit
    chunk[at++] = REASONS.indexOf(trade.exitReason)
    chunk[at++] = trade.netMinor
    chunk[at++] = trade.closedAt
    chunk[at++] = KINDS.indexOf(kind)
    chunk[at++] = trade.openedPrice
  }

  /** Position of a trade, when it closed, and what that left. */
  closing(row: number): {
    readonly positionId: PositionId
    readonly closedAt: number
    readonly kind: ClosingKind
  } {
    const positionId = this.#rows.at(row, COLUMN.positionId) as PositionId
    const kind = KINDS[this.#rows.at(row, COLUMN.kind)] as ClosingKind
    return { positionId, closedAt: this.#rows.at(row, COLUMN.closedAt), kind }
  }

  /** Reads the trades in order of closing without making objects of them. */
  each(take: TakeTrade): void {
    const rows = this.#rows
    const fills = this.#fills
    const trade = noNumbers()
    let exit = 0
    for (let row = 0; row < this.count; row++) {
      exit = this.#exitOf(row, exit)
      trade.positionId = rows.at(row, COLUMN.positionId)
      trade.kind = KINDS[rows.at(row, COLUMN.kind)] as ClosingKind
      trade.openedPrice = rows.at(row, COLUMN.openedPrice)
      trade.side = rows.at(row, COLUMN.isBuy) === 1 ? 'buy' : 'sell'
      trade.volume = fills.volume(exit)
      trade.openedAt = rows.at(row, COLUMN.openedAt)
      trade.closedAt = fills.number(exit, 'at')
      trade.entryPrice = pointsToPrice(fills.number(exit, 'entryPoints'))
      trade.exitPrice = pointsToPrice(fills.number(exit, 'pricePoints'))
      trade.initialStopLoss = rows.at(row, COLUMN.initialStopLoss)
      trade.stopLoss = rows.at(row, COLUMN.stopLoss)
      trade.takeProfit = rows.at(row, COLUMN.takeProfit)
      trade.exitReason = REASONS[rows.at(row, COLUMN.reason)] as ExitReason
      trade.gross = fills.number(exit, 'gross')
      trade.commission = fills.number(exit, 'sidesCommission')
      trade.swap = fills.number(exit, 'swap')
      trade.conversionFee = fills.number(exit, 'conversionFee')
      trade.conversionRate = fills.number(exit, 'conversionRate')
      trade.net = rows.at(row, COLUMN.net)
      take(trade)
    }
  }

  /** Row of the fill that closed a trade: trades are in the order of these fills, so behind that of the trade before. */
  #exitOf(row: number, near: number): number {
    const deal = this.#rows.at(row, COLUMN.exitDeal)
    let exit = near
    while (exit < this.#fills.count && this.#fills.number(exit, 'dealId') !== deal) exit += 1
    return exit
  }

  /** All trades, in the order of closing; made at the first call after the last trade. */
  list(): readonly Trade[] {
    if (this.#list.length < this.count) {
      const fills = new Map<number, Fill>()
      for (const fill of this.#fills.list()) fills.set(fill.dealId, fill)
      this.#list = Array.from({ length: this.count }, (_, row) => this.#trade(row, fills))
    }
    return this.#list
  }

  #trade(row: number, fills: ReadonlyMap<number, Fill>): Trade {
    const rows = this.#rows
    const exit = fills.get(rows.at(row, COLUMN.exitDeal)) as Fill & Required<Pick<Fill, 'closing'>>
    const entry = fills.get(rows.at(row, COLUMN.entryDeal))
    const { entryPrice, gross, commission, swap, conversionFee, balance } = exit.closing
    const trade: { -readonly [K in keyof Trade]: Trade[K] } = {
      positionId: rows.at(row, COLUMN.positionId) as PositionId,
      side: rows.at(row, COLUMN.isBuy) === 1 ? 'buy' : 'sell',
      volume: exit.volume as Lots,
      entryPrice,
      openedAt: rows.at(row, COLUMN.openedAt) as UnixMs,
      exitPrice: exit.price,
      closedAt: exit.at,
      // Where a live run has it too: what is written of both is compared as text.
      entry: entry ?? exit,
      exit,
      exitReason: REASONS[rows.at(row, COLUMN.reason)] as ExitReason,
      gross,
      commission,
      swap,
      conversionFee,
      net: toMoney(rows.at(row, COLUMN.net), this.#account),
      balance,
    }
    if (entry === undefined) delete trade.entry
    const initialStopLoss = rows.at(row, COLUMN.initialStopLoss)
    const stopLoss = rows.at(row, COLUMN.stopLoss)
    const takeProfit = rows.at(row, COLUMN.takeProfit)
    if (!Number.isNaN(initialStopLoss)) trade.initialStopLoss = initialStopLoss as Price
    if (!Number.isNaN(stopLoss)) trade.stopLoss = stopLoss as Price
    if (!Number.isNaN(takeProfit)) trade.takeProfit = takeProfit as Price
    return trade
  }
}

/** The numbers of a trade that was told as an object; `isOpen`: something of its position is left. */
export function factsOf(trade: Trade, isOpen: boolean): TradeFacts {
  const { entry, exit } = trade
  return {
    positionId: trade.positionId,
    side: trade.side,
    openedAt: trade.openedAt,
    closedAt: trade.closedAt,
    entryDeal: entry === undefined ? Number.NaN : entry.dealId,
    openedPrice: entry === undefined ? Number.NaN : entry.price,
    exitDeal: exit.dealId,
    initialStopLoss: trade.initialStopLoss ?? Number.NaN,
    stopLoss: trade.stopLoss ?? Number.NaN,
    takeProfit: trade.takeProfit ?? Number.NaN,
    exitReason: trade.exitReason,
    netMinor: trade.net.minor,
    isOpen,
  }
}

function noNumbers(): TradeNumbers {
  return {
    positionId: Number.NaN,
    kind: 'whole',
    openedPrice: Number.NaN,
    side: 'buy',
    volume: Number.NaN,
    openedAt: Number.NaN,
    closedAt: Number.NaN,
    entryPrice: Number.NaN,
    exitPrice: Number.NaN,
    initialStopLoss: Number.NaN,
    stopLoss: Number.NaN,
    takeProfit: Number.NaN,
    exitReason: 'strategy',
    gross: Number.NaN,
    commission: Number.NaN,
    swap: Number.NaN,
    conversionFee: Number.NaN,
    conversionRate: Number.NaN,
    net: Number.NaN,
  }
}
