/** Codes of {@link ScaffoldError}. */
export type ScaffoldErrorCode =
  /** An argument is missing, unknown or not a name. */
  | 'usage'
  /** Something is there already; nothing was written. */
  | 'already-exists'
  /** A folder or file cannot be written. */
  | 'not-writable'
  /** Packages could not be installed; the files are there. */
  | 'install-failed'
  /** This Node is too old. */
  | 'node-too-old'

/** The one error class of this package; the message says what happened and what to do. */
export class ScaffoldError extends Error {
  override readonly name = 'ScaffoldError'
  /** What went wrong, from a closed list. */
  readonly code: ScaffoldErrorCode

  /** Creates the error; `message` is written without the code. */
  constructor(code: ScaffoldErrorCode, message: string, options?: ErrorOptions) {
    super(`[${code}] ${message}`, options)
    this.code = code
  }
}

/** Tells whether a value is a {@link ScaffoldError}, also one of another installed copy. */
export function isScaffoldError(error: unknown): error is ScaffoldError {
  return error instanceof Error && error.name === 'ScaffoldError'
}
