import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { createHash } from 'node:crypto'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { createTrialLedger, type Trial } from './trial-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
afterAll(() => rmSync(folder, { recursive: true }))

const DAY = 86_400_000
const YEAR = { from: 0, to: 365 * DAY }
const asked = { market: 'XAUUSD', span: YEAR }
const trial = (key: string, sharpe: number | undefined, more: Partial<Trial> = {}): Trial => ({
  key,
  sharpe,
  strategy: 'one',
  market: 'XAUUSD',
  rows: 'm15',
  data: 'd1',
  span: YEAR,
  judged: more.span ?? YEAR,
  ...more,
})
const opened = (name: string) => createTrialLedger(join(folder, name, 'trials.jsonl'))

describe('the ledger of trials', () => {
  it('counts different trials of all strategies on a market, a repeated one once', () => {
    const ledger = opened('all')
    expect(ledger.count(asked)).toEqual({
      runs: 0,
      trials: 0,
      sharpeVariance: undefined,
      otherSpans: 0,
      damagedLines: 0,
    })
    ledger.record([trial('a', 0.1), trial('b', 0.3), trial('c', undefined)])
    ledger.record([
      trial('a', 0.1),
      trial('a', 0.9, { market: 'XAUUSD, seed 2' }),
      trial('a', 0.5, { strategy: 'two' }),
    ])
    ledger.record([])
    const { sharpeVariance, ...counts } = ledger.count(asked)
    expect(counts).toEqual({ runs: 5, trials: 4, otherSpans: 0, damagedLines: 0 })
    expect(sharpeVariance).toBeCloseTo(0.04, 12)
    expect(ledger.count({ ...asked, market: 'XAUUSD, seed 2' })).toMatchObject({
      trials: 1,
      sharpeVariance: undefined,
    })
    expect(ledger.count({ ...asked, except: trial('a', undefined) })).toMatchObject({ runs: 3, trials: 3 })
  })

  it('counts bars of another length as another trial of the same market', () => {
    const ledger = opened('lengths')
    ledger.record([trial('a', 0.1), trial('a', 0.1, { rows: 'h1', data: 'd2' })])
    expect(ledger.count(asked).trials).toBe(2)
  })

  it('forgets no trial over a bar less, and counts one that ran over both spans once', () => {
    const ledger = opened('trimmed')
    ledger.record([trial('a', 0.1), trial('b', 0.3), trial('c', 0.2)])
    const trimmed = { from: YEAR.from + 900_000, to: YEAR.to }
    ledger.record([trial('a', 0.11, { span: trimmed, data: 'd2' })])
    const found = ledger.count({ ...asked, span: trimmed })
    expect(found).toMatchObject({ runs: 4, trials: 3, otherSpans: 0 })
    expect(ledger.count({ ...asked, span: { from: YEAR.to, to: 2 * YEAR.to } }).trials).toBe(0)
    expect(ledger.count({ ...asked, span: { from: YEAR.to - 1, to: 2 * YEAR.to } }).trials).toBe(3)
  })

  it('takes no Sharpe ratio of another span, and lets none overwrite that of the span asked for', () => {
    const ledger = opened('folds')
    const fold = { from: 30 * DAY, to: 60 * DAY }
    ledger.record([trial('a', 0.1), trial('b', 0.3)])
    ledger.record([
      trial('a', 5, { span: fold }),
      trial('b', -5, { span: fold }),
      trial('c', 9, { span: fold }),
    ])
    const whole = ledger.count(asked)
    expect(whole).toMatchObject({ runs: 5, trials: 3, otherSpans: 1 })
    expect(whole.sharpeVariance).toBeCloseTo(0.02, 12)
    const within = ledger.count({ ...asked, span: fold })
    expect(within).toMatchObject({ trials: 3, otherSpans: 0 })
    expect(within.sharpeVariance).toBeCloseTo(52, 12)
  })

  it('knows rows that were run from the part of them that a Sharpe ratio is of', () => {
    const ledger = opened('parts')
    const [chosenBy, apart] = [
      { from: 0, to: 250 * DAY },
      { from: 250 * DAY, to: YEAR.to },
    ]
    ledger.record([trial('swept', 0.1, { span: chosenBy }), trial('seen', 0.2, { judged: chosenBy })])
    expect(ledger.count({ ...asked, span: chosenBy })).toMatchObject({ trials: 2, otherSpans: 0 })
    expect(ledger.count({ ...asked, span: apart })).toMatchObject({ trials: 1, sharpeVariance: undefined })
  })

  it('reads lines of earlier versions as trials of the same data without a Sharpe ratio, each once', () => {
    const path = join(folder, 'old.jsonl')
    const key = createHash('sha256').update('a').digest('hex').slice(0, 16)
    for (const line of [{ key }, { key: 'b' }, { key: 'c', data: 'd2' }])
      appendFileSync(
        path,
        `${JSON.stringify({ at: '2026-01-01', strategy: 'one', data: 'd1', sharpe: 3, ...line })}\n`,
      )
    const ledger = createTrialLedger(path)
    expect(ledger.count(asked).trials).toBe(0)
    const same = { ...asked, data: 'd1', rows: 'm15' }
    expect(ledger.count(same)).toMatchObject({
      trials: 2,
      otherSpans: 2,
      sharpeVariance: undefined,
      damagedLines: 0,
    })
    ledger.record([trial('a', 0.1)])
    expect(ledger.count(same)).toMatchObject({ runs: 3, trials: 2, otherSpans: 1 })
  })

  it('loses one line to a writer that was killed in the middle of it, and says so', () => {
    const path = join(folder, 'torn.jsonl')
    const ledger = createTrialLedger(path)
    ledger.record([trial('a', 0.1)])
    appendFileSync(path, '{"at":"2026-01-01T00:00:00Z","strategy":"on')
    ledger.record([trial('b', 0.2)])
    appendFileSync(path, '{"strategy":"one"}\n')
    expect(ledger.count(asked)).toMatchObject({ runs: 2, trials: 2, damagedLines: 2 })
  })

  it('takes no more at 256 MiB, and says what to do', () => {
    const path = join(folder, 'full.jsonl')
    writeFileSync(path, '')
    truncateSync(path, 256 * 1024 * 1024)
    expect(() => createTrialLedger(path).record([trial('a', 1)])).toThrow('Move it to an archive')
  })
})
