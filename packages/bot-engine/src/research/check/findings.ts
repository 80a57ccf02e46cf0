/** What a check found. */
export interface CheckFinding {
  readonly code:
    | 'look-ahead'
    | 'outside-data'
    | 'warm-up'
    | 'not-deterministic'
    | 'clock'
    | 'local-time'
    | 'random'
    | 'async'
  /** What is wrong, with its facts, and what to do. */
  readonly message: string
  /** Market time of the first decision that differs. */
  readonly at?: number
  /** File and line of the strategy, where the stack has them. */
  readonly line?: string
  /** The two values that should be the same: decisions, or `nothing`. */
  readonly values?: readonly [string, string]
}

/** A market time as people read it. */
export function instantText(at: number): string {
  return new Date(at)
    .toISOString()
    .replace('T', ' ')
    .replace(/:00\.000Z$/, '')
    .replace(/\.000Z$/, '')
}

/** Fields that are known only. */
export function finding(
  code: CheckFinding['code'],
  message: string,
  facts: {
    readonly at?: number | undefined
    readonly line?: string | undefined
    readonly values?: readonly [string, string] | undefined
  } = {},
): CheckFinding {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined)
  return { code, message, ...(Object.fromEntries(known) as Omit<CheckFinding, 'code' | 'message'>) }
}
