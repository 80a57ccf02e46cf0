/** Codes of {@link ModelError}. */
export type ModelErrorCode = 'invalid-value' | 'money-mismatch' | 'money-overflow' | 'unknown-time-zone'

/**
 * The one error class of this package.
 *
 * The message starts with the code, says what happened with the values, and ends with what to do.
 */
export class ModelError extends Error {
  override readonly name = 'ModelError'
  /** What went wrong, from a closed list. */
  readonly code: ModelErrorCode

  /** Creates the error; `message` is written without the code. */
  constructor(code: ModelErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options)
    this.code = code
  }
}

/** Tells whether a value is a {@link ModelError}, also one of another installed copy. */
export function isModelError(error: unknown, code?: ModelErrorCode): error is ModelError {
  if (!(error instanceof Error) || error.name !== 'ModelError') return false
  return code === undefined || (error as ModelError).code === code
}
