/** More than anybody reads: an error may be its own cause. */
const MOST = 20

/** The stack of an error, and of everything that caused it, the first cause last. */
export function causesText(error: unknown): string {
  const parts: string[] = []
  let next: { readonly error: unknown; readonly by: string } | undefined = { error, by: '' }
  const waiting: (typeof next)[] = []
  for (; next !== undefined && parts.length < MOST; next = waiting.shift()) {
    parts.push(`${next.by}${stackOf(next.error)}`)
    waiting.push(...causesOf(next.error))
  }
  return `${parts.join('\n')}\n`
}

function causesOf(error: unknown): readonly { readonly error: unknown; readonly by: string }[] {
  if (!(error instanceof Error)) return []
  const cause = error.cause === undefined ? [] : [{ error: error.cause, by: 'caused by ' }]
  const parts = error instanceof AggregateError ? error.errors : []
  return [
    ...cause,
    ...parts.map((part: unknown, index) => ({ error: part, by: `${index + 1} of ${parts.length}: ` })),
  ]
}

function stackOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.stack ?? `${error.name}: ${error.message}`
}
