import { type DealId, money, type UnixMs } from '@openclaw-trading/trading-model'
import type { Kernel } from '../kernel/kernel.ts'
import { reachedLevel } from '../kernel/exit-reason.ts'
import type { Trade } from '../kernel/trade.ts'
import type { CommandVerdict } from '../kernel/order-entry.ts'
import type { Command, PastClosing } from '../ports/broker.ts'
import type { Logger } from '../ports/logger.ts'
import type { Protections } from '../risk/protection.ts'
import type { TradeResult } from '../strategy/entry-protection.ts'
import { leftOpen } from './left-open.ts'
import type { RiskRecord } from './risk-record.ts'

const DAY_MS = 86_400_000
/** The last quote before a weekend is told again after it; more than this ahead is another time. */
const MOST_AHEAD_MS = 3_600_000
/** Deals that are remembered one by one; of those before them all count as known. */
const MOST_DEALS = 500

/** What a {@link RiskMemory} is made from. */
export interface RiskMemoryOptions {
  readonly protections: Protections | undefined
  readonly record: RiskRecord | undefined
  /** Why there is no record. */
  readonly problem: string | undefined
  readonly logger: Logger | undefined
}

interface Closing {
  readonly at: number
  readonly netMinor: number
}

/**
 * What limits and protections know across restarts: restored from a record, or told by the day's closings.
 *
 * Until the broker has told its closings it knows nothing yet: equity is not looked at, and what it keeps is what the
 * process before it kept.
 */
export class RiskMemory {
  readonly #options: RiskMemoryOptions
  #record: RiskRecord | undefined
  /** Counted by an earlier process, which protections without a memory have not heard of. */
  readonly #remembered: ReadonlySet<number>
  /** Counted by this or an earlier process, oldest first. */
  readonly #deals: Map<number, number>
  /** Counted by this process. */
  readonly #told = new Set<number>()
  #allUpTo: number
  /** Of the closings that were read last, those behind which a later one of their position is told. */
  #leftOpen: ReadonlySet<number> = new Set()
  /** Of the account, by deal, until they are settled. */
  readonly #closings = new Map<number, Closing>()
  #kernel: Kernel | undefined
  #isPastKnown = false
  #isSettled = false

  /** Creates it. */
  constructor(options: RiskMemoryOptions) {
    const { record, problem, logger, protections } = options
    this.#options = options
    this.#record = record
    this.#deals = new Map(record?.deals)
    this.#remembered = new Set(this.#deals.keys())
    this.#allUpTo = record?.allUpTo ?? 0
    if (record === undefined)
      logger?.warn({ problem }, 'no usable record of limits and protections: the closings of the day count')
    else if (this.isPartial)
      logger?.warn(
        { names: protections?.unrestored },
        'protections without a memory: the closings of the day count',
      )
  }

  /** Some protection goes on from nothing. */
  get isPartial(): boolean {
    const unrestored = this.#options.protections?.unrestored ?? []
    return this.#record === undefined || unrestored.length > 0
  }

