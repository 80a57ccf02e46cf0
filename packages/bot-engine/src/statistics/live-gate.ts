import { isEngineError } from '../errors.ts'
import { type Criterion, FINITE, judged, measured, NOT_NEGATIVE, SHARE } from './criterion.ts'
import { type GradeEvidence, type GradeLetter, gradeOf } from './grade.ts'

/** Which strategy with which parameters: two hashes. */
export interface GateSubject {
  readonly codeHash: string
  readonly paramsHash: string
}

/** What is known of a bot that wants to trade live; `undefined` is not known, and never passes. */
export interface GateEvidence {
  /** What is to run live. */
  readonly candidate: GateSubject
  readonly demo: {
    /** What ran on the demo account. */
    readonly subject: GateSubject | undefined
    /** Its record, its parity among it. */
    readonly record: GradeEvidence | undefined
    /** Round trips that the parity was measured over: where positions closed in parts, fewer than the closings compared. */
    readonly parityTrades: number | undefined
    /** Trading days since the last position without a stop; without one, since the record began. */
    readonly daysSinceUnprotected: number | undefined
    /** Trading days since the last change of the account that nobody explained; without one, since the record began. */
    readonly daysSinceUnexplained: number | undefined
  }
  readonly research: {
    /** Gain a day out of sample ÷ in sample, of the walk-forward. */
    readonly walkForwardEfficiency: number | undefined
    /** Probability of backtest overfitting. */
    readonly overfittingProbability: number | undefined
    /** Against all trials of the ledger. */
    readonly deflatedSharpe: number | undefined
    /** Trials that the ledger counts, at least 1: a ratio that no count stands behind is not deflated. */
    readonly ledgerTrials: number | undefined
  }
  /** Losses in percent of equity, as positive numbers, beside what the account allows. */
  readonly risk: {
    readonly worstTradeLossPercent: number | undefined
    readonly worstDayLossPercent: number | undefined
    readonly tradeLossLimitPercent: number | undefined
    readonly dayLossLimitPercent: number | undefined
  }
  readonly fleet: {
    /** Correlation of daily returns with each bot that is live; empty: none is. */
    readonly correlations: readonly number[] | undefined
    /** The bot shares the capital of those that it is alike to. */
    readonly capitalSplit: boolean
  }
}

/** A person's word for exactly one body of evidence. */
export interface GateApproval {
  /** Hash of {@link gateEvidenceText}. */
  readonly evidenceHash: string
  /** Who approved. */
  readonly approvedBy: string
  /** Milliseconds since 1970-01-01 UTC. */
  readonly approvedAt: number
}

/** What the gate needs besides evidence. */
export interface GateOptions {
  /** Milliseconds since 1970-01-01 UTC. */
  readonly now: number
  readonly approval: GateApproval | undefined
  /** Hash of a text, e.g. `text => createHash('sha256').update(text).digest('hex')`. */
  readonly sha256: (text: string) => string
}

/** The criteria of the gate, in their order. */
export type GateCriterionName =
  | 'grade'
  | 'same-code'
  | 'same-parameters'
  | 'walk-forward-efficiency'
  | 'overfitting'
  | 'deflated-sharpe'
  | 'parity'
  | 'parity-trades'
  | 'protected-days'
  | 'explained-days'
  | 'trade-loss'
  | 'day-loss'
  | 'fleet-correlation'
  | 'approval'

/** The verdict with all that it rests on. */
export interface GateResult {
  readonly verdict: 'pass' | 'blocked'
  readonly criteria: readonly Criterion<GateCriterionName>[]
  /** What an approval of this evidence must name. */
  readonly evidenceHash: string
}

/** How long an approval holds. */
export const APPROVAL_MS = 24 * 60 * 60 * 1000

/** The same text for the same evidence, in whatever order its fields stand: what an approval is bound to. */
export function gateEvidenceText(evidence: GateEvidence): string {
  return JSON.stringify(evidence, (_key, part: unknown) => {
    if (typeof part === 'number' && !Number.isFinite(part)) return String(part)
    return part instanceof Object && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([one], [other]) => (one < other ? -1 : 1)))
      : part
  })
}

/**
 * Whether a bot may go from demo to live: all criteria must be met, each alone can block, and what is not known or
 * cannot be (a share of 1.2, NaN) is not met.
 */
export function liveGate(evidence: GateEvidence, { now, approval, sha256 }: GateOptions): GateResult {
  const evidenceHash = sha256(gateEvidenceText(evidence))
  const criteria = [
    ...ofDemo(evidence),
    ...ofResearch(evidence.research),
    ...ofParity(evidence.demo),
    ...ofRisk(evidence.risk),
    ofFleet(evidence.fleet),
    ofApproval(approval, { now, evidenceHash }),
  ]
  const verdict = criteria.every(({ state }) => state === 'met') ? 'pass' : 'blocked'
  return { verdict, criteria, evidenceHash }
}

type Found = Criterion<GateCriterionName>

