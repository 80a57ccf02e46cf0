import pino from 'pino'

/** Where a part tells what it does: values go to fields, messages are constant. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** Creates a logger that writes JSON lines to stderr: stdout belongs to results. */
export function createLogger(level: 'silent' | 'error' | 'warn' | 'info' | 'debug', name: string): Logger {
  if (level === 'silent') return silentLogger
  return pino({ level, name }, pino.destination({ fd: 2, sync: true }))
}
