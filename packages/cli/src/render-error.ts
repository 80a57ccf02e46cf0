import { type CliErrorCode, isCliError } from './errors.ts'
import { strategyPlace } from './strategy-place.ts'

/** What a failure looks like to a person, and to the shell. */
export interface RenderedError {
  /** Lines for stderr, with a line break at the end. */
  readonly text: string
  readonly exitCode: number
}

/** Exit codes that need no server package to be known. */
const OWN: Readonly<Record<CliErrorCode, number>> = {
  usage: 2,
  'server-missing': 5,
  'no-project': 3,
  'config-invalid': 3,
  'strategy-not-found': 4,
  'strategy-invalid': 3,
  'invalid-params': 3,
  conflict: 11,
  'data-missing': 10,
  'run-not-found': 4,
  'run-damaged': 10,
  'not-writable': 5,
  'code-unknown': 4,
  'check-failed': 12,
}

/**
 * The one renderer of errors: what happened and what to do; never a stack, unless `debug`.
 *
 * `exitCodeOf` knows the codes of the packages below; without it an unknown failure is 1.
 */
export function renderError(
  error: unknown,
  options: {
    readonly debug: boolean
    /** Places are told as one would type them there. Default: the working folder of the process. */
    readonly cwd?: string
    readonly exitCodeOf?: (error: unknown) => number
  },
): RenderedError {
  if (isCliError(error)) return { text: render(error, options), exitCode: OWN[error.code] }
  const exitCode = options.exitCodeOf?.(error) ?? 1
  const known = error instanceof Error && /^\[[a-z-]+\] /.test(error.message)
  if (known) return { text: render(error, options), exitCode }
  const what = error instanceof Error ? error.message : String(error)
  const advice = options.debug
    ? ''
    : '\n    This is a bug. Run again with DEBUG=claw:* and report what it prints.\n'
  return {
    text: `  ✘ Unexpected error: ${what}${advice}${trace(error, options.debug)}\n`.replace(/\n\n$/, '\n'),
    exitCode,
  }
}

function render(
  error: Error,
  { debug, cwd = '' }: { readonly debug: boolean; readonly cwd?: string },
): string {
  const match = /^\[([a-z-]+)\] ([\s\S]*)$/.exec(error.message)
  const [code, text] = [match?.[1] ?? '', match?.[2] ?? error.message]
  const place = strategyPlace(error, cwd)
  const at = place === undefined ? '' : `    at ${place.file}:${place.line}:${place.column}\n`
  return `  ✘ ${text.replaceAll('\n', '\n    ')}\n${at}    code: ${code}\n${trace(error, debug)}`
}

function trace(error: unknown, debug: boolean): string {
  if (!debug || !(error instanceof Error)) return ''
  const cause =
    error.cause === undefined
      ? ''
      : `\ncaused by ${error.cause instanceof Error ? error.cause.stack : String(error.cause)}`
  return `${error.stack ?? ''}${cause}\n`
}
