import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { GradeEvidence } from './grade.ts'
import {
  APPROVAL_MS,
  type GateApproval,
  type GateCriterionName,
  type GateEvidence,
  gateEvidenceText,
  liveGate,
} from './live-gate.ts'

const NOW = Date.UTC(2026, 0, 5, 12)
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

const record: GradeEvidence = {
  trades: 120,
  tradingDays: 60,
  regimes: 3,
  expectancy: { mean: 0.5, lower: 0.15, upper: 0.85 },
  deviation: 1.2,
  deflatedSharpe: 0.96,
  probabilisticSharpe: 0.98,
  profitFactorLower: 1.2,
  maxDrawdown: 6,
  expectedDrawdown: 9,
  drawdownLimit: 15,
  parity: 0.93,
  earnsAtWiderSpread: true,
  limitBreached: false,
}
const evidence: GateEvidence = {
  candidate: { codeHash: 'c0de', paramsHash: 'beef' },
  demo: {
    subject: { codeHash: 'c0de', paramsHash: 'beef' },
    record,
    parityTrades: 40,
    daysSinceUnprotected: 60,
    daysSinceUnexplained: 12,
  },
  research: {
    walkForwardEfficiency: 0.6,
    overfittingProbability: 0.1,
    deflatedSharpe: 0.93,
    ledgerTrials: 200,
  },
  risk: {
    worstTradeLossPercent: 1,
    worstDayLossPercent: 3,
    tradeLossLimitPercent: 1.5,
    dayLossLimitPercent: 4,
  },
  fleet: { correlations: [0.3, -0.2], capitalSplit: false },
}

const approvalOf = (of: GateEvidence): GateApproval => ({
  evidenceHash: sha256(gateEvidenceText(of)),
  approvedBy: 'owner',
  approvedAt: NOW - 3_600_000,
})
/** The gate with an approval of exactly this evidence, unless another one is given. */
const gate = (of: GateEvidence, approval: GateApproval | undefined = approvalOf(of), now = NOW) =>
  liveGate(of, { now, approval, sha256 })
const states = (of: GateEvidence) =>
  Object.fromEntries(gate(of).criteria.map(({ name, state }) => [name, state]))

/** A part of the evidence with another value, or several. */
type Change = readonly [section: keyof GateEvidence, values: Readonly<Record<string, unknown>>]
const changed = (of: GateEvidence, [section, values]: Change): GateEvidence => ({
  ...of,
  [section]: { ...of[section], ...values },
})
const inRecord = (values: Partial<GradeEvidence>): Change => ['demo', { record: { ...record, ...values } }]

/** For each criterion evidence that fails it alone, and evidence that says nothing of it. */
const ALONE: readonly (readonly [GateCriterionName, unmet: Change, unknown: Change | undefined])[] = [
  ['grade', inRecord({ limitBreached: true }), inRecord({ deviation: Number.NaN })],
  ['same-code', ['candidate', { codeHash: 'other' }], ['candidate', { codeHash: '' }]],
  ['same-parameters', ['candidate', { paramsHash: 'other' }], ['candidate', { paramsHash: '' }]],
  [
    'walk-forward-efficiency',
    ['research', { walkForwardEfficiency: 0.49 }],
    ['research', { walkForwardEfficiency: undefined }],
  ],
  [
    'overfitting',
    ['research', { overfittingProbability: 0.2 }],
    ['research', { overfittingProbability: -0.1 }],
  ],
  ['deflated-sharpe', ['research', { deflatedSharpe: 0.89 }], ['research', { ledgerTrials: 0 }]],
  ['parity-trades', ['demo', { parityTrades: 19 }], ['demo', { parityTrades: Number.NaN }]],
  ['protected-days', ['demo', { daysSinceUnprotected: 9 }], ['demo', { daysSinceUnprotected: undefined }]],
  ['explained-days', ['demo', { daysSinceUnexplained: 0 }], ['demo', { daysSinceUnexplained: undefined }]],
  ['trade-loss', ['risk', { worstTradeLossPercent: 1.6 }], ['risk', { tradeLossLimitPercent: undefined }]],
  ['day-loss', ['risk', { worstDayLossPercent: 4.1 }], ['risk', { worstDayLossPercent: -3 }]],
  ['fleet-correlation', ['fleet', { correlations: [0.2, 0.7] }], ['fleet', { correlations: undefined }]],
]

