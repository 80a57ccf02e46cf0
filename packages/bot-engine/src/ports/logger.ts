/** Structured log, pino-compatible; messages are constant strings, values go to the fields. */
export interface Logger {
  /** Message names and sizes. */
  debug(fields: object, message: string): void
  /** Lifecycle, and every command with its outcome. */
  info(fields: object, message: string): void
  /** Went wrong and healed itself. */
  warn(fields: object, message: string): void
  /** A person must act. */
  error(fields: object, message: string): void
}
