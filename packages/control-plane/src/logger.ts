/** Where this package reports its lifecycle; a pino logger fits. Messages are constants, values go to fields. */
export interface Logger {
  /** Names and sizes. */
  debug(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Lifecycle. */
  info(fields: Readonly<Record<string, unknown>>, message: string): void
  /** Healed itself. */
  warn(fields: Readonly<Record<string, unknown>>, message: string): void
  /** A person must act. */
  error(fields: Readonly<Record<string, unknown>>, message: string): void
}

/** The default: says nothing. */
export const SILENT_LOGGER: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** A thrown value as the text for a log field or a message. */
export function errorText(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
