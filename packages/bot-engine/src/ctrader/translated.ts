import { isCTraderError } from '@openclaw-trading/ctrader-client'
import { EngineError } from '../errors.ts'

/** Says an error of the client in the words of the engine; an abort stays what it is. */
export async function translated<T>(task: string, run: () => Promise<T>): Promise<T> {
  try {
    return await run()
  } catch (cause) {
    if (!isCTraderError(cause)) throw cause
    throw new EngineError('broker-unavailable', `Could not ${task}: ${cause.message}`, {
      cause,
      retryable: cause.retryable,
      details: { code: cause.code, ...cause.details },
    })
  }
}
