import {
  type Fill,
  pointsToPrice,
  type PositionId,
  type Price,
  priceToPoints,
  type UnixMs,
} from '@openclaw-trading/trading-model'
import { type MoneyTerms, toMoney } from '../execution-facts.ts'
import type { ExitReason } from '../kernel/exit-reason.ts'
import type { Trade } from '../kernel/trade.ts'
import type { TradeFacts } from '../kernel/trade-facts.ts'
import type { ClosingColumn, FillColumn, FillRecords } from './fill-records.ts'
import { NumberRows } from './number-rows.ts'
import type { ClosingKind } from './round-trips.ts'
import type { TradeNumbers } from './trade-numbers.ts'

const REASONS: readonly ExitReason[] = ['stop-loss', 'take-profit', 'strategy', 'stop-out', 'external']
const KINDS: readonly ClosingKind[] = ['whole', 'part', 'rest']

/** In the order in which {@link TradeRecords.push} writes them; what the closing fill says is not said again. */
const COLUMN = {
  /** Row of the closing fill. */
  exit: 0,
  openedAt: 1,
  /** NaN: unknown. */
  entryDeal: 2,
  /** Of the opening fill. NaN: unknown. */
  openedPoints: 3,
  /** NaN: none, as of the next two. */
  initialStopPoints: 4,
  stopPoints: 5,
  targetPoints: 6,
  /** Place of the kind, and above it of the reason. */
  code: 7,
} as const
const WIDTH = 8
const KIND_BITS = 2
const KIND_MASK = 3

type ClosingFill = Fill & Required<Pick<Fill, 'closing'>>

/** The trades of a run, as numbers until somebody reads them; their fills are those of the run. */
export class TradeRecords {
  private readonly rows = new NumberRows(WIDTH)
  private readonly fills: FillRecords
  private readonly account: MoneyTerms
  private tradeObjects: readonly Trade[] = []

  /** Creates an empty list of a run whose fills are `fills`. */
  constructor(account: MoneyTerms, fills: FillRecords) {
    this.account = account
    this.fills = fills
  }

  /** Number of trades. */
  get count(): number {
    return this.rows.count
  }

  /** Forgets the trades and keeps the room. */
  clear(): void {
    this.rows.clear()
    this.tradeObjects = []
  }

  /** Takes a trade right behind the fill that closed it. */
  push(trade: TradeFacts, kind: ClosingKind): void {
    const rows = this.rows
    let at = rows.begin()
    const { chunk } = rows
    chunk[at++] = this.fills.rows.count - 1
    chunk[at++] = trade.openedAt
    chunk[at++] = trade.entryDeal ?? Number.NaN
    chunk[at++] = trade.openedPoints ?? Number.NaN
    chunk[at++] = trade.initialStopPoints ?? Number.NaN
    chunk[at++] = trade.stopPoints ?? Number.NaN
    chunk[at++] = trade.targetPoints ?? Number.NaN
    chunk[at++] = (REASONS.indexOf(trade.exitReason) << KIND_BITS) | KINDS.indexOf(kind)
  }

  /** Position of a trade, when it closed, and what that left. */
  closing(row: number): {
    readonly positionId: PositionId
    readonly closedAt: number
    readonly kind: ClosingKind
  } {
    const exit = this.rows.at(row, COLUMN.exit)
    const positionId = this.fills.number(exit, 'positionId') as PositionId
    const kind = KINDS[this.rows.at(row, COLUMN.code) & KIND_MASK] as ClosingKind
    return { positionId, closedAt: this.fills.number(exit, 'at'), kind }
  }

