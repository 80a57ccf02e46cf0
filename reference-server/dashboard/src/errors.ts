/** What went wrong between this browser and the server. */
export type DashboardErrorCode =
  | 'unreachable'
  | 'timed-out'
  | 'forbidden'
  | 'not-found'
  | 'refused'
  | 'server-failed'
  | 'bad-answer'
  | 'stream-overflow'

/** The dashboard's one error: a closed code, a sentence, and the HTTP status where there was an answer. */
export class DashboardError extends Error {
  override readonly name = 'DashboardError'
  /** Machine-readable cause. */
  readonly code: DashboardErrorCode
  /** HTTP status, or null when no answer came. */
  readonly status: number | null
  /** The server's own code of RFC 9457, or null. */
  readonly serverCode: string | null

  constructor(
    code: DashboardErrorCode,
    message: string,
    more: { status?: number; serverCode?: string; cause?: unknown } = {},
  ) {
    super(message, more.cause === undefined ? undefined : { cause: more.cause })
    this.code = code
    this.status = more.status ?? null
    this.serverCode = more.serverCode ?? null
  }
}

/** Tells whether something thrown is a {@link DashboardError}. */
export function isDashboardError(thrown: unknown): thrown is DashboardError {
  return thrown instanceof DashboardError
}

/** Makes a {@link DashboardError} of anything thrown. */
export function toDashboardError(thrown: unknown): DashboardError {
  if (isDashboardError(thrown)) return thrown
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  return new DashboardError(
    'bad-answer',
    `The dashboard could not read the answer: ${message}. Reload the page.`,
    { cause: thrown },
  )
}

/** Tells which hop failed and what goes on working meanwhile. */
export function explainError(error: DashboardError): { title: string; still: string } {
  switch (error.code) {
    case 'unreachable':
    case 'timed-out':
      return {
        title: 'The server does not answer',
        still:
          'Bots are processes of their own: open positions keep their stop loss and take profit at the broker.',
      }
    case 'forbidden':
      return { title: 'You may not see this', still: 'Nothing was changed.' }
    case 'not-found':
      return { title: 'Not found', still: 'Other bots are not affected.' }
    case 'refused':
      return { title: 'The server refused the request', still: 'Nothing was changed.' }
    default:
      return {
        title: 'The server answered with an error',
        still: 'The web server is up; what stands behind it failed. Bots that run go on running.',
      }
  }
}
