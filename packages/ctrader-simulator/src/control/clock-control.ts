import type { UnixMs } from '@openclaw-trading/trading-model'
import { SimulatorError } from '../errors.ts'

/** Longest step of {@link ClockControl.advance}: a month; every quote of it is made and sent. */
export const MAX_ADVANCE_MS = 31 * 86_400_000
/** Fastest market. */
export const MAX_SPEED = 10_000

/** Market time in the hands of a test. */
export interface ClockControl {
  /** Market time now. */
  now(): UnixMs
  /** Moves time on by milliseconds, at most 31 days; what is due until then has happened and been sent when this returns. */
  advance(ms: number): void
  /** As {@link advance}, to an instant that is not in the past. */
  jump(to: UnixMs): void
  /** Stops the market; `advance` still moves it. */
  pause(): void
  /** Lets a stopped market go on, unless its clock is manual. */
  resume(): void
  /** Market seconds per wall second, above 0 to 10,000. Under a manual clock it takes effect at once and ends that mode. */
  speed(factor: number): void
}

/** What moves with the clock. */
export interface ClockTarget {
  readonly now: () => number
  readonly advanceTo: (at: number) => void
  readonly setSpeed: (speed: number) => void
}

/** Makes the clock's handle. @param speed 0 under a manual clock */
export function clockControl({ now, advanceTo, setSpeed }: ClockTarget, speed: number): ClockControl {
  let running = speed
  const advance = (ms: number): void => {
    if (!(ms >= 0 && ms <= MAX_ADVANCE_MS)) throw bad('ms', ms, `milliseconds from 0 to ${MAX_ADVANCE_MS}`)
    advanceTo(now() + Math.floor(ms))
  }
  return {
    now: () => now() as UnixMs,
    advance,
    jump: to => advance(to - now()),
    pause: () => setSpeed(0),
    resume: () => setSpeed(running),
    speed(factor) {
      if (!(factor > 0 && factor <= MAX_SPEED)) throw bad('factor', factor, `above 0 up to ${MAX_SPEED}`)
      running = factor
      setSpeed(factor)
    },
  }
}

function bad(name: string, value: unknown, allowed: string): SimulatorError {
  return new SimulatorError('invalid-options', `${name} is ${String(value)}. Allowed: ${allowed}.`, {
    details: { name, value: String(value) },
  })
}
