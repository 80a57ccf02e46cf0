/** Codes of {@link CliError}. */
export type CliErrorCode =
  /** An argument is missing, unknown or outside its range. */
  | 'usage'
  /** The server package is not installed or not built. */
  | 'server-missing'
  /** No claw.config.ts here or above. */
  | 'no-project'
  /** claw.config.ts cannot be loaded, or does not fit its schema. */
  | 'config-invalid'
  /** `--config` names no file. */
  | 'config-not-found'
  /** No strategy of that name or path. */
  | 'strategy-not-found'
  /** A file that does not export exactly one strategy, or two strategies with one id. */
  | 'strategy-invalid'
  /** A parameter that the strategy does not have, or a value that it does not allow. */
  | 'invalid-params'
  /** Something is there already; nothing was changed. */
  | 'conflict'
  /** No market data for what was asked. */
  | 'data-missing'
  /** No run, sweep or walk-forward of that name. */
  | 'run-not-found'
  /** The files of a run are damaged. */
  | 'run-damaged'
  /** A folder, a file or the output cannot be written, or not be opened. */
  | 'not-writable'
  /** `claw explain` knows no such code. */
  | 'code-unknown'
  /** The result is there, and is not what was demanded: replay and backtest differ, or a figure is under its bound. */
  | 'check-failed'

/** What `--json` prints of a result. */
export interface JsonResult {
  readonly schema: string
  readonly data: unknown
  readonly warnings?: readonly { readonly code: string; readonly message: string }[]
  readonly tookMs: number
}

/** The one error class of the command line; the message says what happened and what to do. */
export class CliError extends Error {
  override readonly name = 'CliError'
  /** What went wrong, from a closed list. */
  readonly code: CliErrorCode
  /** What was found all the same; `--json` prints it in one object with the failure. */
  readonly result: JsonResult | undefined

  /** Creates the error; `message` is written without the code. */
  constructor(
    code: CliErrorCode,
    message: string,
    options?: ErrorOptions & { readonly result?: JsonResult | undefined },
  ) {
    super(`[${code}] ${message}`, options)
    this.code = code
    this.result = options?.result
  }
}

/** Tells whether a value is a {@link CliError}. */
export function isCliError(error: unknown): error is CliError {
  return error instanceof Error && error.name === 'CliError'
}
