import { EngineError } from '../errors.ts'

/** Milliseconds in a minute. */
export const MINUTE_MS = 60_000

/** Checks an option that must be above 0. @throws {@link EngineError} `invalid-options` */
export function checkPositive(protection: string, option: string, value: number): number {
  if (value > 0 && Number.isFinite(value)) return value
  throw new EngineError(
    'invalid-options',
    `${protection} was given ${option} = ${value}. Pass a number above 0.`,
  )
}

/** Minutes for people, rounded up: what is left is never told as 0. */
export function minutesText(ms: number): string {
  return `${Math.ceil(ms / MINUTE_MS)} min`
}
