import { formatMoney, type Money, money } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import type {
  EntryProtection,
  ProtectionState,
  ProtectionView,
  TradeResult,
} from '../strategy/entry-protection.ts'
import { described } from './described.ts'
import { checkPositive, MINUTE_MS, minutesText } from './pause.ts'

/** Positions closed in part whose results are kept; a run holds a handful, and of the oldest the parts are forgotten. */
const MOST_OPEN = 1000

/** What a {@link lowProfitLock} remembers: its trades, and what it said of the last of too few gains. */
const LockMemory = z.object({
  /** When each was closed, and what it made. */
  trades: z.array(z.tuple([z.number(), z.number()])),
  /** Whose they were, 0 where that is not known. Absent: of none. */
  of: z.array(z.number()).optional(),
  /** Positions that are open in part, and what their closings have made so far. */
  open: z.array(z.tuple([z.number(), z.number()])).optional(),
  lock: z.object({ at: z.number(), made: z.string() }).optional(),
})

/** The least profit of the trades of a window, and the pause that follows when they make less. */
export interface LowProfitLockOptions {
  /** Window over which net profit is added up, in minutes. */
  readonly withinMinutes: number
  /** Trades whose last closing lies in the window, below which nothing is judged; from 1. */
  readonly minTrades: number
  /** What they must have made together, all their closings, after costs; in the money of the account. Default 0: they must not have lost. */
  readonly minNet?: Money
  /** How long no entry is made after the last of them, in minutes. */
  readonly pauseMinutes: number
}

/**
 * Blocks entries when the last trades together made too little. A trade is a position with all its closings, and counts
 * once the last of them is told.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function lowProfitLock(options: LowProfitLockOptions): EntryProtection {
  checkPositive('lowProfitLock', 'withinMinutes', options.withinMinutes)
  checkPositive('lowProfitLock', 'pauseMinutes', options.pauseMinutes)
  checkPositive('lowProfitLock', 'minTrades', options.minTrades)
  return described('lowProfitLock', {
    name: 'low-profit lock',
    settings: options,
    ...(options.minNet !== undefined && { amounts: { minNet: options.minNet } }),
    start: memory => new LowProfitLock(options, memory),
  })
}

interface ClosedPosition {
  readonly at: number
  readonly minor: number
  /** 0: not known. */
  readonly of: number
}

class LowProfitLock implements ProtectionState {
  readonly #options: LowProfitLockOptions
  #trades: readonly ClosedPosition[] = []
  readonly #open = new Map<number, number>()
  #lock: { readonly at: number; readonly made: string } | undefined

  constructor(options: LowProfitLockOptions, memory: unknown) {
    this.#options = options
    if (memory === undefined) return
    const { trades, of = [], open = [], lock } = LockMemory.parse(memory)
    this.#trades = trades.map(([at, minor], index) => ({ at, minor, of: of[index] ?? 0 }))
    for (const [id, minor] of open) this.#open.set(id, minor)
    this.#lock = lock
  }

  onTrade({ positionId, closedAt, net, isOpen = false }: TradeResult): void {
    const id: number = positionId ?? 0
    const earlier = this.#take(id)
    const minor = net.minor + earlier.minor
    if (isOpen && id !== 0) return this.#keepOpen(id, minor)
    const trade = { at: Math.max(closedAt, earlier.at), minor, of: id }
    const after = closedAt - this.#options.withinMinutes * MINUTE_MS
    this.#trades = [...this.#trades, trade].filter(({ at }) => at > after)
    this.#judge(closedAt, net)
  }

  problem({ now }: ProtectionView): string | undefined {
    const { withinMinutes, pauseMinutes } = this.#options
    if (this.#lock === undefined) return undefined
    const leftMs = this.#lock.at + pauseMinutes * MINUTE_MS - now
    return leftMs > 0
      ? `${this.#lock.made} within ${withinMinutes} min; ${minutesText(leftMs)} are left`
      : undefined
  }

  memory(): unknown {
    const trades = this.#trades
    if (trades.length === 0 && this.#open.size === 0 && this.#lock === undefined) return undefined
    return {
      trades: trades.map(({ at, minor }) => [at, minor]),
      of: trades.map(({ of }) => of),
      open: [...this.#open],
      lock: this.#lock,
    }
  }

  /** What the closings of a position before made; they count no more by themselves. */
  #take(positionId: number): { readonly at: number; readonly minor: number } {
    const whole = positionId === 0 ? undefined : this.#trades.find(({ of }) => of === positionId)
    if (whole !== undefined) this.#trades = this.#trades.filter(trade => trade !== whole)
    const parts = this.#open.get(positionId) ?? 0
    this.#open.delete(positionId)
    return { at: whole?.at ?? Number.NEGATIVE_INFINITY, minor: (whole?.minor ?? 0) + parts }
  }

  #keepOpen(positionId: number, minor: number): void {
    this.#open.set(positionId, minor)
    for (const oldest of this.#open.keys()) {
      if (this.#open.size <= MOST_OPEN) return
      this.#open.delete(oldest)
    }
  }

  #judge(closedAt: number, { digits, currency }: Money): void {
    const { minTrades, minNet } = this.#options
    const trades = this.#trades
    if (trades.length < minTrades) return
    const net = trades.reduce((sum, { minor }) => sum + minor, 0)
    if (net >= (minNet?.minor ?? 0)) return
    if (this.#lock !== undefined && closedAt < this.#lock.at) return
    const made = `${trades.length} trades made ${formatMoney(money(net, digits, currency))}`
    this.#lock = { at: closedAt, made }
  }
}
