import { ControlPlaneError } from '../errors.ts'

/** When a crashed process is started again, and when no more. */
export interface RestartPolicy {
  /** Before the first restart, in ms. */
  readonly minMs: number
  /** Before any restart, at most, in ms. */
  readonly maxMs: number
  /** Restarts within the window; one more crash is a failure. */
  readonly maxRestarts: number
  /** Of the window, in ms. */
  readonly windowMs: number
}

/** 1 s → 60 s, at most 5 restarts in 10 minutes. */
export const RESTART_POLICY: RestartPolicy = {
  minMs: 1_000,
  maxMs: 60_000,
  maxRestarts: 5,
  windowMs: 600_000,
}

/** What to do after a crash. */
export type RestartDecision =
  /** Start again, not before `retryAt`. */
  | {
      readonly type: 'retry'
      readonly retryAt: number
      readonly restartCount: number
      readonly crashTimes: readonly number[]
    }
  /** Leave it to a person or a new generation. */
  | { readonly type: 'give-up'; readonly restartCount: number; readonly crashTimes: readonly number[] }

/**
 * Wait before a restart in ms: doubles from `minMs` to `maxMs`, of which the upper half is random so that bots that
 * died together do not return together.
 * @param restart - Counts from 1.
 * @param random - Gives numbers in [0, 1).
 * @throws {@link ControlPlaneError} `invalid-options`
 */
export function backoffMs(restart: number, random: () => number, policy = RESTART_POLICY): number {
  if (!Number.isInteger(restart) || restart < 1)
    throw new ControlPlaneError('invalid-options', `Restart ${restart} does not exist. Count from 1.`)
  const ceiling = Math.min(policy.maxMs, policy.minMs * 2 ** Math.min(restart - 1, 30))
  return Math.round(ceiling / 2 + (ceiling / 2) * random())
}

/** Judges a crash by those before it. */
export function decideRestart(
  crashTimes: readonly number[],
  now: number,
  random: () => number,
  policy = RESTART_POLICY,
): RestartDecision {
  const recent = [...crashTimes.filter(at => now - at < policy.windowMs), now].slice(-policy.maxRestarts - 1)
  if (recent.length > policy.maxRestarts)
    return { type: 'give-up', restartCount: policy.maxRestarts, crashTimes: recent }
  return {
    type: 'retry',
    retryAt: now + backoffMs(recent.length, random, policy),
    restartCount: recent.length,
    crashTimes: recent,
  }
}
