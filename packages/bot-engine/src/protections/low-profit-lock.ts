import { formatMoney, type Money, money } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import type {
  EntryProtection,
  ProtectionState,
  ProtectionView,
  TradeResult,
} from '../strategy/entry-protection.ts'
import { ClosedPositions } from './closed-positions.ts'
import { described } from './described.ts'
import { checkPositive, MINUTE_MS, minutesText } from './pause.ts'

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

class LowProfitLock implements ProtectionState {
  readonly #options: LowProfitLockOptions
  readonly #positions: ClosedPositions
  #lock: { readonly at: number; readonly made: string } | undefined

  constructor(options: LowProfitLockOptions, memory: unknown) {
    this.#options = options
    const { trades, of = [], open = [], lock } = LockMemory.parse(memory ?? { trades: [] })
    // What closed a position is nothing to this one.
    const isStopped = false
    this.#positions = new ClosedPositions(
      trades.map(([at, minor], index) => ({ at, minor, of: of[index] ?? 0, isStopped })),
      open.map(([id, minor]) => [id, { minor, isStopped }]),
    )
    this.#lock = lock
  }

  onTrade(trade: TradeResult): void {
    if (!this.#positions.take(trade)) return
    this.#positions.forgetUpTo(trade.closedAt - this.#options.withinMinutes * MINUTE_MS)
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
    const { closed, open } = this.#positions
    if (closed.length === 0 && open.size === 0 && this.#lock === undefined) return undefined
    return {
      trades: closed.map(({ at, minor }) => [at, minor]),
      of: closed.map(({ of }) => of),
      open: [...open].map(([id, { minor }]) => [id, minor]),
      lock: this.#lock,
    }
  }

  #judge(closedAt: number, { digits, currency }: Money): void {
    const { minTrades, minNet } = this.#options
    const trades = this.#positions.closed
    if (trades.length < minTrades) return
    const net = trades.reduce((sum, { minor }) => sum + minor, 0)
    if (net >= (minNet?.minor ?? 0)) return
    if (this.#lock !== undefined && closedAt < this.#lock.at) return
    const made = `${trades.length} trades made ${formatMoney(money(net, digits, currency))}`
    this.#lock = { at: closedAt, made }
  }
}
