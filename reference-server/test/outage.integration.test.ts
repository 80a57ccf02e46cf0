import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instanceStore, sessionStore } from '@openclaw-trading/control-plane'
import { afterEach, expect, it } from 'vitest'

import type { RunningServer } from '../src/server-options.ts'
import { builtServer } from './built.ts'

const { startServer } = await builtServer()

const S03 = { botId: 'S03', accountType: 'demo' } as const
let server: RunningServer | undefined
let dataDir: string
afterEach(async () => {
  await server?.close()
  await rm(dataDir, { recursive: true, force: true })
})

it('goes on when PostgreSQL is killed: bot and session stay, and what happens is recorded', async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'claw-outage-'))
  server = await startServer({
    environment: { type: 'simulated', seed: 1, speed: 600 },
    dataDir,
    port: 0,
    dashboard: false,
    fast: true,
  })
  const { database, url } = server
  const within = { timeout: 50_000, interval: 100 }
  await expect.poll(() => instanceStore.get(database, S03), within).toMatchObject({ actual: 'running' })
  const [before] = await sessionStore.list(database, S03)
  const [{ pid, folder } = { pid: 0, folder: '' }] = await database.query<{ pid: number; folder: string }>(
    "select pg_backend_pid() as pid, current_setting('data_directory') as folder",
  )
  expect(pid).toBeGreaterThan(0)
  const postmaster = Number((await readFile(join(folder, 'postmaster.pid'), 'utf8')).split('\n')[0])
  process.kill(postmaster, 'SIGKILL')

  // While it is away each answer is a problem that says so, and soon it is back.
  const seen = new Set<number>()
  await expect
    .poll(async () => {
      const answer = await fetch(`${url}/dashboard/data`)
      seen.add(answer.status)
      if (answer.status === 503) expect(await answer.json()).toMatchObject({ code: 'database-unavailable' })
      return answer.status
    }, within)
    .toBe(200)
  expect([...seen].filter(status => status !== 200 && status !== 503)).toEqual([])
  const trades = async () =>
    ((await (await fetch(`${url}/trades?botId=S03`)).json()) as { trades: { sessionId: string }[] }).trades
  await expect.poll(async () => (await trades()).length, within).toBeGreaterThan(0)
  expect((await trades())[0]?.sessionId).toBe(before?.sessionId)
  expect(await sessionStore.list(database, S03)).toMatchObject([
    { sessionId: before?.sessionId, status: 'RUNNING' },
  ])
}, 120_000)
