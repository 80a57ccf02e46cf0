import { isServerError, type ServerErrorCode } from './errors.ts'

/** Exit codes of every command; stable. */
export const EXIT = {
  success: 0,
  /** Unexpected; also a strategy that throws. */
  bug: 1,
  usage: 2,
  /** Settings or parameters outside their schema. */
  config: 3,
  notFound: 4,
  /** Something that must hold first does not: a folder that cannot be written, a missing build. */
  precondition: 5,
  gateBlocked: 6,
  /** The venue refused the login. */
  auth: 7,
  /** The venue refused something else. */
  brokerRejected: 8,
  /** API, database, network. */
  unavailable: 9,
  /** Data missing or damaged. */
  data: 10,
  /** Already running, or changed meanwhile. */
  conflict: 11,
  /** A check found a difference. */
  checkFailed: 12,
  interrupted: 130,
  terminated: 143,
} as const

const SERVER: Readonly<Record<ServerErrorCode, number>> = {
  'config-invalid': EXIT.config,
  'port-taken': EXIT.conflict,
  'data-dir-unwritable': EXIT.precondition,
  'data-dir-taken': EXIT.conflict,
  'unknown-bot': EXIT.notFound,
  'invalid-params': EXIT.config,
  'venue-failed': EXIT.unavailable,
  'data-invalid': EXIT.data,
  'bot-failed': EXIT.bug,
  'invalid-payload': EXIT.usage,
  'origin-not-allowed': EXIT.bug,
  'too-many-streams': EXIT.bug,
  'not-built': EXIT.precondition,
  'check-failed': EXIT.checkFailed,
}

// Codes of the packages below, as they state them; a code that two packages share means the same in both.
const PACKAGES: Readonly<Record<string, number>> = {
  'invalid-params': EXIT.config,
  'invalid-options': EXIT.config,
  'invalid-argument': EXIT.usage,
  'data-invalid': EXIT.data,
  'data-out-of-order': EXIT.data,
  'data-missing': EXIT.data,
  'data-busy': EXIT.conflict,
  'data-zone-unclear': EXIT.data,
  'not-writable': EXIT.precondition,
  'handler-failed': EXIT.bug,
  'state-invalid': EXIT.data,
  'unknown-symbol': EXIT.notFound,
  'not-found': EXIT.notFound,
  'out-of-sync': EXIT.precondition,
  'broker-unavailable': EXIT.unavailable,
  'connection-lost': EXIT.unavailable,
  'request-timeout': EXIT.unavailable,
  'under-maintenance': EXIT.unavailable,
  'database-unavailable': EXIT.unavailable,
  'request-failed': EXIT.unavailable,
  'embedded-database-failed': EXIT.unavailable,
  'queue-unavailable': EXIT.unavailable,
  'process-failed': EXIT.unavailable,
  'outbox-full': EXIT.precondition,
  'outbox-damaged': EXIT.data,
  'listen-failed': EXIT.conflict,
  'state-unavailable': EXIT.precondition,
  'state-damaged': EXIT.data,
  'schema-outdated': EXIT.precondition,
  'login-refused': EXIT.auth,
  'token-invalid': EXIT.auth,
  'request-refused': EXIT.brokerRejected,
  'order-rejected': EXIT.brokerRejected,
  'rate-limited': EXIT.brokerRejected,
  conflict: EXIT.conflict,
  'already-exists': EXIT.conflict,
  fenced: EXIT.conflict,
}

/** The exit code of a failure, by its code. */
export function exitCodeOf(error: unknown): number {
  if (isServerError(error)) return error.exitCode ?? SERVER[error.code] ?? EXIT.bug
  const code = errorCode(error) ?? ''
  return code === 'embedded-database-failed' && isUnwritable(error) ? EXIT.precondition : exitCodeOfCode(code)
}

/** The folder of the embedded database, and not the database: nothing that one waits for. */
function isUnwritable(error: unknown): boolean {
  const { details } = error as { readonly details?: Readonly<Record<string, unknown>> }
  return UNWRITABLE.has(String(details?.['systemCode']))
}

const UNWRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT', 'ENOTDIR', 'EEXIST'])

/** The exit code that belongs to an error code of any package. */
export function exitCodeOfCode(code: string): number {
  return PACKAGES[code] ?? EXIT.bug
}

/** The code of an error of any of our packages. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return undefined
  return OUR_ERRORS.has(error.name) ? error.code : undefined
}

const OUR_ERRORS = new Set([
  'ServerError',
  'EngineError',
  'ControlPlaneError',
  'CTraderError',
  'SimulatorError',
  'ModelError',
])
