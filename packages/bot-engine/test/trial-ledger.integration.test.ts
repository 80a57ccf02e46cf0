import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import { createTrialLedger } from '../src/research/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'ledger-'))
afterAll(() => rmSync(folder, { recursive: true }))

const WRITERS = 4
const span = { from: 0, to: 9 }
const RECORDS = 300
/** Trials that the writer of a number records at once: from one line of 120 bytes to 240 kB. */
const trialsAt = (record: number): number => (record % 50 === 49 ? 2000 : 1 + (record % 7))

/** Says that it is ready, waits for a line, then records without a pause. */
const program = `
  import { createTrialLedger } from '@openclaw-trading/bot-engine/research'
  const [path, name] = process.argv.slice(1)
  const ledger = createTrialLedger(path)
  const trialsAt = ${trialsAt}
  console.log('ready')
  process.stdin.once('data', () => {
    for (let record = 0; record < ${RECORDS}; record++)
      ledger.record(Array.from({ length: trialsAt(record) }, (_, i) =>
        ({ strategy: name, market: name, rows: 'm15', data: 'd', key: record + ' ' + i, sharpe: record / 1000,
          span: { from: 0, to: 9 }, judged: { from: 0, to: 9 } })))
    process.exit(0)
  })`

function startWriter(path: string, name: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, path, name], {
    cwd: fileURLToPath(new URL('../../../examples', import.meta.url)),
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  return { child, ready: once(child.stdout, 'data'), ended: once(child, 'exit') }
}

it('loses and tears no line of several processes that record at once', async () => {
  const path = join(folder, 'new', 'trials.jsonl')
  const names = Array.from({ length: WRITERS }, (_, i) => `writer-${i}`)
  const writers = names.map(name => startWriter(path, name))
  await Promise.all(writers.map(({ ready }) => ready))
  for (const { child } of writers) child.stdin.write('go\n')
  expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual(names.map(() => [0, null]))

  const each = Array.from({ length: RECORDS }, (_, record) => trialsAt(record)).reduce((a, b) => a + b)
  const ledger = createTrialLedger(path)
  for (const strategy of names)
    expect(ledger.count({ market: strategy, span })).toMatchObject({
      runs: each,
      trials: each,
      damagedLines: 0,
    })
  const order = readFileSync(path, 'utf8').match(/writer-\d/g) ?? []
  const turns = order.filter((name, i) => name !== order[i - 1]).length
  // One after the other they would take turns as often as there are writers, and prove nothing.
  expect(turns).toBeGreaterThan(WRITERS)
})

it('keeps the lines of others when a writer is killed in the middle', async () => {
  const path = join(folder, 'killed.jsonl')
  const writers = ['killed', 'kept-1', 'kept-2'].map(name => startWriter(path, name))
  await Promise.all(writers.map(({ ready }) => ready))
  for (const { child } of writers) child.stdin.write('go\n')
  const [killed, ...kept] = writers
  setTimeout(() => killed?.child.kill('SIGKILL'), 20)
  await Promise.all(writers.map(({ ended }) => ended))
  for (const { child } of kept) expect(child.exitCode).toBe(0)
  const { damagedLines } = createTrialLedger(path).count({ market: 'killed', span })
  expect(damagedLines).toBeLessThanOrEqual(1)
  const each = Array.from({ length: RECORDS }, (_, record) => trialsAt(record)).reduce((a, b) => a + b)
  for (const strategy of ['kept-1', 'kept-2'])
    expect(createTrialLedger(path).count({ market: strategy, span })).toMatchObject({ runs: each })
})
