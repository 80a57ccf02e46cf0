import { COMPARED_FIELDS } from '@openclaw-trading/reference-server'
import { describe, expect, it } from 'vitest'
import { formatDifference, replayFailure, replayLine, replayReport } from './replay-report.ts'

type Result = Parameters<typeof replayReport>[0]
type Trade = NonNullable<NonNullable<Result['comparison']['first']>['expected']>
const trade = (over: Partial<Trade> = {}): Trade => ({
  openedAt: 1_398_960_000_123,
  side: 'buy',
  volume: 0.12,
  entryPrice: 1291.677,
  stopLoss: 1290.1,
  takeProfit: 1293.2,
  closedAt: 1_398_960_300_456,
  exitPrice: 1293.2,
  exitReason: 'take-profit',
  gross: 1828,
  commission: -84,
  swap: 0,
  net: 1744,
  balance: 1_001_744,
  ...over,
})
const result = (over: Partial<Result> = {}): Result => ({
  timeframe: 'm1',
  ticks: 1_307_421,
  trades: 3,
  exits: { 'take-profit': 2, 'stop-loss': 1 },
  ticksPerSecond: 71_234.4,
  backtestTicksPerSecond: 9_000_000,
  elapsedMs: 18_360,
  longestHold: { trade: 2, heldMs: 90_000 },
  comparison: { equal: true, trades: 3, differing: 0 },
  ...over,
})

describe('formatDifference', () => {
  it('prints both rows and marks the fields that differ', () => {
    const text = formatDifference(
      {
        trade: 7,
        fields: ['net'],
        expected: trade(),
        actual: trade({ net: 1743 }),
      },
      COMPARED_FIELDS,
    )
    expect(text).toContain('trade 7: net')
    expect(text).toMatch(/net +1744 +1743 +← differs/)
    expect(text).toMatch(/openedAt +2014-05-01T16:00:00\.123Z +2014-05-01T16:00:00\.123Z$/m)
  })

  it('shows a dash for the side that has no such trade', () => {
    expect(formatDifference({ trade: 1, fields: ['missing'], expected: trade() }, COMPARED_FIELDS)).toMatch(
      /side +buy +–$/m,
    )
  })
})

describe('replayFailure', () => {
  const differing = { equal: false, trades: 3, differing: 1 }
  const nothing = { equal: true, trades: 0, differing: 0 }

  it('is absent when all trades of all timeframes are equal', () => {
    expect(replayFailure([result(), result({ timeframe: 'm15' })])).toBeUndefined()
  })

  it('names the timeframes that differ', () => {
    expect(replayFailure([result(), result({ timeframe: 'm15', comparison: differing })])).toContain(
      'differ on m15',
    )
  })

  it('does not let a replay without trades pass', () => {
    expect(
      replayFailure([result({ trades: 0, comparison: nothing }), result({ timeframe: 'm15' })]),
    ).toContain('No trade was made on m1,')
  })
})

describe('the report', () => {
  it('says that all trades are equal', () => {
    const text = replayReport(result(), COMPARED_FIELDS)
    expect(text).toContain('1,307,421 ticks, 3 trades (take-profit 2, stop-loss 1)')
    expect(text).toContain('✔ every trade')
  })

  it('says that no trades prove nothing', () => {
    expect(
      replayReport(
        result({ trades: 0, comparison: { equal: true, trades: 0, differing: 0 } }),
        COMPARED_FIELDS,
      ),
    ).toContain('nothing was compared')
  })

  it('shows the first difference with both rows', () => {
    const first = { trade: 2, fields: ['net'] as const, expected: trade(), actual: trade({ net: 1 }) }
    const text = replayReport(
      result({ comparison: { equal: false, trades: 3, differing: 1, first } }),
      COMPARED_FIELDS,
    )
    expect(text).toContain('✘ 1 of 3 trades differ')
    expect(text).toMatch(/net +1744 +1 +← differs/)
  })

  it('is one JSON line for programs', () => {
    expect(JSON.parse(replayLine('ticks.csv.gz', result()))).toEqual({
      replay: 'ticks.csv.gz',
      timeframe: 'm1',
      ticks: 1_307_421,
      trades: 3,
      equal: true,
      ticksPerSecond: 71_234,
      backtestTicksPerSecond: 9_000_000,
      exits: { 'take-profit': 2, 'stop-loss': 1 },
      differing: 0,
      seconds: 18.4,
    })
  })
})
