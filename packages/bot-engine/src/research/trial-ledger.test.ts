import { appendFileSync, mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { createTrialLedger } from './trial-ledger.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
afterAll(() => rmSync(folder, { recursive: true }))

const trial = (key: string, sharpe: number | undefined, data = 'd1', strategy = 'one') => ({
  key,
  sharpe,
  data,
  strategy,
})

it('counts trials per data set and strategy, a repeated one once', () => {
  const ledger = createTrialLedger(join(folder, 'deep', 'trials.jsonl'))
  expect(ledger.count({ data: 'd1' })).toEqual({
    runs: 0,
    trials: 0,
    sharpeVariance: undefined,
    damagedLines: 0,
  })
  ledger.record([trial('a', 0.1), trial('b', 0.3), trial('c', undefined)])
  ledger.record([trial('a', 0.1), trial('a', 0.9, 'd2'), trial('a', 0.5, 'd1', 'two')])
  ledger.record([])
  const one = ledger.count({ data: 'd1', strategy: 'one' })
  expect([one.runs, one.trials]).toEqual([4, 3])
  expect(one.sharpeVariance).toBeCloseTo(0.02, 12)
  expect(ledger.count({ data: 'd1' }).trials).toBe(4)
  expect(ledger.count({ data: 'd2', strategy: 'one' })).toMatchObject({
    trials: 1,
    sharpeVariance: undefined,
  })
})

it('loses one line to a writer that was killed in the middle of it, and says so', () => {
  const path = join(folder, 'torn.jsonl')
  const ledger = createTrialLedger(path)
  ledger.record([trial('a', 0.1)])
  appendFileSync(path, '{"at":"2026-01-01T00:00:00Z","strategy":"on')
  ledger.record([trial('b', 0.2)])
  appendFileSync(path, '{"strategy":"one"}\n')
  expect(ledger.count({ data: 'd1', strategy: 'one' })).toMatchObject({ runs: 2, trials: 2, damagedLines: 2 })
})

it('takes no more at 256 MiB, and says what to do', () => {
  const path = join(folder, 'full.jsonl')
  writeFileSync(path, '')
  truncateSync(path, 256 * 1024 * 1024)
  expect(() => createTrialLedger(path).record([trial('a', 1)])).toThrow('Move it to an archive')
})
