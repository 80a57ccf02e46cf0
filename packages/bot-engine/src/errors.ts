/** Codes of {@link EngineError}. */
export type EngineErrorCode =
  /** A parameter is outside its schema; all problems are listed. */
  | 'invalid-params'
  /** An option of a function is outside its range. */
  | 'invalid-options'
  /** Input data is damaged; names the file and line, or the row. */
  | 'data-invalid'
  /** Input data stepped back in time. */
  | 'data-out-of-order'
  /** An input file is missing or cannot be read. */
  | 'data-missing'
  /** A file or folder cannot be written: permissions, a full disk, a file in the place of a folder. */
  | 'not-writable'
  /** Another process writes the same data. */
  | 'data-busy'
  /** The time zone of a file is not told, or its times contradict the one that is. */
  | 'data-zone-unclear'
  /** A strategy handler threw; `cause` is the original. The run stops, positions are kept. */
  | 'handler-failed'
  /** The state of a strategy does not fit its schema, is no plain JSON, or is too long. */
  | 'state-invalid'
  /** A worker of a sweep ended while it ran; names the parameters of that run. */
  | 'worker-failed'
  /** The broker has no such symbol. */
  | 'unknown-symbol'
  /** The book and the broker disagree and could not be brought together. */
  | 'out-of-sync'
  /** The broker could not be reached at start. */
  | 'broker-unavailable'

/**
 * The one error class of this package.
 *
 * The message starts with the code, says what happened with the values, and ends with what to do.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  /** What went wrong, from a closed list. */
  readonly code: EngineErrorCode
  /** Facts behind the message, JSON-safe. */
  readonly details: Readonly<Record<string, unknown>>
  /** The same call may succeed later without a change by the caller. */
  readonly retryable: boolean

  /** Creates the error; `message` is written without the code. */
  constructor(
    code: EngineErrorCode,
    message: string,
    options?: ErrorOptions & {
      readonly details?: Readonly<Record<string, unknown>>
      readonly retryable?: boolean
    },
  ) {
    super(`[${code}] ${message}`, options)
    this.code = code
    this.details = options?.details ?? {}
    this.retryable = options?.retryable ?? ['out-of-sync', 'broker-unavailable', 'data-busy'].includes(code)
  }
}

/** Tells whether a value is an {@link EngineError}, also one of another installed copy. */
export function isEngineError(error: unknown, code?: EngineErrorCode): error is EngineError {
  if (!(error instanceof Error) || error.name !== 'EngineError') return false
  return code === undefined || (error as EngineError).code === code
}
