import { ControlPlaneError } from '../errors.ts'
import { errorText } from '../logger.ts'

const NETWORK_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
])

// 57P01–57P03: shutting down or starting; 53300: too many connections; class 08: connection trouble; class 28 and 3D000:
// the login or the database is wrong, which a person must correct, but for the caller it is as unreachable.
const UNAVAILABLE_STATE = /^(57P0[123]|53300|08...|28...|3D000)$/
// Undefined table, column, function, schema.
const OUTDATED_STATE = /^(42P01|42703|42883|3F000)$/

const CONNECTION_MESSAGE =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|not queryable/

/** SQLSTATE or system code of an error of the driver; empty when it has none. */
export function errorCode(error: unknown): string {
  const code = (error as { code?: unknown } | null)?.code
  return typeof code === 'string' ? code : ''
}

/** Tells whether an error means that the database cannot be reached now. */
export function isUnavailable(error: unknown): boolean {
  const code = errorCode(error)
  return NETWORK_CODES.has(code) || UNAVAILABLE_STATE.test(code) || CONNECTION_MESSAGE.test(errorText(error))
}

/** Maps what the driver throws to {@link ControlPlaneError}; errors of other kinds pass unchanged. */
export function mapDatabaseError(error: unknown, where: string): unknown {
  if (isUnavailable(error))
    return new ControlPlaneError(
      'database-unavailable',
      `PostgreSQL at ${where} does not answer: ${errorText(error) || errorCode(error)}. Check that it runs and that DATABASE_URL is right.`,
      { cause: error },
    )
  if (OUTDATED_STATE.test(errorCode(error)))
    return new ControlPlaneError(
      'schema-outdated',
      `The tables of ${where} do not fit this version: ${errorText(error)}. Run the migrations.`,
      { cause: error },
    )
  return error
}

/** Host, port and database of a connection URL, without the password. */
export function describeUrl(url: string): string {
  try {
    const { host, pathname } = new URL(url)
    return `${host}${pathname}`
  } catch {
    return 'an unreadable DATABASE_URL'
  }
}
