/** Codes of {@link CliError}. */
export type CliErrorCode =
  /** An argument is missing, unknown or outside its range. */
  | 'usage'
  /** The server package is not installed or not built. */
  | 'server-missing'
  /** Replay and backtest differ, or there was no trade to compare. */
  | 'check-failed'

/** The one error class of the command line; the message says what happened and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError'
  /** What went wrong, from a closed list. */
  readonly code: CliErrorCode

  /** Creates the error; `message` is written without the code. */
  constructor(code: CliErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options)
    this.code = code
  }
}

/** Tells whether a value is a {@link CliError}. */
export function isCliError(error: unknown): error is CliError {
  return error instanceof Error && error.name === 'CliError'
}