describe('the gate from demo to live', () => {
  it('passes when all is met, and shows what each criterion rests on', () => {
    const { verdict, criteria } = gate(evidence)
    expect(verdict).toBe('pass')
    expect(criteria.every(({ state }) => state === 'met')).toBe(true)
    expect(criteria.map(({ name, value }) => [name, value])).toEqual([
      ['grade', 'A'],
      ['same-code', 'c0de'],
      ['same-parameters', 'beef'],
      ['walk-forward-efficiency', 0.6],
      ['overfitting', 0.1],
      ['deflated-sharpe', 0.93],
      ['parity', 0.93],
      ['parity-trades', 40],
      ['protected-days', 60],
      ['explained-days', 12],
      ['trade-loss', 1],
      ['day-loss', 3],
      ['fleet-correlation', 0.3],
      ['approval', expect.stringContaining('owner, of evidence')],
    ])
    expect(criteria[5]?.bound).toBe('≥ 0.9 after 200 trials')
  })

  it.each(ALONE)('is blocked by %s alone, and by not knowing it', (name, unmet, unknown) => {
    const others = Object.fromEntries(Object.keys(states(evidence)).map(key => [key, 'met']))
    expect(states(changed(evidence, unmet))).toEqual({ ...others, [name]: 'unmet' })
    expect(gate(changed(evidence, unmet)).verdict).toBe('blocked')
    if (unknown === undefined) return
    expect(states(changed(evidence, unknown))).toEqual({ ...others, [name]: 'unknown' })
    expect(gate(changed(evidence, unknown)).verdict).toBe('blocked')
  })

  it('is blocked by parity below 0.8, which its grade needs too, and by shares that cannot be', () => {
    expect(states(changed(evidence, inRecord({ parity: 0.79 })))).toMatchObject({
      grade: 'unmet',
      parity: 'unmet',
    })
    expect(states(changed(evidence, inRecord({ parity: undefined })))).toMatchObject({
      grade: 'unmet',
      parity: 'unknown',
    })
    expect(states(changed(evidence, inRecord({ parity: 1.2 })))).toMatchObject({
      grade: 'unknown',
      parity: 'unknown',
    })
    expect(states(changed(evidence, inRecord({ probabilisticSharpe: 3 })))).toMatchObject({
      grade: 'unknown',
    })
    expect(states(changed(evidence, ['demo', { record: undefined }]))).toMatchObject({
      grade: 'unknown',
      parity: 'unknown',
    })
  })

  it('takes a bot that is alike to others when it shares their capital, and any where none is live', () => {
    const alike = changed(evidence, ['fleet', { correlations: [0.95] }])
    expect(gate(alike).verdict).toBe('blocked')
    expect(gate(changed(alike, ['fleet', { capitalSplit: true }])).verdict).toBe('pass')
    expect(gate(changed(evidence, ['fleet', { correlations: [] }])).verdict).toBe('pass')
    expect(states(changed(evidence, ['fleet', { correlations: [0.1, Number.NaN] }]))).toMatchObject({
      'fleet-correlation': 'unknown',
    })
  })
})

describe('an approval', () => {
  const approval = approvalOf(evidence)
  const verdictAt = (now: number, given: GateApproval | undefined = approval) =>
    liveGate(evidence, { now, approval: given, sha256 }).verdict

  it('holds for 24 hours, and not before it was given', () => {
    expect(verdictAt(approval.approvedAt)).toBe('pass')
    expect(verdictAt(approval.approvedAt + APPROVAL_MS - 1)).toBe('pass')
    expect(verdictAt(approval.approvedAt + APPROVAL_MS)).toBe('blocked')
    expect(verdictAt(approval.approvedAt - 1)).toBe('blocked')
    expect(verdictAt(Number.NaN)).toBe('blocked')
  })

  it('is of exactly one body of evidence, by somebody', () => {
    const { criteria, verdict } = liveGate(evidence, { now: NOW, approval: undefined, sha256 })
    expect([verdict, criteria.at(-1)]).toEqual([
      'blocked',
      expect.objectContaining({ name: 'approval', state: 'unmet' }),
    ])
    const better = changed(evidence, ['research', { deflatedSharpe: 0.99 }])
    expect(
      gate(better, approval)
        .criteria.filter(({ state }) => state !== 'met')
        .map(({ name }) => name),
    ).toEqual(['approval'])
    expect(verdictAt(NOW, { ...approval, approvedBy: '' })).toBe('blocked')
  })

  it('does not depend on the order in which fields stand, but on every value', () => {
    const { fleet, ...rest } = evidence
    const reordered = {
      fleet: { capitalSplit: false, correlations: fleet.correlations },
      ...rest,
    } as GateEvidence
    expect(gateEvidenceText(reordered)).toBe(gateEvidenceText(evidence))
    for (const [, unmet] of ALONE)
      expect(gateEvidenceText(changed(evidence, unmet))).not.toBe(gateEvidenceText(evidence))
    const nan = changed(evidence, ['research', { deflatedSharpe: Number.NaN }])
    expect(gateEvidenceText(nan)).not.toBe(
      gateEvidenceText(changed(nan, ['research', { deflatedSharpe: null }])),
    )
  })
})

