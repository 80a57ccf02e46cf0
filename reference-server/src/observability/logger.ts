import { renameSync, statSync } from 'node:fs'
import { dirname } from 'node:path'
import { makeFolder } from '@openclaw-trading/control-plane/client'
import pino from 'pino'

/** Where a part tells what it does: values go to fields, messages are constant. */
export interface Logger {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** How much is logged. */
export type LogLevel = 'silent' | 'error' | 'warn' | 'info' | 'debug'

/** A log file that has grown beyond this is put aside at the next start; one older file is kept. */
export const MAX_LOG_BYTES = 10 * 1024 * 1024

/** Says nothing. */
export const silentLogger: Logger = { debug() {}, info() {}, warn() {}, error() {} }

/** Creates a logger that writes JSON lines to stderr: stdout belongs to results. */
export function createLogger(level: LogLevel, name: string): Logger {
  if (level === 'silent') return silentLogger
  return logTo(level, name, pino.destination({ fd: 2, sync: true }))
}

/**
 * Creates a logger that writes JSON lines to a file, opened at the first line.
 *
 * A log that cannot be written is no reason to fail: then the lines go to stderr.
 */
export function createFileLogger(level: LogLevel, name: string, file: string): Logger {
  if (level === 'silent') return silentLogger
  let opened: Logger | undefined
  const inner = () => {
    opened ??= openFile(level, name, file)
    return opened
  }
  return {
    debug: (fields, message) => inner().debug(fields, message),
    info: (fields, message) => inner().info(fields, message),
    warn: (fields, message) => inner().warn(fields, message),
    error: (fields, message) => inner().error(fields, message),
  }
}

function openFile(level: LogLevel, name: string, file: string): Logger {
  try {
    makeFolder(dirname(file), 0o700)
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0
    if (size > MAX_LOG_BYTES) renameSync(file, `${file}.1`)
    return logTo(level, name, pino.destination({ dest: file, sync: true }))
  } catch {
    return createLogger(level, name)
  }
}

function logTo(level: LogLevel, name: string, destination: pino.DestinationStream): Logger {
  const { err } = pino.stdSerializers
  // Parts name the field of an error either way.
  return pino({ level, name, serializers: { err, error: err } }, destination)
}
