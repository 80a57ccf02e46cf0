import type { RuleCount } from '../kernel/explanation.ts'
import type { BacktestReport } from './report.ts'

/** Why a run traded as often, or as seldom, as it did. */
export interface ExplainSummary {
  /** Handler calls in which a rule was stated or something was asked for. */
  readonly evaluations: number
  /** Rules in the order of their first statement. */
  readonly rules: readonly RuleCount[]
  /** Rules that never held: while there is one, nothing behind it can happen. */
  readonly neverHeld: readonly RuleCount[]
  /** Entries that were blocked, by reason: `reason` has … for its numbers, `example` those of the first. */
  readonly blocked: readonly { readonly reason: string; readonly count: number; readonly example: string }[]
  /** The same in a few lines for people. */
  readonly text: string
}

/**
 * Counts the rules of a run that explained itself: what held how often, what was the first gate, and where it is written.
 *
 * Of a run that did not, the rules are empty and only the blocked entries are counted.
 */
export function explainSummary(
  report: Pick<BacktestReport, 'rules' | 'explanationCount' | 'blocked' | 'blockedCount'>,
): ExplainSummary {
  const { rules, explanationCount } = report
  const neverHeld = rules.filter(({ held }) => held === 0)
  const blocked = countReasons(report.blocked.map(({ reason }) => reason))
  const lines = rules.map(({ rule, held, failed, blocked: gates, place }) => {
    const where = place === undefined ? '' : `, ${place}`
    return `"${rule}" true ${times(held)}, false ${times(failed)}, first gate ${times(gates)}${where}`
  })
  const entries = blocked.map(
    ({ reason, count, example }) =>
      `entry blocked ${times(count)}${count === 1 || example === reason ? ':' : ', first:'} ${example}`,
  )
  const kept = report.blocked.length
  if (kept < report.blockedCount)
    entries.unshift(
      `${report.blockedCount.toLocaleString('en')} entries were blocked; of the first ${kept.toLocaleString('en')}:`,
    )
  const head = rules.length === 0 ? [] : [`Rules were looked at ${times(explanationCount)}:`]
  const [first] = neverHeld
  const hint = first === undefined ? [] : [`Look at "${first.rule}"${placeOf(first)}: it never held.`]
  return {
    evaluations: explanationCount,
    rules,
    neverHeld,
    blocked,
    text: [...head, ...lines, ...entries, ...hint].join('\n'),
  }
}

function placeOf({ place }: RuleCount): string {
  return place === undefined ? '' : ` (${place})`
}

function times(count: number): string {
  return `${count.toLocaleString('en')} ×`
}

function countReasons(reasons: readonly string[]): ExplainSummary['blocked'] {
  const kinds = new Map<string, { count: number; readonly example: string }>()
  for (const example of reasons) {
    const kind = example.replace(/\d+([.,]\d+)*/g, '…')
    const known = kinds.get(kind)
    if (known === undefined) kinds.set(kind, { count: 1, example })
    else known.count += 1
  }
  return [...kinds].map(([reason, kind]) => ({ reason, ...kind })).sort((a, b) => b.count - a.count)
}
