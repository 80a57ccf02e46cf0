import type { SymbolId } from './ids.ts'
import { type UnixMs, zoneOffsetMs } from './time.ts'
import type { Lots } from './volume.ts'

/** How commission is charged, per side and deal. */
export type Commission =
  /** Nothing. */
  | { readonly type: 'none' }
  /** US dollars per million US dollars of volume. */
  | { readonly type: 'usd-per-million'; readonly rate: number }
  /** US dollars per lot. */
  | { readonly type: 'usd-per-lot'; readonly rate: number }
  /** Percent of the traded value; 1 = 1 %. */
  | { readonly type: 'percent-of-value'; readonly rate: number }
  /** Quote currency per lot. */
  | { readonly type: 'quote-per-lot'; readonly rate: number }

/** Interest of a position held over the swap time. */
export interface Swap {
  /** Unit of the rates. */
  readonly unit: 'pips' | 'points' | 'percent'
  /** Rate of a long position; negative is charged. */
  readonly long: number
  /** Rate of a short position; negative is charged. */
  readonly short: number
  /** Weekday that is charged three times, 0 = Sunday … 6 = Saturday. Absent: none. */
  readonly tripleDay?: number
  /** First charge of the day, in minutes after 00:00 UTC, 0 to 1439. */
  readonly firstChargeMinute: number
  /** Hours from one charge to the next; 24 is once a day. */
  readonly periodHours: number
  /** Charges a position is spared after it was opened. */
  readonly skippedPeriods: number
  /** Also charged on Saturdays and Sundays. */
  readonly chargedAtWeekends: boolean
}

/** What a swap-free account pays in place of swap. */
export interface Rollover {
  /** US dollars per lot and day, charged. */
  readonly usdPerLot: number
  /** Days a position is spared after it was opened. */
  readonly skippedDays: number
  /** Weekday that is charged three times, 0 = Sunday … 6 = Saturday. Absent: none. */
  readonly tripleDay?: number
}

/** Least commission of one deal. */
export interface MinCommission {
  /** Above 0. */
  readonly amount: number
  /** Currency code, e.g. `USD`. */
  readonly currency: string
}

/** Which orders the broker takes. */
export type TradingMode =
  /** All. */
  | 'enabled'
  /** None; pending orders do not execute either. */
  | 'disabled'
  /** No new ones; pending orders execute. */
  | 'disabled-with-pending-execution'
  /** Those that reduce a position. */
  | 'close-only'

/** What trading the instrument costs, as the broker's symbol record states it. */
export interface InstrumentCosts {
  readonly commission: Commission
  /** Least commission of one deal. Absent: none. */
  readonly minCommission?: MinCommission
  /** Absent: no swap. */
  readonly swap?: Swap
  /** Charge of swap-free accounts. Absent: none. */
  readonly rollover?: Rollover
  /** Fee on converting gross profit to deposit currency; 1 = 1 %. Absent: none. */
  readonly conversionFeePercent?: number
  /** Least distance of a stop loss from the market, in steps of the last digit. Absent: none. */
  readonly minStopDistance?: number
  /** Least distance of a take profit from the market, in steps of the last digit. Absent: none. */
  readonly minTargetDistance?: number
  /** Least distance of a guaranteed stop from the market, in steps of the last digit. Absent: as of any stop. */
  readonly minGuaranteedStopDistance?: number
  /** Least distance of a guaranteed stop in percent of the price, where the broker sets it so; 1 = 1 %. */
  readonly minGuaranteedStopDistancePercent?: number
  /** Least distance of a stop loss from the market in percent of the price, where the broker sets it so; 1 = 1 %. */
  readonly minStopDistancePercent?: number
  /** Least distance of a take profit from the market in percent of the price, where the broker sets it so; 1 = 1 %. */
  readonly minTargetDistancePercent?: number
}

/** A span of the trading week in seconds from Sunday 00:00 in the zone of {@link TradingHours}. */
export interface TradingSession {
  /** Start, inclusive, 0 to 604,799. */
  readonly startSecond: number
  /** End, exclusive. */
  readonly endSecond: number
}

/** A day, or a part of it, on which the instrument is not traded. */
export interface Holiday {
  /** Days since 1970-01-01 in the holiday's own zone. */
  readonly day: number
  /** Repeated each year on the same date. */
  readonly recurring: boolean
  /** IANA name. */
  readonly timeZone: string
  /** Seconds after local midnight, inclusive; absent: 0. */
  readonly startSecond?: number
  /** Seconds after local midnight, exclusive; absent: the whole day. */
  readonly endSecond?: number
}

/** When the instrument can be traded. */
export interface TradingHours {
  /** IANA name of the zone in which the sessions are counted; daylight saving applies. */
  readonly timeZone: string
  /** In order, not overlapping. Empty: always open. */
  readonly sessions: readonly TradingSession[]
  readonly holidays: readonly Holiday[]
}

