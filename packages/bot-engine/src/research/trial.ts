import type { BacktestOptions } from '../backtest/options.ts'
import type { BarColumns } from '../data/columns.ts'
import { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
import type { AnyStrategy } from '../strategy/define.ts'

/** What all runs of a sweep have in common. */
export type SharedOptions<S extends AnyStrategy> = Omit<
  BacktestOptions<S>,
  'params' | 'signal' | 'recordDecisions' | 'onProgress'
>

/** Rows from before a run, of which each combination is warmed up with as many bars as its feeds ask for. */
export interface RowsBefore {
  /** Where the run begins, milliseconds since 1970-01-01 UTC: bars that end later are none of the past. */
  readonly at: number
  /** Of the kind and the instruments that the run is over. */
  readonly data: BacktestOptions<AnyStrategy>['data']
  readonly watchedBars?: readonly BarColumns[]
}

/** What all runs of a sweep have in common, with what came before them. */
export type TrialOptions<S extends AnyStrategy> = SharedOptions<S> & {
  /** Default: runs begin cold, or with `warmUp`. */
  readonly rowsBefore?: RowsBefore
}

/** A failure of a run, with its parameters in its message and its details; what is no failure of ours stays. */
export function failedWith(params: unknown, cause: unknown): unknown {
  if (!isEngineError(cause)) return cause
  return new EngineError(cause.code, `With ${JSON.stringify(params)}: ${withoutCode(cause)}`, {
    cause,
    details: { ...cause.details, params },
  })
}

function withoutCode({ code, message }: EngineError): string {
  return message.startsWith(`[${code}] `) ? message.slice(code.length + 3) : message
}

/** An error as a thread sends it. */
export interface SentError {
  readonly code: EngineErrorCode
  readonly message: string
  readonly stack: string
  readonly details: Readonly<Record<string, unknown>>
}

/** An error as plain data. */
export function sentError(error: unknown): SentError {
  const own = error instanceof Error ? error : new EngineError('worker-failed', String(error))
  const stack = String(originOf(own).stack)
  if (!isEngineError(own)) return { code: 'worker-failed', message: own.message, stack, details: {} }
  return {
    code: own.code,
    message: withoutCode(own),
    stack,
    details: JSON.parse(JSON.stringify(own.details)),
  }
}

/** The error that a thread sent; its cause has the stack of the thread. */
export function receivedError({ code, message, stack, details }: SentError): EngineError {
  const cause = new EngineError(code, message)
  cause.stack = stack
  return new EngineError(code, message, { cause, details })
}

/** The error at the bottom, whose stack names the line of the strategy. */
function originOf(error: Error): Error {
  return error.cause instanceof Error ? originOf(error.cause) : error
}
