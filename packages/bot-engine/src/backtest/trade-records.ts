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
import type { FillColumn, FillRecords } from './fill-records.ts'
import { NumberRows } from './number-rows.ts'
import type { ClosingKind } from './round-trips.ts'
import type { TradeNumbers } from './trade-numbers.ts'

const REASONS: readonly ExitReason[] = ['stop-loss', 'take-profit', 'strategy', 'stop-out', 'external']
/** By what {@link COLUMN} has of them. */
const SIDES: readonly Trade['side'][] = ['sell', 'buy']
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

  /** The trades as numbers, without objects of them. */
  numbers(): TradeNumbers {
    const rows = this.#rows
    const exits = this.#exits()
    // Copies have just the room they need: lists that grow touch three times the memory, which takes most of the time.
    const blank: number[] = []
    for (let row = 0; row < this.count; row++) blank.push(Number.NaN)
    const own = (column: number) => rows.copy(column, blank.slice())
    const exit = (column: FillColumn) => this.#fills.copy(column, blank.slice(), exits)
    return {
      count: this.count,
      positionId: own(COLUMN.positionId),
      kind: named(own(COLUMN.kind), KINDS),
      openedPrice: own(COLUMN.openedPrice),
      side: named(own(COLUMN.isBuy), SIDES),
      volume: this.#fills.copyVolumes(blank.slice(), exits),
      openedAt: own(COLUMN.openedAt),
      closedAt: exit('at'),
      entryPrice: toPrices(exit('entryPoints')),
      exitPrice: toPrices(exit('pricePoints')),
      initialStopLoss: own(COLUMN.initialStopLoss),
      stopLoss: own(COLUMN.stopLoss),
      takeProfit: own(COLUMN.takeProfit),
      exitReason: named(own(COLUMN.reason), REASONS),
      gross: exit('gross'),
      commission: exit('sidesCommission'),
      swap: exit('swap'),
      conversionFee: exit('conversionFee'),
      conversionRate: exit('conversionRate'),
      net: own(COLUMN.net),
    }
  }

  /** How many trades a reason closed. */
  countClosedBy(reason: ExitReason): number {
    const place = REASONS.indexOf(reason)
    let count = 0
    for (let row = 0; row < this.count; row++) if (this.#rows.at(row, COLUMN.reason) === place) count += 1
    return count
  }

  /** Rows of the fills that closed the trades, which are in the order of these fills. */
  #exits(): Int32Array {
    const exits = new Int32Array(this.count)
    let exit = 0
    for (let row = 0; row < exits.length; row++) {
      const deal = this.#rows.at(row, COLUMN.exitDeal)
      while (exit < this.#fills.count && this.#fills.number(exit, 'dealId') !== deal) exit += 1
      exits[row] = exit
    }
    return exits
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

function named<Name>(places: readonly number[], names: readonly Name[]): Name[] {
  const list: Name[] = []
  for (const place of places) list.push(names[place] as Name)
  return list
}

function toPrices(points: number[]): number[] {
  for (let i = 0; i < points.length; i++) points[i] = pointsToPrice(points[i] as number)
  return points
}
