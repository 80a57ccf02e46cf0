/** Codes of {@link ServerError}. */
export type ServerErrorCode =
  /** A setting is missing, wrong or unknown; all problems are listed. */
  | 'config-invalid'
  /** Another program listens on the port. */
  | 'port-taken'
  /** The data folder cannot be written. */
  | 'data-dir-unwritable'
  /** Another server runs on the data folder. */
  | 'data-dir-taken'
  /** The registry has no such strategy. */
  | 'unknown-bot'
  /** A parameter is outside the strategy's schema; all problems are listed. */
  | 'invalid-params'
  /** The simulated venue did not start, or keeps ending. */
  | 'venue-failed'
  /** A tick file is missing or damaged; names the line. */
  | 'data-invalid'
  /** A bot ended with an error; the message is its own. */
  | 'bot-failed'
  /** A request does not match its schema. */
  | 'invalid-payload'
  /** The request came from another site, or under another host name. */
  | 'origin-not-allowed'
  /** More event streams than the server keeps. */
  | 'too-many-streams'
  /** A built file is missing. */
  | 'not-built'
  /** Backtest and replay differ. */
  | 'check-failed'

/** A problem of one field, for people. */
export interface Issue {
  /** Where: the name of a variable, or a dotted path into a body. */
  readonly path: string
  /** What is wrong, and what would be right. */
  readonly message: string
}

/** Ends a text with a full stop, unless it ends a sentence already. */
export function asSentence(text: string): string {
  return /[.?!]$/.test(text) ? text : `${text}.`
}

/**
 * The one error class of the server.
 *
 * The message starts with the code, says what happened with the values, and ends with what to do.
 */
export class ServerError extends Error {
  override readonly name = 'ServerError'
  /** What went wrong, from a closed list. */
  readonly code: ServerErrorCode
  /** Every problem found, when there can be several. */
  readonly issues: readonly Issue[]
  /** Set where the code alone does not decide it: a bot that ended brings its own. */
  readonly exitCode: number | undefined

  /** Creates the error; `message` is written without the code. */
  constructor(
    code: ServerErrorCode,
    message: string,
    options?: ErrorOptions & { readonly issues?: readonly Issue[]; readonly exitCode?: number },
  ) {
    super(`[${code}] ${message}`, options)
    this.code = code
    this.issues = options?.issues ?? []
    this.exitCode = options?.exitCode
  }
}

/** Tells whether a value is a {@link ServerError}, also one of another installed copy. */
export function isServerError(error: unknown, code?: ServerErrorCode): error is ServerError {
  if (!(error instanceof Error) || error.name !== 'ServerError') return false
  return code === undefined || (error as ServerError).code === code
}
