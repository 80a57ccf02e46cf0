/** Codes of {@link SimulatorError}. */
export type SimulatorErrorCode =
  /** An option is outside its range. */
  | 'invalid-options'
  /** The port or the address cannot be listened on. */
  | 'listen-failed'
  /** The state directory cannot be read or written. */
  | 'state-unavailable'
  /** The state file is damaged before its end: going on could repeat ids. */
  | 'state-damaged'
  /** A replay went further than an order allowed: its result would be wrong. */
  | 'lookahead-broken'
  /** The bot of a replay broke the rules of its marks. */
  | 'mark-violation'
  /** The connection of a replay was lost before its end; a replay is never resumed. */
  | 'connection-lost'
  /** The bot of a replay kept its connection and confirmed nothing any more. */
  | 'replay-stalled'
  /** A test waited for an order or a fill that did not come. */
  | 'wait-timeout'
  /** The simulator was closed before its replay ended. */
  | 'closed'

/**
 * The one error class of this package.
 *
 * The message starts with the code, says what happened with the values, and ends with what to do.
 */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError'
  /** What went wrong, from a closed list. */
  readonly code: SimulatorErrorCode
  /** Facts behind the message, JSON-safe. */
  readonly details: Readonly<Record<string, unknown>>

  /** Creates the error; `message` is written without the code. */
  constructor(
    code: SimulatorErrorCode,
    message: string,
    options?: ErrorOptions & { readonly details?: Readonly<Record<string, unknown>> },
  ) {
    super(`[${code}] ${message}`, options)
    this.code = code
    this.details = options?.details ?? {}
  }
}

/** Tells whether a value is a {@link SimulatorError}, also one of another installed copy. */
export function isSimulatorError(error: unknown, code?: SimulatorErrorCode): error is SimulatorError {
  if (!(error instanceof Error) || error.name !== 'SimulatorError') return false
  return code === undefined || (error as SimulatorError).code === code
}