/** A tradable symbol with its rules. */
export interface Instrument {
  readonly id: SymbolId
  /** As the broker writes it, e.g. `XAUUSD`. */
  readonly name: string
  /** Decimal digits of a price, 0 to 5. */
  readonly digits: number
  /** 1 pip = 10^−pipPosition. */
  readonly pipPosition: number
  /** Units of base asset per lot. */
  readonly lotSize: number
  readonly minVolume: Lots
  readonly maxVolume: Lots
  readonly volumeStep: Lots
  readonly base: string
  readonly quote: string
  /** Commission, swap, conversion fee, stop distances, as the broker's symbol record states them. */
  readonly costs: InstrumentCosts
  /** Weekly sessions with time zone, holidays; {@link isOpen} reads it. */
  readonly hours: TradingHours
  /** Absent: `enabled`. */
  readonly tradingMode?: TradingMode
  /** The broker's id of its leverage tiers. Absent: the leverage of the account alone. @see ProtoOADynamicLeverage */
  readonly leverageId?: number
  /** Positions may be opened by selling. Absent: yes. */
  readonly shortSelling?: boolean
  /** The broker offers stops that fill at their own price. Absent: no. */
  readonly guaranteedStops?: boolean
  /** Most volume that may be open, of both sides together. Absent: any. */
  readonly maxExposure?: Lots
}

const DAY_SECONDS = 86_400
/** Seconds of the trading week. */
export const WEEK_SECONDS = 7 * DAY_SECONDS

/** Seconds since Sunday 00:00 local time. Day number 0 (1970-01-01) was a Thursday, hence the 4. */
export function secondOfWeek(localSeconds: number): number {
  const seconds = localSeconds + 4 * DAY_SECONDS
  // Not by `%`: of doubles it takes ten times as long.
  return seconds - Math.floor(seconds / WEEK_SECONDS) * WEEK_SECONDS
}

function isHoliday(holiday: Holiday, at: UnixMs): boolean {
  const localSeconds = Math.floor((at + zoneOffsetMs(holiday.timeZone, at)) / 1000)
  const day = Math.floor(localSeconds / DAY_SECONDS)
  if (holiday.recurring) {
    const today = new Date(day * DAY_SECONDS * 1000)
    const date = new Date(holiday.day * DAY_SECONDS * 1000)
    if (today.getUTCMonth() !== date.getUTCMonth() || today.getUTCDate() !== date.getUTCDate()) return false
  } else if (day !== holiday.day) return false
  const second = localSeconds - day * DAY_SECONDS
  return second >= (holiday.startSecond ?? 0) && second < (holiday.endSecond ?? DAY_SECONDS)
}

/** Tells whether the instrument can be traded at an instant. */
export function isOpen(instrument: Pick<Instrument, 'hours'>, at: UnixMs): boolean {
  const { timeZone, sessions, holidays } = instrument.hours
  for (const holiday of holidays) if (isHoliday(holiday, at)) return false
  if (sessions.length === 0) return true
  const second = secondOfWeek(Math.floor((at + zoneOffsetMs(timeZone, at)) / 1000))
  for (const { startSecond, endSecond } of sessions)
    if (second >= startSecond && second < endSecond) return true
  return false
}

/**
 * The first instant from `at` on at which the instrument is open, to the minute; `at` itself when it is open.
 *
 * @returns `undefined` when it stays closed for 15 days
 */
export function nextOpen(instrument: Pick<Instrument, 'hours'>, at: UnixMs): UnixMs | undefined {
  if (isOpen(instrument, at)) return at
  const minuteMs = 60_000
  const limit = at + 15 * DAY_SECONDS * 1000
  for (let t = (Math.floor(at / minuteMs) + 1) * minuteMs; t <= limit; t += minuteMs)
    if (isOpen(instrument, t as UnixMs)) return t as UnixMs
  return undefined
}

/**
 * The first instant from `at` on at which the instrument is closed, to the second; `at` itself when it is closed.
 *
 * @returns `undefined` when it stays open for 15 days
 */
export function nextClose(instrument: Pick<Instrument, 'hours'>, at: UnixMs): UnixMs | undefined {
  if (!isOpen(instrument, at)) return at
  const minuteMs = 60_000
  const limit = at + 15 * DAY_SECONDS * 1000
  for (let t = (Math.floor(at / minuteMs) + 1) * minuteMs; t <= limit; t += minuteMs) {
    if (isOpen(instrument, t as UnixMs)) continue
    let closed = t
    while (closed - 1000 > at && !isOpen(instrument, (closed - 1000) as UnixMs)) closed -= 1000
    return closed as UnixMs
  }
  return undefined
}

/**
 * The next instant at which the instrument opens: of a closed one the end of the break, of an open one the open that
 * follows its next close. To the minute.
 *
 * @returns `undefined` when it stays open, or then closed, for 15 days
 */
export function nextSession(instrument: Pick<Instrument, 'hours'>, at: UnixMs): UnixMs | undefined {
  const { sessions, holidays } = instrument.hours
  if (sessions.length + holidays.length === 0) return undefined
  const closes = nextClose(instrument, at)
  return closes === undefined ? undefined : nextOpen(instrument, closes)
}
