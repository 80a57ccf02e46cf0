import type { ProgressState } from '@openclaw-trading/ctrader-client/terminal'
import { isCliError } from './errors.ts'
import { strategyPlace } from './strategy-place.ts'

/** Something that the user should know of a result that holds all the same. */
export interface Warning {
  /** Stable, for programs. */
  readonly code: string
  readonly message: string
}

/** What `--json` prints of a result: one line, nothing else on stdout. `ok` is false where the exit code is not 0. */
export function jsonResult(
  schema: string,
  data: unknown,
  {
    warnings = [],
    tookMs,
    ok = true,
  }: { readonly warnings?: readonly Warning[]; readonly tookMs: number; readonly ok?: boolean },
): string {
  return `${JSON.stringify({ schema, ok, data, warnings, took_ms: Math.round(tookMs) })}\n`
}

/** What `--json=stream` prints before the result: one line for each tenth of the work, and every five seconds. */
export function jsonProgress({ label, share, count, unit, secondsLeft }: ProgressState): string {
  const left = secondsLeft === undefined ? {} : { seconds_left: secondsLeft }
  return `${JSON.stringify({ schema: 'claw.progress/1', what: label, share, count, unit, ...left })}\n`
}

/**
 * What `--json` prints of a failure: the same words that a person would read, what the code means and what to do, the
 * place in a strategy that threw, and what was found all the same.
 */
export async function jsonFailure(
  error: unknown,
  exit: number,
  { cwd = '', redact = text => text }: FailureRendering = {},
): Promise<string> {
  const message = error instanceof Error ? error.message : String(error)
  const match = /^\[([a-z-]+)\] ([\s\S]*)$/.exec(message)
  const [code = 'unexpected', detail] = match === null ? ['unexpected', message] : [match[1], match[2]]
  const failure = { code, ...(await meaningOf(code)), detail, ...strategyPlace(error, cwd), exit }
  const result = isCliError(error) ? error.result : undefined
  const line = (value: object) => `${JSON.stringify(value, texts(redact))}\n`
  if (result === undefined) return line({ schema: 'claw.error/1', ok: false, error: failure })
  const { schema, data, warnings = [], tookMs } = result
  return line({ schema, ok: false, data, warnings, error: failure, took_ms: Math.round(tookMs) })
}

/** How {@link jsonFailure} shows a failure. */
interface FailureRendering {
  /** The place in a strategy is told as one would type it there. */
  readonly cwd?: string
  /** Takes secrets out of texts. Default: none are known. */
  readonly redact?: (text: string) => string
}

/** For `JSON.stringify`: numbers stay, of which a secret of digits may be a part. */
function texts(change: (text: string) => string) {
  return (_key: string, value: unknown) => (typeof value === 'string' ? change(value) : value)
}

/** What `--json` prints where a signal or `--timeout` ended a command before there was a result. */
export async function jsonEnded(reason: unknown, exit: number): Promise<string> {
  return (await endedInJson())(reason instanceof Error ? reason.message : 'Ended.', exit)
}

/** Writes that at once, where nothing can be awaited any more. */
export async function endedInJson(): Promise<(why: string, exit: number) => string> {
  const meaning = await meaningOf('interrupted')
  return (why, exit) => {
    const error = { code: 'interrupted', ...meaning, detail: `${why} There was no result yet.`, exit }
    return `${JSON.stringify({ schema: 'claw.error/1', ok: false, error })}\n`
  }
}

/** What `claw explain` says of a code; its texts are loaded for a failure alone. */
async function meaningOf(code: string) {
  const { EXPLANATIONS, firstSentence } = await import('./explain/explanations.ts')
  const { cause, fix } = EXPLANATIONS.get(code) ?? {}
  return {
    title: cause === undefined ? code : firstSentence(cause),
    hint: fix ?? 'Run again with --verbose.',
    docs: `claw explain ${code}`,
  }
}
