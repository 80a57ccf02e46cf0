/** Codes of {@link ControlPlaneError}. */
export type ControlPlaneErrorCode =
  /** The thing asked for does not exist. */
  | 'not-found'
  /** The change rests on a state that is no longer the newest. */
  | 'conflict'
  /** It exists and differs. */
  | 'already-exists'
  /** A newer owner of the instance exists: stop. */
  | 'fenced'
  /** A message, job or row does not match its schema. */
  | 'invalid-payload'
  /** An option of a function is outside its range. */
  | 'invalid-options'
  /** The database's tables are missing, older or other than this code's: run `migrate`. */
  | 'schema-outdated'
  /** The database cannot be reached. */
  | 'database-unavailable'
  /** The embedded PostgreSQL cannot be installed, started or attached to. */
  | 'embedded-database-failed'
  /** The queue cannot be reached; the workers' periodic passes still converge. */
  | 'queue-unavailable'
  /** A bot process could not be started. */
  | 'process-failed'
  /** A request to the API failed without a code of this list. */
  | 'request-failed'
  /** The outbox holds as much as it may. */
  | 'outbox-full'
  /** A line in the middle of the outbox file cannot be read. */
  | 'outbox-damaged'

const RETRYABLE: ReadonlySet<ControlPlaneErrorCode> = new Set(['database-unavailable', 'queue-unavailable'])

/** All codes, for mapping a code that arrives over the wire. */
export const CONTROL_PLANE_ERROR_CODES: readonly ControlPlaneErrorCode[] = [
  'not-found',
  'conflict',
  'already-exists',
  'fenced',
  'invalid-payload',
  'invalid-options',
  'schema-outdated',
  'database-unavailable',
  'embedded-database-failed',
  'queue-unavailable',
  'process-failed',
  'request-failed',
  'outbox-full',
  'outbox-damaged',
]

/**
 * The one error class of this package.
 *
 * The message starts with the code, says what happened with the values, and ends with what to do.
 */
export class ControlPlaneError extends Error {
  override readonly name = 'ControlPlaneError'
  /** What went wrong, from a closed list. */
  readonly code: ControlPlaneErrorCode
  /** Facts behind the message, JSON-safe. */
  readonly details: Readonly<Record<string, unknown>>
  /** The same call may succeed later without a change by the caller. */
  readonly retryable: boolean

  /** Creates the error; `message` is written without the code. */
  constructor(
    code: ControlPlaneErrorCode,
    message: string,
    options?: ErrorOptions & {
      readonly details?: Readonly<Record<string, unknown>>
      readonly retryable?: boolean
    },
  ) {
    super(`[${code}] ${message}`, options)
    this.code = code
    this.details = options?.details ?? {}
    this.retryable = options?.retryable ?? RETRYABLE.has(code)
  }
}

/** Tells whether a value is a {@link ControlPlaneError}, also one of another installed copy. */
export function isControlPlaneError(
  error: unknown,
  code?: ControlPlaneErrorCode,
): error is ControlPlaneError {
  if (!(error instanceof Error) || error.name !== 'ControlPlaneError') return false
  return code === undefined || (error as ControlPlaneError).code === code
}
