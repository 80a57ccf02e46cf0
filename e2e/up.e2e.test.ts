import { readFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { platform, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PositionRecord, TradeRow } from '@openclaw-trading/control-plane/client'
import type { BotDetail, DashboardData } from '@openclaw-trading/reference-server'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { type Claw, clawUp, getJson, processesOf } from './claw.ts'

const within = { timeout: 120_000, interval: 250 }
const strategies = fileURLToPath(new URL('./trades-often.mjs', import.meta.url))
let dataDir = ''
let claw: Claw | undefined

beforeAll(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'claw-up-'))
  await chmod(dataDir, 0o711)
})
afterEach(async () => {
  if (claw === undefined || claw.child.exitCode !== null) return
  claw.child.kill('SIGINT')
  await claw.ended
})
afterAll(() => rm(dataDir, { recursive: true, force: true }))

const trades = async (url: string): Promise<TradeRow[]> =>
  (await getJson<{ trades: TradeRow[] }>(`${url}/trades?botId=T01&limit=200`)).trades
const positions = async (url: string): Promise<PositionRecord[]> =>
  (await getJson<{ positions: PositionRecord[] }>(`${url}/positions?botId=T01`)).positions

async function running(url: string): Promise<void> {
  await expect
    .poll(async () => (await getJson<DashboardData>(`${url}/dashboard/data`)).lanes.demo, within)
    .toMatchObject(['S03', 'T01'].map(botId => ({ botId, displayStatus: 'RUNNING', freshness: 'fresh' })))
}

/** Everything dies at once, as when the machine loses its power. */
async function killAll(victim: Claw): Promise<void> {
  for (const pid of processesOf(victim, dataDir)) process.kill(pid, 'SIGKILL')
  await victim.ended
  await expect.poll(() => processesOf(victim, dataDir), within).toEqual([])
}

function isPostgres(pid: number): boolean {
  return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('/bin/postgres')
}

// It reads /proc to find every process that must die.
describe.skipIf(platform() !== 'linux')('claw up', () => {
  it('trades on its first start, and goes on after everything was killed with a position open', async () => {
    const first = await clawUp(dataDir, '--strategies', strategies)
    claw = first
    await running(first.url)
    await expect.poll(() => positions(first.url), within).not.toHaveLength(0)
    const [open] = await positions(first.url)
    const before = await trades(first.url)
    await killAll(first)

    const second = await clawUp(dataDir, '--strategies', strategies)
    claw = second
    await running(second.url)
    // The position was kept by the venue; its end is recorded in the database that was killed beside it.
    const closed = () =>
      trades(second.url).then(list => list.find(trade => trade.positionId === open?.positionId))
    await expect.poll(closed, within).toBeDefined()
    await expect
      .poll(async () => (await trades(second.url)).length, within)
      .toBeGreaterThan(before.length + 1)

    const after = await trades(second.url)
    expect(new Set(after.map(trade => trade.dealId)).size).toBe(after.length)
    for (const trade of before) expect(after).toContainEqual(trade)
    const older = new Set(before.map(trade => trade.dealId))
    const newer = after.filter(trade => !older.has(trade.dealId))
    expect(Math.min(...newer.map(trade => trade.dealId))).toBeGreaterThan(Math.max(0, ...older))

    const { sessions } = await getJson<BotDetail>(`${second.url}/bots/T01/demo`)
    expect(sessions.slice(0, 2).map(session => session.status)).toEqual(['RUNNING', 'CRASHED'])
  })

  it('goes on recording after its database was killed, and loses nothing', async () => {
    const up = await clawUp(dataDir, '--strategies', strategies)
    claw = up
    await running(up.url)
    const before = await trades(up.url)
    const postgres = processesOf(up, dataDir).filter(isPostgres)
    expect(postgres.length).toBeGreaterThan(0)
    for (const pid of postgres) process.kill(pid, 'SIGKILL')

    await expect
      .poll(
        () =>
          trades(up.url).then(
            list => list.length,
            () => 0,
          ),
        within,
      )
      .toBeGreaterThan(before.length + 1)
    const after = await trades(up.url)
    for (const trade of before) expect(after).toContainEqual(trade)
    const deals = after.map(trade => trade.dealId).sort((a, b) => a - b)
    expect(new Set(deals).size).toBe(deals.length)
    await running(up.url)
  })

  it('ends on Ctrl-C with exit code 130 and leaves no process', async () => {
    const up = await clawUp(dataDir, '--strategies', strategies)
    claw = up
    await running(up.url)
    up.child.kill('SIGINT')
    expect(await up.ended).toBe(130)
    expect(processesOf(up, dataDir)).toEqual([])
  })
})