/** Numbers around each bound, so that random evidence passes now and then. */
const near = (bound: number, width: number) =>
  fc.oneof(
    { weight: 12, arbitrary: fc.double({ min: bound - width, max: bound + width, noNaN: true }) },
    { weight: 1, arbitrary: fc.constant(bound) },
  )
const anyEvidence: fc.Arbitrary<GateEvidence> = fc
  .record({
    lower: near(0.15, 0.2),
    parity: near(0.9, 0.1),
    probabilistic: near(0.97, 0.025),
    efficiency: near(0.6, 0.15),
    overfitting: near(0.12, 0.12),
    deflated: near(0.93, 0.05),
    days: near(12, 4),
    trades: near(25, 8),
    loss: near(1.2, 0.5),
    correlation: near(0.55, 0.25),
    split: fc.boolean(),
  })
  .map(draw => ({
    ...evidence,
    demo: {
      ...evidence.demo,
      record: {
        ...record,
        expectancy: { mean: draw.lower + 0.3, lower: draw.lower, upper: draw.lower + 0.6 },
        parity: draw.parity,
        probabilisticSharpe: draw.probabilistic,
      },
      parityTrades: draw.trades,
      daysSinceUnprotected: draw.days,
    },
    research: {
      ...evidence.research,
      walkForwardEfficiency: draw.efficiency,
      overfittingProbability: draw.overfitting,
      deflatedSharpe: draw.deflated,
    },
    risk: { ...evidence.risk, worstTradeLossPercent: draw.loss },
    fleet: { correlations: [draw.correlation], capitalSplit: draw.split },
  }))

/** Each makes one thing worse by some amount, or takes it away. */
const WORSE: readonly ((of: GateEvidence, by: number) => GateEvidence)[] = [
  (of, by) => {
    const { mean, lower, upper } = of.demo.record!.expectancy
    const expectancy = { mean: mean - by, lower: lower - by, upper: upper - by }
    return changed(of, ['demo', { record: { ...of.demo.record, expectancy } }])
  },
  (of, by) => changed(of, ['demo', { record: { ...of.demo.record, parity: of.demo.record!.parity! - by } }]),
  (of, by) => changed(of, ['demo', { record: { ...of.demo.record, maxDrawdown: 6 + 100 * by } }]),
  (of, by) => changed(of, ['demo', { record: { ...of.demo.record, trades: 120 - Math.floor(200 * by) } }]),
  of => changed(of, ['demo', { record: { ...of.demo.record, probabilisticSharpe: undefined } }]),
  of => changed(of, ['demo', { record: { ...of.demo.record, limitBreached: true } }]),
  of => changed(of, ['demo', { record: undefined }]),
  (of, by) => changed(of, ['demo', { parityTrades: of.demo.parityTrades! - 40 * by }]),
  (of, by) => changed(of, ['demo', { daysSinceUnprotected: of.demo.daysSinceUnprotected! - 20 * by }]),
  of => changed(of, ['demo', { daysSinceUnexplained: undefined }]),
  (of, by) => changed(of, ['research', { walkForwardEfficiency: of.research.walkForwardEfficiency! - by }]),
  (of, by) => changed(of, ['research', { overfittingProbability: of.research.overfittingProbability! + by }]),
  (of, by) => changed(of, ['research', { deflatedSharpe: of.research.deflatedSharpe! - by }]),
  of => changed(of, ['research', { ledgerTrials: undefined }]),
  (of, by) => changed(of, ['risk', { worstTradeLossPercent: of.risk.worstTradeLossPercent! + by }]),
  (of, by) => changed(of, ['risk', { dayLossLimitPercent: 4 - 4 * by }]),
  (of, by) => changed(of, ['fleet', { correlations: [...of.fleet.correlations!, Math.min(1, by)] }]),
  of => changed(of, ['fleet', { capitalSplit: false }]),
  of => changed(of, ['demo', { subject: { codeHash: 'c0de', paramsHash: 'other' } }]),
]

it('worse evidence, or less of it, never turns a block into a pass, even when it is approved anew', () => {
  let passed = 0
  fc.assert(
    fc.property(
      anyEvidence,
      fc.array(fc.tuple(fc.nat(WORSE.length - 1), fc.double({ min: 0, max: 0.6, noNaN: true })), {
        maxLength: 4,
      }),
      (before, steps) => {
        // A step may need what one before it took away.
        const order = [...steps].sort(([one], [other]) => Number(one === 6) - Number(other === 6))
        const after = order.reduce((of, [i, by]) => (WORSE[i] as (typeof WORSE)[number])(of, by), before)
        const verdict = gate(before).verdict
        if (verdict === 'pass') passed += 1
        return verdict === 'pass' || gate(after).verdict === 'blocked'
      },
    ),
    { numRuns: 2000, seed: 1 },
  )
  expect(passed).toBeGreaterThan(50)
})
