import { type UnixMs, zoneOffsetMs } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import { minuteOfDay, nextLocalMinute } from '../local-time.ts'
import { checkMeasure, checkNumber, type Measure } from './measure.ts'
import type { PolicyWish, PositionPolicy, WhenOption } from './position-policy.ts'
import { hasGained } from './stop-policies.ts'

const NONE: readonly PolicyWish[] = []
const CLOSE: readonly PolicyWish[] = [{ type: 'close' }]

/** A step of a ladder. */
export interface Rung {
  /** Gain at which it is taken, above 0. */
  readonly at: Measure
  /** Share of the first volume that is closed, above 0 to 1. */
  readonly close: number
}

/**
 * Takes profit in parts: `partialTargets([{ at: { r: 1 }, close: 0.5 }, { at: { r: 2 }, close: 0.25 }])`.
 *
 * A part is rounded down to the volume step. One that is below the smallest volume is skipped; one that would leave less
 * than the smallest volume closes all.
 *
 * @throws {@link EngineError} `invalid-options` for shares or gains that are not above 0, and shares above 1 in all
 */
export function partialTargets(rungs: readonly Rung[], { when = 'bar' }: WhenOption = {}): PositionPolicy {
  const total = rungs.reduce((sum, { close }) => sum + close, 0)
  if (rungs.length === 0 || rungs.some(({ close }) => !(close > 0)) || total > 1 + 1e-9)
    throw new EngineError(
      'invalid-options',
      `partialTargets was given the shares ${rungs.map(({ close }) => close).join(', ')}. Pass one or more above 0, ` +
        'not more than 1 in all.',
    )
  for (const [index, { at }] of rungs.entries()) checkMeasure('partialTargets', `[${index}].at`, at)
  return {
    name: 'partial-targets',
    when,
    decide(position) {
      const wishes: PolicyWish[] = []
      for (const [rung, { at, close }] of rungs.entries())
        if (hasGained(position, at)) wishes.push({ type: 'part', rung, share: close })
      return wishes
    },
  }
}

/** When a position is closed for its age. */
export type TimeLimit =
  /** After so many closed bars of the driving feed. */
  | { readonly bars: number }
  /** So long after the fill, in milliseconds of market time. */
  | { readonly afterMs: number }
  /** At the first `HH:MM` after the fill in a time zone (IANA name), daylight saving included. */
  | { readonly at: string; readonly timeZone: string }

/** Closes a position at a time limit: with the first closed bar (or quote) at or after it. */
export function timeExit(limit: TimeLimit, { when = 'bar' }: WhenOption = {}): PositionPolicy {
  const isOver = 'at' in limit ? overAt(limit) : overAfter(limit)
  return { name: 'time-exit', when, decide: position => (isOver(position) ? CLOSE : NONE) }
}

type Age = Pick<Parameters<PositionPolicy['decide']>[0], 'position' | 'now' | 'barsHeld'>

function overAfter(limit: Exclude<TimeLimit, { readonly at: string }>): (age: Age) => boolean {
  const most = 'bars' in limit ? limit.bars : limit.afterMs
  checkNumber('timeExit', 'bars' in limit ? 'bars' : 'afterMs', most, 'above 0')
  if ('bars' in limit) return ({ barsHeld }) => barsHeld >= most
  return ({ now, position }) => now - position.openedAt >= most
}

function overAt({ at, timeZone }: Extract<TimeLimit, { readonly at: string }>): (age: Age) => boolean {
  const minute = minuteOfDay(at)
  // A zone that does not exist shall be told when the strategy is made, not at the first trade.
  zoneOffsetMs(timeZone, 0 as UnixMs)
  return ({ now, position }) => now >= nextLocalMinute(position.openedAt, minute, timeZone)
}
