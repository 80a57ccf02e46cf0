/** Something that the user should know of a result that holds all the same. */
export interface Warning {
  /** Stable, for programs. */
  readonly code: string
  readonly message: string
}

/** What `--json` prints of a result: one line, nothing else on stdout. */
export function jsonResult(
  schema: string,
  data: unknown,
  { warnings = [], tookMs }: { readonly warnings?: readonly Warning[]; readonly tookMs: number },
): string {
  return `${JSON.stringify({ schema, ok: true, data, warnings, took_ms: Math.round(tookMs) })}\n`
}

/** What `--json` prints of a failure; the same words that a person would read. */
export function jsonFailure(error: unknown, exit: number): string {
  const message = error instanceof Error ? error.message : String(error)
  const match = /^\[([a-z-]+)\] ([\s\S]*)$/.exec(message)
  const [code, detail] = match === null ? ['unexpected', message] : [match[1], match[2]]
  return `${JSON.stringify({ schema: 'claw.error/1', ok: false, error: { code, detail, exit } })}\n`
}
