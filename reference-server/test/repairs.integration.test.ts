import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { eventStore } from '@openclaw-trading/control-plane'
import { type TestDatabase, withDatabase } from '@openclaw-trading/control-plane/testing'
import type { Repair } from '@openclaw-trading/control-plane/client'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { BotDetail } from '../src/api/schemas/dashboard.ts'
import type { RunningServer } from '../src/server-options.ts'
import { builtServer } from './built.ts'

const { startServer } = await builtServer()

const T05 = { botId: 'T05', accountType: 'demo' } as const
let root: string
let dataDir: string
let test: TestDatabase
let server: RunningServer

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claw-repairs-'))
})
afterEach(async () => {
  await server.close()
  await test.close()
})
afterAll(() => rm(root, { recursive: true, force: true }))

const within = { timeout: 120_000, interval: 100 }

async function start(): Promise<void> {
  test = await withDatabase()
  dataDir = await mkdtemp(join(root, 'data-'))
  server = await startServer({
    environment: { type: 'simulated', seed: 1 },
    dataDir,
    port: 0,
    dashboard: false,
    databaseUrl: test.url,
    strategiesFile: fileURLToPath(new URL('./throwing-strategy.mjs', import.meta.url)),
  })
}

async function send(method: string, path: string, body?: object) {
  const answer = await fetch(`${server.url}${path}`, {
    method,
    ...(body === undefined
      ? {}
      : { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Repair & { detail: string; code: string } }
}
const should = async (status: 'running' | 'stopped') =>
  expect((await send('PUT', '/control/T05', { status, reason: 'a test' })).status).toBe(200)
const ask = (work: object) => send('POST', '/repairs/T05', { reason: 'the feed was bad', ...work })
const detail = async () => (await (await fetch(`${server.url}/bots/T05/demo`)).json()) as BotDetail
const row = async () => (await detail()).row
const locks = async () =>
  (await row()).locks.map(({ protection, ordinal }) => `${protection} ${ordinal}`).sort()
const running = () =>
  expect
    .poll(row, within)
    .toMatchObject({ actual: 'running', freshness: 'fresh', marketAt: expect.any(Number) })
const stopped = () => expect.poll(row, within).toMatchObject({ desired: 'stopped', actual: 'stopped' })
const repaired = async (repairId: number) => (await detail()).repairs.find(one => one.repairId === repairId)

async function stateFile(): Promise<{ readonly path: string; readonly state: Record<string, unknown> }> {
  const folder = join(dataDir, 'bots', 'T05-demo')
  const name = (await readdir(folder)).find(one => /^state-.*\.json$/.test(one)) ?? ''
  const path = join(folder, name)
  return { path, state: JSON.parse(await readFile(path, 'utf8')).state as Record<string, unknown> }
}

const ALL = ['cooldown 1', 'max drawdown 1', 'max drawdown 2']
const RELEASE = { action: 'release-protection', protection: 'max drawdown', ordinal: 2 }

/** Has it lose, and be stopped with its locks. */
async function afterABadDay(): Promise<void> {
  await should('running')
  await expect.poll(locks, within).toEqual(ALL)
  await expect.poll(async () => (await row()).openPositions, within).toBe(0)
  expect((await row()).warnings.map(({ text }) => text)).toContainEqual(
    expect.stringMatching(/^Nothing is opened: max drawdown: equity fell .* Exits go on\.$/),
  )
  // A running bot takes nothing up, and keeps its locks.
  const early = await ask(RELEASE)
  expect(early).toMatchObject({ status: 409, body: { code: 'conflict' } })
  expect(early.body.detail).toMatch(/T05\/demo should be running and is running: .* Stop it first\.$/)
  expect([(await detail()).repairs, await locks()]).toEqual([[], ALL])
  await should('stopped')
  await stopped()
}

/** Makes its state one of another release. @returns the file */
async function spoilState(): Promise<string> {
  const { path, state } = await stateFile()
  expect(state).toMatchObject({ starts: 1, hasBought: true, $risk: {} })
  const saved = JSON.parse(await readFile(path, 'utf8')) as object
  await writeFile(path, JSON.stringify({ ...saved, state: { ...state, starts: 'many' } }))
  return path
}

it('releases a stopped bot of one protection alone, and resets a state with which it cannot start', async () => {
  await start()
  await afterABadDay()
  expect(await locks()).toEqual(ALL)
  const path = await spoilState()
  await should('running')
  await expect
    .poll(async () => (await row()).statusDetail, within)
    .toMatch(/The state of strategy "guarded" does not fit its schema/)
  await should('stopped')
  await stopped()

  const unclear = await ask({ ...RELEASE, ordinal: undefined })
  expect([unclear.status, unclear.body.detail]).toEqual([
    400,
    'T05 states 2 protections "max drawdown". Say which with "ordinal", 1 to 2.',
  ])
  const wrong = await ask({ ...RELEASE, protection: 'max draw' })
  expect([wrong.status, wrong.body.detail]).toEqual([
    400,
    'T05 states no protection "max draw". It has: max drawdown, cooldown.',
  ])
  const release = await ask(RELEASE)
  expect(release).toMatchObject({ status: 200, body: { status: 'waiting', askedBy: 'operator' } })
  expect((await ask(RELEASE)).body.repairId).toBe(release.body.repairId)
  const reset = await ask({ action: 'reset-state' })
  await should('running')
  await running()

  expect(await repaired(release.body.repairId)).toMatchObject({
    status: 'applied',
    reason: 'the feed was bad',
    result: expect.stringMatching(/^max drawdown begins anew\. It had kept \{"highest":\d+/),
    sessionId: (await row()).sessionId,
  })
  expect(await repaired(reset.body.repairId)).toMatchObject({
    status: 'applied',
    result: 'The strategy begins anew. What its limits and protections have seen stays.',
  })
  expect(await locks()).toEqual(['cooldown 1', 'max drawdown 1'])
  expect((await eventStore.list(server.database, T05)).map(({ type }) => type)).toEqual(
    expect.arrayContaining(['repair-asked', 'repair-applied']),
  )
  await should('stopped')
  await stopped()
  // It would buy again, as one that has never bought, and was not let through.
  expect((await stateFile()).state).toMatchObject({ starts: 1, hasBought: false })
  expect(JSON.parse(await readFile(`${path}.before-reset`, 'utf8'))).toMatchObject({
    state: { starts: 'many' },
  })
  expect((await row()).tradeCount).toBe(1)
}, 400_000)
