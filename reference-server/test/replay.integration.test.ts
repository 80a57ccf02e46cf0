import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { REPLAY_XAUUSD, syntheticTicks } from '@openclaw-trading/bot-engine/data'
import { type TestDatabase, withDatabase } from '@openclaw-trading/control-plane/testing'
import { unixMs } from '@openclaw-trading/trading-model'
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest'
import type { ReplayOptions } from '../src/replay/replay.ts'
import { builtServer } from './built.ts'

const { replay } = await builtServer()

let dir: string
let ticks: string
let database: TestDatabase

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'claw-replay-test-'))
  ticks = join(dir, 'ticks.csv')
  const columns = syntheticTicks({
    instrument: REPLAY_XAUUSD,
    seed: 5,
    startAt: unixMs(Date.UTC(2025, 0, 6, 7)),
    until: unixMs(Date.UTC(2025, 0, 6, 11)),
  })
  const rows = Array.from(
    { length: columns.length },
    (_, i) => `${columns.at[i]},${(columns.bid[i] ?? 0) / 1e5},${(columns.ask[i] ?? 0) / 1e5}`,
  )
  await writeFile(ticks, `${rows.join('\n')}\n`)
})
afterAll(() => rm(dir, { recursive: true, force: true }))
beforeEach(async () => {
  database = await withDatabase()
})
afterEach(() => database.close())

const run = (options: Partial<ReplayOptions> = {}) =>
  replay({
    ticks,
    timeframe: 'm1',
    params: { deviation: 1.5, minReward: 0 },
    polling: false,
    databaseUrl: database.url,
    ...options,
  })

it('records in the database the very trades of a backtest, and counts them', async () => {
  const result = await run()
  expect(result.comparison).toEqual({ equal: true, trades: result.trades, differing: 0 })
  expect(result.trades).toBeGreaterThan(5)
  expect(Object.values(result.exits).reduce((sum, count) => sum + count, 0)).toBe(result.trades)
})

it('finds a venue whose orders act one millisecond late, and shows the first trade that differs', async () => {
  const { comparison } = await run({ plant: 'due-off-by-one' })
  expect(comparison.equal).toBe(false)
  expect(comparison.first?.expected).toBeDefined()
})

it('tells of a parameter outside the schema before anything runs', async () => {
  await expect(run({ params: { period: 1 } })).rejects.toThrow(/^\[invalid-params\].*period/)
})

it('ends when it is interrupted', async () => {
  const interrupt = new AbortController()
  const running = run({
    signal: interrupt.signal,
    onProgress: step => {
      if (step === 'replaying') interrupt.abort()
    },
  })
  await expect(running).rejects.toThrow('aborted')
})
