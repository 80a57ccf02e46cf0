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
import { ProfitWindow } from './profit-window.ts'

/** What a {@link lowProfitLock} remembers: its trades, and what it said of the last of too few gains. */
const LockMemory = z.object({
  /** When each was closed, and what it made. */
  trades: z.array(z.tuple([z.number(), z.number()])),
  /** Whose they were, 0 where that is not known. Absent: of none. */
  of: z.array(z.number()).optional(),
  /** How many trades each is: of many the older ones are kept together. Absent: each is one. */
  counts: z.array(z.number()).optional(),
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

class LowProfitLock implements ProtectionState {
  readonly #options: LowProfitLockOptions
  readonly #window: ProfitWindow
  #lock: { readonly at: number; readonly made: string } | undefined

  constructor(options: LowProfitLockOptions, memory: unknown) {
    this.#options = options
    const { trades, of = [], counts = [], open, lock } = LockMemory.parse(memory ?? { trades: [] })
    const results = trades.map(([at, minor], index) => ({
      at,
      minor,
      of: of[index] ?? 0,
      positions: counts[index] ?? 1,
    }))
    this.#window = new ProfitWindow(results, open)
    this.#lock = lock
  }

  onTrade(trade: TradeResult): void {
    if (!this.#window.take(trade)) return
    this.#window.forgetUpTo(trade.closedAt - this.#options.withinMinutes * MINUTE_MS)
    this.#judge(trade.closedAt, trade.net)
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
    const { results, open } = this.#window.kept()
    if (results.length === 0 && open.length === 0 && this.#lock === undefined) return undefined
    return {
      trades: results.map(({ at, minor }) => [at, minor]),
      of: results.map(({ of }) => of),
      ...(results.some(({ positions }) => positions > 1) && {
        counts: results.map(({ positions }) => positions),
      }),
      open,
      lock: this.#lock,
    }
  }

  #judge(closedAt: number, { digits, currency }: Money): void {
    const { minTrades, minNet } = this.#options
    const { positions, netMinor } = this.#window
    if (positions < minTrades || netMinor >= (minNet?.minor ?? 0)) return
    if (this.#lock !== undefined && closedAt < this.#lock.at) return
    const made = `${positions} trades made ${formatMoney(money(netMinor, digits, currency))}`
    this.#lock = { at: closedAt, made }
  }
}
