import { EngineError, isEngineError } from '../errors.ts'

/** What ended a run, as an error of ours. */
export function failureOf(cause: unknown): EngineError {
  if (isEngineError(cause)) return cause
  return new EngineError(
    'handler-failed',
    `The run ended by an unexpected error: ${String(cause)}. Report it.`,
    { cause },
  )
}
