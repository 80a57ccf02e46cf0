import { CliError } from './errors.ts'

/** A span of market time in milliseconds since 1970-01-01 UTC; `to` does not count. */
export interface Span {
  readonly from?: number | undefined
  readonly to?: number | undefined
}

/** Refuses a span in which nothing can lie. @throws {@link CliError} `usage` */
export function checkSpan({ from, to }: Span): void {
  if (from === undefined || to === undefined || from < to) return
  throw new CliError(
    'usage',
    `The span from ${dayText(from)} to ${dayText(to)} is empty: --to is the first instant that no longer counts. --from must lie before --to.`,
  )
}

/** `2024-01-02`, or with the time where it is not midnight. */
export function dayText(at: number): string {
  const text = new Date(at).toISOString()
  return at % 86_400_000 === 0 ? text.slice(0, 10) : `${text.slice(0, 16)}Z`
}