function ofDemo({ candidate, demo: { subject, record } }: GateEvidence): readonly Found[] {
  const letter = letterOf(record)
  const same = (name: 'same-code' | 'same-parameters', hash: keyof GateSubject): Found => {
    const [wanted, ran] = [candidate[hash], subject?.[hash]]
    const known = typeof ran === 'string' && ran !== '' && typeof wanted === 'string' && wanted !== ''
    const state = known ? (ran === wanted ? 'met' : 'unmet') : 'unknown'
    return { name, value: known ? ran : undefined, bound: `${wanted} on demo`, state }
  }
  return [
    {
      name: 'grade',
      value: letter,
      bound: 'A or B on demo',
      state: letter === undefined ? 'unknown' : letter === 'A' || letter === 'B' ? 'met' : 'unmet',
    },
    same('same-code', 'codeHash'),
    same('same-parameters', 'paramsHash'),
  ]
}

/** A record that cannot be, or cannot be graded, has no grade. */
function letterOf(record: GradeEvidence | undefined): GradeLetter | undefined {
  if (record === undefined || !isPossible(record)) return undefined
  try {
    return gradeOf(record).grade
  } catch (error) {
    if (isEngineError(error)) return undefined
    throw error
  }
}

function isPossible(record: GradeEvidence): boolean {
  const { deflatedSharpe, probabilisticSharpe, parity, expectancy } = record
  const { maxDrawdown, expectedDrawdown, drawdownLimit } = record
  return (
    [deflatedSharpe, probabilisticSharpe, parity].every(
      value => value === undefined || measured(value, SHARE) !== undefined,
    ) &&
    [maxDrawdown, expectedDrawdown, drawdownLimit].every(
      value => measured(value, NOT_NEGATIVE) !== undefined,
    ) &&
    expectancy.lower <= expectancy.mean &&
    expectancy.mean <= expectancy.upper
  )
}

function ofResearch(research: GateEvidence['research']): readonly Found[] {
  const trials = measured(research.ledgerTrials, { from: 1, to: Number.MAX_SAFE_INTEGER })
  const deflated = trials === undefined ? undefined : measured(research.deflatedSharpe, SHARE)
  return [
    judged(
      'walk-forward-efficiency',
      measured(research.walkForwardEfficiency, FINITE),
      '≥ 0.5',
      value => value >= 0.5,
    ),
    judged('overfitting', measured(research.overfittingProbability, SHARE), '< 0.2', value => value < 0.2),
    judged('deflated-sharpe', deflated, `≥ 0.9 after ${trials ?? 'all'} trials`, value => value >= 0.9),
  ]
}

function ofParity({ record, ...demo }: GateEvidence['demo']): readonly Found[] {
  const days = (value: unknown) => measured(value, NOT_NEGATIVE)
  return [
    judged('parity', measured(record?.parity, SHARE), '≥ 0.8', value => value >= 0.8),
    judged('parity-trades', days(demo.parityTrades), '≥ 20 trades', value => value >= 20),
    judged('protected-days', days(demo.daysSinceUnprotected), '≥ 10 trading days', value => value >= 10),
    judged('explained-days', days(demo.daysSinceUnexplained), '≥ 10 trading days', value => value >= 10),
  ]
}

function ofRisk(risk: GateEvidence['risk']): readonly Found[] {
  const within = (name: 'trade-loss' | 'day-loss', loss: unknown, allowed: unknown): Found => {
    const limit = measured(allowed, NOT_NEGATIVE)
    const value = limit === undefined ? undefined : measured(loss, NOT_NEGATIVE)
    return judged(
      name,
      value,
      `≤ ${limit ?? 'the limit of the account,'} % of equity`,
      found => found <= (limit ?? 0),
    )
  }
  return [
    within('trade-loss', risk.worstTradeLossPercent, risk.tradeLossLimitPercent),
    within('day-loss', risk.worstDayLossPercent, risk.dayLossLimitPercent),
  ]
}

function ofFleet({ correlations, capitalSplit }: GateEvidence['fleet']): Found {
  const bound = '< 0.7 with each live bot, or a share of its capital'
  if (Array.isArray(correlations) && correlations.length === 0)
    return { name: 'fleet-correlation', value: 'no bot is live', bound, state: 'met' }
  const known = Array.isArray(correlations)
    ? correlations.map(value => measured(value, { from: -1, to: 1 }))
    : [undefined]
  const values = known.filter(value => value !== undefined)
  const highest = values.length < known.length ? undefined : Math.max(...values)
  if (capitalSplit === true) return { name: 'fleet-correlation', value: highest, bound, state: 'met' }
  return judged('fleet-correlation', highest, bound, value => value < 0.7)
}

function ofApproval(
  approval: GateApproval | undefined,
  { now, evidenceHash }: { readonly now: number; readonly evidenceHash: string },
): Found {
  const bound = `of evidence ${evidenceHash}, within 24 h`
  if (approval === undefined) return { name: 'approval', value: undefined, bound, state: 'unmet' }
  const ageMs = now - approval.approvedAt
  const holds =
    approval.evidenceHash === evidenceHash && approval.approvedBy !== '' && ageMs >= 0 && ageMs < APPROVAL_MS
  const value = `${approval.approvedBy}, of evidence ${approval.evidenceHash}, ${Math.round(ageMs / 60_000)} min ago`
  return { name: 'approval', value, bound, state: holds ? 'met' : 'unmet' }
}
