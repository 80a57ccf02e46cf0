import type { BacktestOptions } from '../backtest/options.ts'
import { backtest } from '../backtest/run.ts'
import { EngineError, type EngineErrorCode, isEngineError } from '../errors.ts'
import type { AnyStrategy, StrategyParams } from '../strategy/define.ts'
import { dailyEquity } from '../backtest/daily-returns.ts'
import type { TrialReport } from './objective.ts'

/** What all runs of a sweep have in common. */
export type SharedOptions<S extends AnyStrategy> = Omit<
  BacktestOptions<S>,
  'params' | 'signal' | 'recordDecisions' | 'onProgress'
>

/**
 * Runs one combination and keeps what a sweep needs.
 *
 * @throws {@link EngineError} what {@link backtest} throws, with the parameters in its message and its details
 */
export async function runTrial<S extends AnyStrategy>(
  strategy: S,
  options: SharedOptions<S> & { readonly signal?: AbortSignal },
  params: StrategyParams<S>,
): Promise<TrialReport> {
  try {
    const { metrics, equity, blockedCount, ended, rows } = await backtest(strategy, { ...options, params })
    return { metrics, daily: dailyEquity(equity), blockedCount, ended, rows }
  } catch (cause) {
    if (!isEngineError(cause)) throw cause
    throw new EngineError(cause.code, `With ${JSON.stringify(params)}: ${withoutCode(cause)}`, {
      cause,
      details: { ...cause.details, params },
    })
  }
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
