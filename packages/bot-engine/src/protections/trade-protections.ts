import { formatMoney, type Money, money, type Side } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { EntryProtection, ProtectionView, TradeResult } from '../risk/protection.ts'
import { checkPositive, MINUTE_MS, minutesText } from './pause.ts'

/** A stop loss or a stop-out that lost; one that was trailed into a profit is none. */
function isLosingStop({ exitReason, net }: TradeResult): boolean {
  return (exitReason === 'stop-loss' || exitReason === 'stop-out') && net.minor < 0
}

/** When a {@link cooldown} begins. */
export interface CooldownOptions {
  /** How long no entry is made, in minutes of market time. */
  readonly minutes: number
  /** `stop`: after a stop that lost (default); `loss`: after any losing trade; `trade`: after any. */
  readonly after?: 'stop' | 'loss' | 'trade'
}

/** Blocks entries for a while after a stop, a loss or any trade. @throws {@link EngineError} `invalid-options` */
export function cooldown({ minutes, after = 'stop' }: CooldownOptions): EntryProtection {
  const pauseMs = checkPositive('cooldown', 'minutes', minutes) * MINUTE_MS
  const counts = (trade: TradeResult) =>
    after === 'trade' || (after === 'loss' ? trade.net.minor < 0 : isLosingStop(trade))
  return {
    name: 'cooldown',
    settings: { minutes, after },
    start() {
      let endsAt = Number.NEGATIVE_INFINITY
      return {
        onTrade(trade) {
          if (counts(trade)) endsAt = Math.max(endsAt, trade.closedAt + pauseMs)
        },
        problem: ({ now }) =>
          now < endsAt ? `${minutesText(endsAt - now)} of ${minutes} are left after a ${after}` : undefined,
      }
    },
  }
}

/** A number of stops within a window, and the pause that follows. */
export interface StopLossGuardOptions {
  /** Stops that are too many, from 1. */
  readonly stops: number
  /** Window in which they are counted, in minutes. */
  readonly withinMinutes: number
  /** How long no entry is made after the last of them, in minutes. */
  readonly pauseMinutes: number
  /** Counts and blocks each side for itself. Default false. */
  readonly bySide?: boolean
}

/** Blocks entries after too many losing stops within a window. @throws {@link EngineError} `invalid-options` */
export function stopLossGuard(options: StopLossGuardOptions): EntryProtection {
  const { stops, bySide = false } = options
  const withinMs = checkPositive('stopLossGuard', 'withinMinutes', options.withinMinutes) * MINUTE_MS
  const pauseMs = checkPositive('stopLossGuard', 'pauseMinutes', options.pauseMinutes) * MINUTE_MS
  if (!Number.isInteger(checkPositive('stopLossGuard', 'stops', stops)))
    throw new EngineError('invalid-options', `stopLossGuard was given ${stops} stops. Pass a whole number.`)
  return {
    name: 'stop-loss guard',
    settings: options,
    start() {
      const recent = new Map<Side | 'both', number[]>()
      const endsAt = new Map<Side | 'both', number>()
      return {
        onTrade(trade) {
          if (!isLosingStop(trade)) return
          const key = bySide ? trade.side : 'both'
          const times = [...(recent.get(key) ?? []), trade.closedAt].filter(
            at => at > trade.closedAt - withinMs,
          )
          recent.set(key, times)
          // A trade of before the run may be told behind younger ones.
          const end = Math.max(endsAt.get(key) ?? 0, trade.closedAt + pauseMs)
          if (times.length >= stops) endsAt.set(key, end)
        },
        problem({ now, side }) {
          const end = endsAt.get(bySide ? side : 'both') ?? Number.NEGATIVE_INFINITY
          if (now >= end) return undefined
          return `${stops} stops within ${options.withinMinutes} min; ${minutesText(end - now)} are left`
        },
      }
    },
  }
}

/** The least profit of the trades of a window, and the pause that follows when they make less. */
export interface LowProfitLockOptions {
  /** Window over which net profit is added up, in minutes. */
  readonly withinMinutes: number
  /** Trades in the window below which nothing is judged, from 1. */
  readonly minTrades: number
  /** What they must have made together, after costs. Default 0: they must not have lost. */
  readonly minNet?: Money
  /** How long no entry is made after the last of them, in minutes. */
  readonly pauseMinutes: number
}

/** Blocks entries when the last trades together made too little. @throws {@link EngineError} `invalid-options` */
export function lowProfitLock(options: LowProfitLockOptions): EntryProtection {
  const { minNet, minTrades } = options
  const withinMs = checkPositive('lowProfitLock', 'withinMinutes', options.withinMinutes) * MINUTE_MS
  const pauseMs = checkPositive('lowProfitLock', 'pauseMinutes', options.pauseMinutes) * MINUTE_MS
  checkPositive('lowProfitLock', 'minTrades', minTrades)
  return {
    name: 'low-profit lock',
    settings: options,
    start() {
      let recent: TradeResult[] = []
      let endsAt = Number.NEGATIVE_INFINITY
      let made = ''
      return {
        onTrade(trade) {
          recent = [...recent, trade].filter(({ closedAt }) => closedAt > trade.closedAt - withinMs)
          if (recent.length < minTrades) return
          const net = recent.reduce((sum, other) => sum + other.net.minor, 0)
          if (net >= (minNet?.minor ?? 0)) return
          endsAt = Math.max(endsAt, trade.closedAt + pauseMs)
          made = `${recent.length} trades made ${formatMoney(money(net, trade.net.digits, trade.net.currency))}`
        },
        problem: ({ now }: ProtectionView) =>
          now < endsAt
            ? `${made} within ${options.withinMinutes} min; ${minutesText(endsAt - now)} are left`
            : undefined,
      }
    },
  }
}
