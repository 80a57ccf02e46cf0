import type { UnixMs } from '@openclaw-trading/trading-model'
import { EngineError } from '../errors.ts'
import type { Timer } from '../strategy/define.ts'

/** Timers a run may have set at once. */
export const MAX_TIMERS = 1000

const NONE: readonly Timer[] = []

/** The timers of a run by name, on market time. */
export class Timers {
  /** By time, then in the order of setting. */
  private timers: Timer[] = []

  /** Instant of the next timer; `Infinity` when none is set. */
  nextAt = Number.POSITIVE_INFINITY

  /** Sets a timer, or moves the one of that name. @throws {@link EngineError} `invalid-options` */
  set(name: string, at: UnixMs): void {
    if (!Number.isSafeInteger(at))
      throw new EngineError('invalid-options', `Timer "${name}" was set for ${at}. Pass whole milliseconds.`)
    this.timers = this.timers.filter(timer => timer.name !== name)
    if (this.timers.length >= MAX_TIMERS)
      throw new EngineError(
        'invalid-options',
        `${MAX_TIMERS} timers are set. Reuse names: setting one again moves it.`,
      )
    const later = this.timers.findIndex(timer => timer.at > at)
    this.timers.splice(later < 0 ? this.timers.length : later, 0, { name, at })
    this.look()
  }

  /** Takes out the timers due at `now`, in time order; one set meanwhile waits for the next message. */
  takeDue(now: number): readonly Timer[] {
    if (now < this.nextAt) return NONE
    const due = this.timers.filter(timer => timer.at <= now)
    this.timers = this.timers.filter(timer => timer.at > now)
    this.look()
    return due
  }

  private look(): void {
    this.nextAt = this.timers[0]?.at ?? Number.POSITIVE_INFINITY
  }
}
