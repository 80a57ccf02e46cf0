import { causesText } from './causes.ts'
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
  'config-not-found': 4,
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
 * The one renderer of errors: what happened and what to do; never a stack, unless `debug`, which tells every cause too.
 *
 * `exitCodeOf` knows the codes of the packages below; without it an unknown failure is 1.
 */
export function renderError(error: unknown, options: Rendering): RenderedError {
  const { redact = text => text } = options
  const { text, exitCode } = rendered(error, options)
  return { text: redact(text), exitCode }
}

/** How {@link renderError} shows a failure. */
interface Rendering {
  readonly debug: boolean
  /** Takes secrets out: messages and stacks may be of code of others. Default: none are known. */
  readonly redact?: (text: string) => string
  /** Places are told as one would type them there. Default: the working folder of the process. */
  readonly cwd?: string
  readonly exitCodeOf?: (error: unknown) => number
}

function rendered(error: unknown, options: Rendering): RenderedError {
  if (isCliError(error)) return { text: render(error, options), exitCode: OWN[error.code] }
  const exitCode = options.exitCodeOf?.(error) ?? 1
  const known = error instanceof Error && /^\[[a-z-]+\] /.test(error.message)
  if (known) return { text: render(error, options), exitCode }
  const what = error instanceof Error ? error.message : String(error)
  const advice = options.debug
    ? '\n'
    : '\n    This is a bug. Run again with --verbose and report what it prints.\n'
  return {
    text: `  ✘ Unexpected error: ${what}${advice}${trace(error, options)}\n`.replace(/\n\n$/, '\n'),
    exitCode,
  }
}

function render(error: Error, options: Rendering): string {
  const match = /^\[([a-z-]+)\] ([\s\S]*)$/.exec(error.message)
  const [code, text] = [match?.[1] ?? '', match?.[2] ?? error.message]
  const place = strategyPlace(error, options.cwd ?? '')
  const at = place === undefined ? '' : `    at ${place.file}:${place.line}:${place.column}\n`
  return `  ✘ ${text.replaceAll('\n', '\n    ')}\n${at}    code: ${code}\n${trace(error, options)}`
}

function trace(error: unknown, { debug }: Rendering): string {
  return debug && error instanceof Error ? causesText(error) : ''
}
