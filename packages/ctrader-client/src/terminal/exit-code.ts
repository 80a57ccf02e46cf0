import { type CTraderErrorCode, isCTraderError } from '../errors.ts'

// The same numbers as those of the `claw` command.
const CODES: Readonly<Record<CTraderErrorCode, number>> = {
  'invalid-argument': 2,
  'state-unavailable': 5,
  'token-invalid': 7,
  'request-refused': 8,
  'order-rejected': 8,
  withdrawn: 1,
  'rate-limited': 8,
  'connection-lost': 9,
  'request-timeout': 9,
  'under-maintenance': 9,
  'protocol-violation': 10,
  'state-damaged': 10,
  'listen-failed': 11,
  'buffer-overflow': 1,
}

/** The exit code of a failure; 1 for one that nobody knows. */
export function exitCodeOf(error: unknown): number {
  if (!isCTraderError(error)) return 1
  // Without an application there is no login: nothing on the command line is wrong.
  const isLoginMissing =
    isCTraderError(error, 'invalid-argument') && /^CTRADER_CLIENT_/.test(error.details.path)
  return isLoginMissing ? CODES['token-invalid'] : CODES[error.code]
}
