import { formatMoney, type Money, money, type UnixMs } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { minuteOfDay, nextLocalMinute } from '../local-time.ts'
import type { EntryProtection } from '../risk/protection.ts'
import { checkPositive, MINUTE_MS, minutesText } from './pause.ts'

/** How far equity may fall from its highest. */
export interface MaxDrawdownOptions {
  /** Fall from the highest equity of the run that is too much, in percent of it; above 0 to 100. */
  readonly percent: number
  /** How long no entry is made then; afterwards the highest is counted anew. Absent: to the end of the run. */
  readonly pauseMinutes?: number
}

/**
 * Blocks entries once equity has fallen too far from its highest, seen at closed bars and at entries.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function maxDrawdown({ percent, pauseMinutes }: MaxDrawdownOptions): EntryProtection {
  checkPositive('maxDrawdown', 'percent', percent)
  const pauseMs =
    pauseMinutes === undefined
      ? Number.POSITIVE_INFINITY
      : checkPositive('maxDrawdown', 'pauseMinutes', pauseMinutes) * MINUTE_MS
  return {
    name: 'max drawdown',
    settings: { percent, pauseMinutes },
    start() {
      let highest = Number.NEGATIVE_INFINITY
      let fallen = 0
      let endsAt = Number.NEGATIVE_INFINITY
      return {
        onEquity(now, equityMinor) {
          if (now < endsAt) return
          if (endsAt > Number.NEGATIVE_INFINITY) {
            endsAt = Number.NEGATIVE_INFINITY
            highest = equityMinor
          }
          if (equityMinor > highest) highest = equityMinor
          fallen = highest > 0 ? (100 * (highest - equityMinor)) / highest : 0
          if (fallen >= percent) endsAt = now + pauseMs
        },
        problem({ now }) {
          if (now >= endsAt) return undefined
          const left = endsAt === Number.POSITIVE_INFINITY ? '' : `; ${minutesText(endsAt - now)} are left`
          return `equity fell ${fallen.toFixed(2)} % from its highest, the limit is ${percent} %${left}`
        },
      }
    },
  }
}

/** When the day of an account begins. */
export interface AccountDay {
  /** `HH:MM` on the clocks of the zone. */
  readonly at: string
  /** IANA name; daylight saving applies. */
  readonly timeZone: string
}

/** How much of a day's first equity may be lost. */
export type MaxDailyLossOptions = {
  /** Default: 00:00 UTC. The trading day of most brokers is `{ at: '17:00', timeZone: 'America/New_York' }`. */
  readonly day?: AccountDay
} & (
  | { readonly loss: Money; readonly percent?: never }
  /** In percent of the equity with which the day began. */
  | { readonly percent: number; readonly loss?: never }
)

/**
 * Blocks entries for the rest of the account's day once its equity has lost too much since the day began, open positions
 * included. A day begins with the equity at its first closed bar or entry; where bars end with the day, that is the one
 * at its last quote before. What trades of the day lost before that counts too: a run that starts again knows them by
 * `closedSince`.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function maxDailyLoss(options: MaxDailyLossOptions): EntryProtection {
  const { day = { at: '00:00', timeZone: 'UTC' }, loss, percent } = options
  const minute = minuteOfDay(day.at)
  checkPositive('maxDailyLoss', loss === undefined ? 'percent' : 'loss', loss?.minor ?? percent ?? Number.NaN)
  nextLocalMinute(0 as UnixMs, minute, day.timeZone)
  return {
    name: 'max daily loss',
    settings: options,
    start() {
      let endsAt = Number.NEGATIVE_INFINITY
      let first = 0
      let firstAt = Number.POSITIVE_INFINITY
      // Of trades that closed before the first look at the equity of their day.
      let earlierEndsAt = Number.NEGATIVE_INFINITY
      let earlierMinor = 0
      let problem: string | undefined
      return {
        onTrade({ closedAt, net }) {
          const ends = nextLocalMinute(closedAt, minute, day.timeZone)
          if (ends < earlierEndsAt || ends < endsAt || (ends === endsAt && closedAt >= firstAt)) return
          earlierMinor = (ends === earlierEndsAt ? earlierMinor : 0) + net.minor
          earlierEndsAt = ends
        },
        onEquity(now, equityMinor) {
          if (now >= endsAt) {
            endsAt = nextLocalMinute(now as UnixMs, minute, day.timeZone)
            first = equityMinor
            firstAt = now
            problem = undefined
          }
          const begun = first + (earlierEndsAt === endsAt ? Math.max(0, -earlierMinor) : 0)
          const lost = begun - equityMinor
          const limit = loss?.minor ?? (begun * (percent ?? 0)) / 100
          if (problem === undefined && lost > 0 && lost >= limit)
            problem = lossText(lost, begun, loss, percent)
        },
        problem: () => problem,
      }
    },
  }
}

function lossText(lost: number, first: number, loss: Money | undefined, percent: number | undefined): string {
  if (loss === undefined)
    return `${((100 * lost) / first).toFixed(2)} % were lost today, the limit is ${percent} %`
  return `${formatMoney(money(lost, loss.digits, loss.currency))} were lost today, the limit is ${formatMoney(loss)}`
}

/** A time in which nothing is opened, e.g. around a release. */
export interface BlackoutSpan {
  /** Inclusive. */
  readonly from: UnixMs
  /** Exclusive. */
  readonly to: UnixMs
  /** What happens then; stands in the reason. */
  readonly name?: string
}

/** Blocks entries within spans of time, in any order. @throws {@link EngineError} `invalid-options` */
export function newsBlackout(spans: readonly BlackoutSpan[]): EntryProtection {
  for (const { from, to, name } of spans)
    if (!(from < to))
      throw new EngineError(
        'invalid-options',
        `The span ${name ?? ''} of newsBlackout goes from ${from} to ${to}. It must end after it begins.`,
      )
  const sorted = [...spans].sort((a, b) => a.from - b.from)
  return {
    name: 'news blackout',
    settings: { spans },
    start() {
      let open: readonly BlackoutSpan[] = []
      let next = 0
      return {
        problem({ now }) {
          for (let span = sorted[next]; span !== undefined && span.from <= now; span = sorted[next]) {
            open = [...open, span]
            next += 1
          }
          open = open.filter(({ to }) => to > now)
          const [span] = open
          return span && `${span.name ?? 'a release'}; ${minutesText(span.to - now)} are left`
        },
      }
    },
  }
}
