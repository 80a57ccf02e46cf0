import { formatMoney, type Money, money, type UnixMs } from '@openclaw-trading/trading-model'
import { z } from 'zod'
import { EngineError } from '../errors.ts'
import { minuteOfDay, nextLocalMinute } from '../local-time.ts'
import type { EntryProtection, ProtectionState, ProtectionView } from '../strategy/entry-protection.ts'
import { described } from './described.ts'
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
  return described('maxDrawdown', {
    name: 'max drawdown',
    settings: { percent, pauseMinutes },
    start: memory => new Drawdown(percent, pauseMs, memory),
  })
}

/** What a {@link maxDrawdown} remembers. */
const DrawdownMemory = z.object({
  highest: z.number(),
  /** Lowest equity since the highest, or since a pause. */
  lowest: z.number(),
  /** When its last fall was too deep; absent: it was not. */
  fellAt: z.number().optional(),
})

class Drawdown implements ProtectionState {
  readonly #percent: number
  readonly #pauseMs: number
  #highest = Number.NEGATIVE_INFINITY
  #lowest = Number.POSITIVE_INFINITY
  #fellAt: number | undefined

  constructor(percent: number, pauseMs: number, memory: unknown) {
    this.#percent = percent
    this.#pauseMs = pauseMs
    if (memory === undefined) return
    const { highest, lowest, fellAt } = DrawdownMemory.parse(memory)
    this.#highest = highest
    this.#lowest = lowest
    // By the limit of today: whoever widens it goes on.
    if (fellAt !== undefined && this.#fallen() >= percent) this.#fellAt = fellAt
  }

  /** In percent of the highest. */
  #fallen(): number {
    return this.#highest > 0 ? (100 * (this.#highest - this.#lowest)) / this.#highest : 0
  }

  onEquity(now: number, equityMinor: number): void {
    if (this.#fellAt !== undefined) {
      if (now < this.#fellAt + this.#pauseMs) return
      this.#fellAt = undefined
      this.#highest = equityMinor
      this.#lowest = equityMinor
    }
    if (equityMinor > this.#highest) {
      this.#highest = equityMinor
      this.#lowest = equityMinor
    }
    if (equityMinor < this.#lowest) this.#lowest = equityMinor
    if (this.#fallen() >= this.#percent) this.#fellAt = now
  }

  problem({ now }: ProtectionView): string | undefined {
    if (this.#fellAt === undefined) return undefined
    const leftMs = this.#fellAt + this.#pauseMs - now
    if (leftMs <= 0) return undefined
    const left = leftMs === Number.POSITIVE_INFINITY ? '' : `; ${minutesText(leftMs)} are left`
    return `equity fell ${this.#fallen().toFixed(2)} % from its highest, the limit is ${this.#percent} %${left}`
  }

  memory(): unknown {
    if (this.#highest === Number.NEGATIVE_INFINITY) return undefined
    return { highest: this.#highest, lowest: this.#lowest, fellAt: this.#fellAt }
  }
}

/** When the day of an account begins. */
export interface AccountDay {
  /** `HH:MM` on the clocks of the zone. */
  readonly at: string
  /** IANA name; daylight saving applies. */
  readonly timeZone: string
}

/** How much of a day's first equity may be lost; `loss` is in the money of the account. */
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
 * at its last quote before. A live run that starts again goes on with the day, or counts its closings.
 *
 * @throws {@link EngineError} `invalid-options`
 */
export function maxDailyLoss(options: MaxDailyLossOptions): EntryProtection {
  const { day = { at: '00:00', timeZone: 'UTC' }, loss, percent } = options
  const minute = minuteOfDay(day.at)
  checkPositive('maxDailyLoss', loss === undefined ? 'percent' : 'loss', loss?.minor ?? percent ?? Number.NaN)
  nextLocalMinute(0 as UnixMs, minute, day.timeZone)
  return described('maxDailyLoss', {
    name: 'max daily loss',
    settings: options,
    ...(loss !== undefined && { amounts: { loss } }),
    start: memory =>
      new DailyLoss(options, now => nextLocalMinute(now as UnixMs, minute, day.timeZone), memory),
  })
}

/** What a {@link maxDailyLoss} remembers. */
const DailyLossMemory = z.object({
  endsAt: z.number(),
  /** Equity with which the day began. */
  first: z.number(),
  /** Lowest equity of the day. */
  lowest: z.number(),
})

class DailyLoss implements ProtectionState {
  readonly #limit: MaxDailyLossOptions
  readonly #endOfDay: (now: number) => number
  #endsAt = Number.NEGATIVE_INFINITY
  #first = 0
  #lowest = 0
  #problem: string | undefined

  constructor(limit: MaxDailyLossOptions, endOfDay: (now: number) => number, memory: unknown) {
    this.#limit = limit
    this.#endOfDay = endOfDay
    if (memory === undefined) return
    const { endsAt, first, lowest } = DailyLossMemory.parse(memory)
    this.#endsAt = endsAt
    this.#first = first
    this.#lowest = lowest
    // By the limit of today: whoever widens it goes on.
    this.#judge()
  }

  onEquity(now: number, equityMinor: number): void {
    if (now >= this.#endsAt) {
      this.#endsAt = this.#endOfDay(now)
      this.#first = equityMinor
      this.#lowest = equityMinor
      this.#problem = undefined
    }
    if (equityMinor >= this.#lowest) return
    this.#lowest = equityMinor
    if (this.#problem === undefined) this.#judge()
  }

  #judge(): void {
    const { loss, percent } = this.#limit
    const lost = this.#first - this.#lowest
    const limit = loss?.minor ?? (this.#first * (percent ?? 0)) / 100
    if (lost > 0 && lost >= limit) this.#problem = lossText(lost, this.#first, loss, percent)
  }

  problem({ now }: ProtectionView): string | undefined {
    // Over bars an order may leave in a day that has not begun.
    return now < this.#endsAt ? this.#problem : undefined
  }

  memory(): unknown {
    if (this.#endsAt === Number.NEGATIVE_INFINITY) return undefined
    return { endsAt: this.#endsAt, first: this.#first, lowest: this.#lowest }
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
  return described('newsBlackout', {
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
  })
}