  /** The trades as numbers, without objects of them. */
  numbers(): TradeNumbers {
    const rows = this.rows
    const exits = new Int32Array(this.count)
    // Copies have just the room they need: lists that grow touch three times the memory, which takes most of the time.
    // Grown and not made at once: V8 takes a list made with holes to have some, and JSON.stringify takes twice as long over it.
    const blank: number[] = []
    for (let row = 0; row < this.count; row++) {
      exits[row] = rows.at(row, COLUMN.exit)
      blank.push(Number.NaN)
    }
    const closings = this.fills.closingRows(exits)
    const own = (column: number) => rows.copy(column, blank.slice())
    const exit = (column: FillColumn) => this.fills.copy(column, blank.slice(), exits)
    const closing = (column: ClosingColumn) => this.fills.copyClosings(column, blank.slice(), closings)
    const codes = own(COLUMN.code)
    const gross = closing('gross')
    const commission = closing('sidesCommission')
    const swap = closing('swap')
    const conversionFee = closing('conversionFee')
    return {
      count: this.count,
      positionId: exit('positionId'),
      kind: codes.map(code => KINDS[code & KIND_MASK] as ClosingKind),
      openedPrice: toPrices(own(COLUMN.openedPoints)),
      // A position is closed by the other side.
      side: exit('volumeCents').map(cents => (cents < 0 ? 'buy' : 'sell')),
      volume: this.fills.copyVolumes(blank.slice(), exits),
      openedAt: own(COLUMN.openedAt),
      closedAt: exit('at'),
      entryPrice: toPrices(closing('entryPoints')),
      exitPrice: toPrices(exit('pricePoints')),
      initialStopLoss: toPrices(own(COLUMN.initialStopPoints)),
      stopLoss: toPrices(own(COLUMN.stopPoints)),
      takeProfit: toPrices(own(COLUMN.targetPoints)),
      exitReason: codes.map(code => REASONS[code >> KIND_BITS] as ExitReason),
      gross,
      commission,
      swap,
      conversionFee,
      conversionRate: closing('conversionRate'),
      net: gross.map(
        (minor, row) =>
          minor + (commission[row] as number) + (swap[row] as number) + (conversionFee[row] as number),
      ),
    }
  }

  /** How many trades a reason closed. */
  countClosedBy(reason: ExitReason): number {
    const place = REASONS.indexOf(reason)
    let count = 0
    for (let row = 0; row < this.count; row++)
      if (this.rows.at(row, COLUMN.code) >> KIND_BITS === place) count += 1
    return count
  }

  /** All trades, in the order of closing; made at the first call after the last trade. */
  list(): readonly Trade[] {
    if (this.tradeObjects.length < this.count) {
      const fills = this.fills.list()
      const byDeal = new Map<number, Fill>()
      for (const fill of fills) byDeal.set(fill.dealId, fill)
      this.tradeObjects = Array.from({ length: this.count }, (_, row) => {
        const entry = byDeal.get(this.rows.at(row, COLUMN.entryDeal))
        return this.trade(row, entry, fills[this.rows.at(row, COLUMN.exit)] as ClosingFill)
      })
    }
    return this.tradeObjects
  }

  private trade(row: number, entry: Fill | undefined, exit: ClosingFill): Trade {
    const rows = this.rows
    const { entryPrice, gross, commission, swap, conversionFee, balance } = exit.closing
    const trade: { -readonly [K in keyof Trade]: Trade[K] } = {
      positionId: exit.positionId,
      side: exit.side === 'sell' ? 'buy' : 'sell',
      volume: exit.volume,
      entryPrice,
      openedAt: rows.at(row, COLUMN.openedAt) as UnixMs,
      exitPrice: exit.price,
      closedAt: exit.at,
      // Where a live run has it too: what is written of both is compared as text.
      entry: entry ?? exit,
      exit,
      exitReason: REASONS[rows.at(row, COLUMN.code) >> KIND_BITS] as ExitReason,
      gross,
      commission,
      swap,
      conversionFee,
      net: toMoney(gross.minor + commission.minor + swap.minor + conversionFee.minor, this.account),
      balance,
    }
    if (entry === undefined) delete trade.entry
    const initialStopPoints = rows.at(row, COLUMN.initialStopPoints)
    const stopPoints = rows.at(row, COLUMN.stopPoints)
    const targetPoints = rows.at(row, COLUMN.targetPoints)
    if (!Number.isNaN(initialStopPoints)) trade.initialStopLoss = pointsToPrice(initialStopPoints)
    if (!Number.isNaN(stopPoints)) trade.stopLoss = pointsToPrice(stopPoints)
    if (!Number.isNaN(targetPoints)) trade.takeProfit = pointsToPrice(targetPoints)
    return trade
  }
}

/** The numbers of a trade that was told as an object; `isOpen`: something of its position is left. */
export function factsOf(trade: Trade, isOpen: boolean): TradeFacts {
  const { entry } = trade
  return {
    positionId: trade.positionId,
    openedAt: trade.openedAt,
    entryDeal: entry?.dealId,
    openedPoints: pointsOf(entry?.price),
    initialStopPoints: pointsOf(trade.initialStopLoss),
    stopPoints: pointsOf(trade.stopLoss),
    targetPoints: pointsOf(trade.takeProfit),
    exitReason: trade.exitReason,
    netMinor: trade.net.minor,
    isOpen,
  }
}

function pointsOf(price: Price | undefined): number | undefined {
  return price === undefined ? undefined : priceToPoints(price)
}

function toPrices(points: number[]): number[] {
  for (let i = 0; i < points.length; i++) points[i] = pointsToPrice(points[i] as number)
  return points
}