  /** Takes the kernel of the run, and gives it the day, before the first message. */
  attach(kernel: Kernel): void {
    this.#kernel = kernel
    if (this.#record !== undefined) Object.assign(kernel.day, this.#record.day)
  }

  /** A trade of the run; one that was told already counts once. */
  onTrade(trade: Trade): void {
    this.#count(trade.exit.dealId, trade)
    if (!this.#isSettled)
      this.#closings.set(trade.exit.dealId, { at: trade.closedAt, netMinor: trade.net.minor })
  }

  /** Equity at a closed bar. */
  onBar(): void {
    this.settle()
    if (!this.#isSettled || this.#kernel === undefined) return
    const { now, quoteAt, equityMinor } = this.#kernel.state
    // Before the first quote equity knows nothing of open profit.
    if (quoteAt >= 0) this.#options.protections?.onEquity(now, equityMinor)
  }

  /** What closed positions of the account before the run, and meanwhile; `isOurs` those of the run. */
  pastKnown(closings: readonly PastClosing[], isOurs: (closing: PastClosing) => boolean): void {
    const sorted = closings.toSorted((a, b) => a.fill.at - b.fill.at)
    this.comingNext(sorted.filter(isOurs))
    for (const closing of sorted) {
      const result = resultOf(closing)
      if (result === undefined) continue
      const { dealId, at } = closing.fill
      this.#closings.set(dealId, { at, netMinor: result.net.minor })
      if (isOurs(closing)) this.#count(dealId, result)
    }
    this.#isPastKnown = true
  }

  /** Closings of the run that were read together, oldest first, and are told next. */
  comingNext(closings: readonly PastClosing[]): void {
    this.#leftOpen = leftOpen(
      closings,
      (dealId, at) => this.#told.has(dealId) || this.#remembered.has(dealId) || at <= this.#allUpTo,
    )
  }

  /** The venue tells of no closings; without positions and a record nothing was before the run. */
  pastUntold(isFlat: boolean): void {
    this.#isPastKnown = true
    this.#isSettled = isFlat && this.#record === undefined
  }

  /** Blocks entries before the first quote: what the day has lost is not known yet. Exits go on. */
  verdictOn({ type }: Command): CommandVerdict | undefined {
    this.settle()
    if (this.#isSettled || type !== 'place') return undefined
    return { type: 'blocked', reason: 'what was lost today is not known before the first quote' }
  }

  /** Counts what was lost before the run, once its market is known. */
  settle(): void {
    if (this.#isSettled || !this.#isPastKnown || this.#kernel === undefined) return
    const { day, state } = this.#kernel
    const { now, quoteAt, equityMinor, book } = state
    if (quoteAt < 0) return
    this.#isSettled = true
    this.#dropOfAnotherTime(now)
    // What is lost in open positions counts as lost today: since when is not known.
    const base = Math.max(book.balanceMinor, equityMinor)
    const points = [...equityBefore([...this.#closings.values()], base), { at: now, equityMinor: base }]
    const rememberedAt = this.#record?.at ?? 0
    // A deal may be dated after the last quote.
    for (const { at, equityMinor } of points)
      this.#options.protections?.onPastEquity(Math.min(at, now), equityMinor, at <= rememberedAt)
    const dayBeganAt = Math.floor(now / DAY_MS) * DAY_MS
    if (this.#record?.day.endsAt !== dayBeganAt + DAY_MS)
      day.begin(now, points.find(({ at }) => at >= dayBeganAt)?.equityMinor ?? base)
    this.#closings.clear()
  }

  /** What the next process must know. */
  get record(): RiskRecord | undefined {
    if (!this.#isSettled || this.#kernel === undefined) return this.#record
    const { day, state } = this.#kernel
    const { endsAt, startMinor } = day
    if (!Number.isFinite(endsAt)) return this.#record
    return {
      at: state.now,
      day: { endsAt, startMinor },
      protections: [...(this.#options.protections?.memories() ?? [])],
      deals: [...this.#deals],
      allUpTo: this.#allUpTo,
    }
  }

  #dropOfAnotherTime(now: number): void {
    const { protections, logger } = this.#options
    if (this.#record === undefined || this.#record.at <= now + MOST_AHEAD_MS) return
    logger?.warn(
      { recordAt: this.#record.at, now },
      'the record of limits and protections is of a later time: the closings of the day count',
    )
    this.#record = undefined
    this.#deals.clear()
    this.#allUpTo = 0
    protections?.forget()
  }

  /** The book has taken the fill: what it still holds was closed in part alone, as was what a later closing takes. */
  #isOpen(dealId: DealId, { positionId }: TradeResult): boolean {
    if (this.#leftOpen.has(dealId)) return true
    return positionId !== undefined && this.#kernel?.state.book.position(positionId) !== undefined
  }

  #count(dealId: DealId, result: TradeResult & { readonly stopLoss?: unknown }): void {
    if (this.#told.has(dealId)) return
    this.#told.add(dealId)
    const isRemembered = this.#remembered.has(dealId) || result.closedAt <= this.#allUpTo
    const known = careful(result)
    this.#options.protections?.onTrade(
      this.#isOpen(dealId, result) ? { ...known, isOpen: true } : known,
      isRemembered,
    )
    this.#deals.set(dealId, result.closedAt)
    if (this.#deals.size <= MOST_DEALS) return
    const [oldest] = this.#deals
    if (oldest === undefined) return
    this.#deals.delete(oldest[0])
    this.#told.delete(oldest[0])
    this.#allUpTo = Math.max(this.#allUpTo, oldest[1])
  }
}

/** A loss of which nobody knows what led to it counts as a stop: those are what closes positions that nobody watches. */
function careful(result: TradeResult & { readonly stopLoss?: unknown }): TradeResult {
  const isUnknown = result.exitReason === 'external' && result.stopLoss === undefined
  return isUnknown && result.net.minor < 0 ? { ...result, exitReason: 'stop-loss' } : result
}

function resultOf({ fill, position }: PastClosing): TradeResult | undefined {
  const { closing, price, at } = fill
  if (closing === undefined) return undefined
  const { gross, commission, swap, conversionFee } = closing
  const net = gross.minor + commission.minor + swap.minor + conversionFee.minor
  return {
    positionId: position.id,
    side: position.side,
    closedAt: at,
    exitReason: reachedLevel(position.side, price, position.stopLoss, position.takeProfit),
    net: money(net, gross.digits, gross.currency),
  }
}

/** Equity right before each closing, oldest first, when `base` is what they led to. */
function equityBefore(closings: readonly Closing[], base: number): { at: number; equityMinor: number }[] {
  let equityMinor = base
  return closings
    .toSorted((a, b) => b.at - a.at)
    .map(({ at, netMinor }) => {
      equityMinor -= netMinor
      return { at, equityMinor }
    })
    .reverse()
}

/** From when on the closings of before a run are to be read. */
export function pastSince(record: RiskRecord | undefined, isPartial: boolean, startedAt: number): UnixMs {
  const isUsable = record !== undefined && !isPartial && record.at <= startedAt + MOST_AHEAD_MS
  // A day with a change of clocks has 25 hours; deals are dated by the broker and may come a minute late.
  const since = isUsable ? record.at - 60_000 : startedAt - DAY_MS - 3_600_000
  return Math.max(0, since, startedAt - 7 * DAY_MS) as UnixMs
}
