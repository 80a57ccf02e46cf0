import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type TestDatabase, withDatabase } from '@openclaw-trading/control-plane/testing'
import type { BotDetail, DashboardData, RunningServer } from '@openclaw-trading/reference-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtServer } from './built-server.ts'
import { getJson } from './claw.ts'

// An hour of the market, and so a bar of the slowest strategy, is 20 s; by `claw up` it is a minute.
const SPEED = 180
const within = { timeout: 240_000, interval: 1000 }
const IDS = ['S01', 'S02', 'S03', 'S04', 'S05', 'S06', 'S07', 'S08', 'S09']

describe('every registered strategy on the server', () => {
  let dataDir = ''
  let database: TestDatabase
  let server: RunningServer
  /** When each was first seen running, by the market's clock. */
  const since = new Map<string, number>()

  const lanes = async () => (await getJson<DashboardData>(`${server.url}/dashboard/data`)).lanes
  const detail = (botId: string) => getJson<BotDetail>(`${server.url}/bots/${botId}/demo`)

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'claw-nine-'))
    database = await withDatabase()
    const { startServer } = await builtServer()
    server = await startServer({
      environment: { type: 'simulated', speed: SPEED },
      ...{ dataDir, port: 0, dashboard: false, databaseUrl: database.url },
    })
  }, 120_000)
  afterAll(async () => {
    await server?.close()
    await database?.close()
    await rm(dataDir, { recursive: true, force: true })
  })

  it('is started from the backlog, and runs', async () => {
    const { backlog, demo } = await lanes()
    expect([...backlog, ...demo].map(({ botId }) => botId).sort()).toEqual(IDS)
    for (const botId of IDS) {
      const answer = await fetch(`${server.url}/control/${botId}`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ status: 'running', reason: 'all nine' }),
      })
      expect(answer.status).toBe(200)
    }
    await expect
      .poll(async () => {
        for (const row of (await lanes()).demo)
          if (row.displayStatus === 'RUNNING' && row.entriesEnabled && row.marketAt !== null)
            if (!since.has(row.botId)) since.set(row.botId, row.marketAt)
        return IDS.filter(id => !since.has(id))
      }, within)
      .toEqual([])
  }, 270_000)

  it('decides on bars of its own that closed while it ran', async () => {
    await expect
      .poll(async () => {
        const undecided: string[] = []
        for (const botId of IDS) {
          const { chart } = await detail(botId)
          const closed = chart?.bars.at(-2)
          if ((closed?.openedAt ?? 0) < (since.get(botId) ?? 0)) undecided.push(botId)
        }
        return undecided
      }, within)
      .toEqual([])
  }, 270_000)

  it.each(IDS)('%s runs without a failure, and none of its quotes is kept back', async botId => {
    const { chart, row, events, sessions } = await detail(botId)
    expect(chart?.timeframe).toBe(row.timeframe)
    expect(row.quoteFilter).toMatchObject({ wanted: true, seen: { quarantined: 0 } })
    expect(row.quoteFilter.seen?.passed).toBeGreaterThan(100)
    // A machine that is slow may start one twice; a strategy that throws ends its session as failed.
    expect(sessions[0]?.status).toBe('RUNNING')
    expect(sessions.filter(({ reason }) => reason === 'failed')).toEqual([])
    expect(events.filter(({ message }) => message.includes('handler-failed'))).toEqual([])
  })

  it('enters: at least two of the nine have traded or hold a position within hours of the market', async () => {
    await expect
      .poll(
        async () =>
          (await lanes()).demo.filter(({ tradeCount, openPositions }) => tradeCount + openPositions > 0)
            .length,
        within,
      )
      .toBeGreaterThanOrEqual(2)
  }, 270_000)
})
