import { mkdtemp, readFile, rm, utimes, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { instanceStore, sessionStore } from '@openclaw-trading/control-plane'
import { type TestDatabase, withDatabase } from '@openclaw-trading/control-plane/testing'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { DashboardData } from '../src/api/schemas/dashboard.ts'
import type { RunningServer, ServerOptions } from '../src/server-options.ts'
import { builtServer } from './built.ts'

const { startServer } = await builtServer()

const S03 = { botId: 'S03', accountType: 'demo' } as const
let root: string
const servers: RunningServer[] = []
const databases: TestDatabase[] = []

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'claw-server-'))
})
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close()
  for (const database of databases.splice(0)) await database.close()
})
afterAll(() => rm(root, { recursive: true, force: true }))

async function start(options: Partial<ServerOptions> = {}): Promise<RunningServer> {
  if (options.databaseUrl === undefined) databases.push(await withDatabase())
  const server = await startServer({
    environment: { type: 'simulated', seed: 1 },
    dataDir: await mkdtemp(join(root, 'data-')),
    port: 0,
    dashboard: false,
    databaseUrl: databases.at(-1)?.url ?? '',
    ...options,
  })
  servers.push(server)
  return server
}
const lives = (pid: number) => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
const within = { timeout: 40_000, interval: 100 }
async function row(server: RunningServer) {
  const data = (await (await fetch(`${server.url}/dashboard/data`)).json()) as DashboardData
  return data.lanes.demo.find(lane => lane.botId === 'S03')
}
const running = (server: RunningServer) =>
  expect
    .poll(() => row(server), within)
    .toMatchObject({ displayStatus: 'RUNNING', freshness: 'fresh', entriesEnabled: true })
async function put(server: RunningServer, body: object) {
  const answer = await fetch(`${server.url}/control/S03`, {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify(body),
  })
  expect(answer.status).toBe(200)
}

describe('a server', () => {
  it('runs S03 on the demo lane from its first start, and ends without leaving a process', async () => {
    const server = await start()
    await running(server)
    const { venue, bots } = server.processes()
    expect(bots).toHaveLength(1)
    await server.close()
    expect([venue ?? 0, ...bots].filter(lives)).toEqual([])
    expect((await fetch(server.url).catch(() => 'gone')) as unknown).toBe('gone')
  })

  it('obeys the operator: pause blocks entries, stop ends the process and completes the session', async () => {
    const server = await start()
    await running(server)
    await put(server, { status: 'paused', reason: 'news' })
    await expect
      .poll(() => row(server), within)
      .toMatchObject({ displayStatus: 'PAUSED', entriesEnabled: false, sync: 'in-sync' })
    await put(server, { status: 'stopped', reason: 'enough' })
    await expect.poll(() => row(server), within).toMatchObject({ displayStatus: 'STOPPED' })
    expect(server.processes().bots).toEqual([])
    expect(await sessionStore.list(server.database, S03)).toMatchObject([
      { status: 'COMPLETED', reason: 'requested' },
    ])
  })

  it('keeps bad quotes from its bots, and one without the filter from its next start on when asked', async () => {
    const server = await start()
    await running(server)
    await expect
      .poll(async () => (await row(server))?.quoteFilter, within)
      .toMatchObject({ wanted: true, seen: { passed: expect.any(Number), quarantined: 0 } })
    await put(server, { status: 'running', reason: 'a test', quoteFilter: false })
    await expect
      .poll(async () => (await row(server))?.quoteFilter, within)
      .toMatchObject({ wanted: false, seen: { quarantined: 0 } })
    await put(server, { status: 'stopped', reason: 'a test' })
    await expect.poll(() => row(server), within).toMatchObject({ displayStatus: 'STOPPED' })
    await put(server, { status: 'running', reason: 'a test' })
    await running(server)
    expect((await row(server))?.quoteFilter).toEqual({ wanted: false, seen: null })
  })

  it('starts a killed bot again, in a new session, and marks the old one as crashed', async () => {
    const server = await start()
    await running(server)
    process.kill(server.processes().bots[0] ?? 0, 'SIGKILL')
    await expect
      .poll(
        async () => (await sessionStore.list(server.database, S03)).map(session => session.status),
        within,
      )
      .toEqual(['RUNNING', 'CRASHED'])
    await running(server)
  })

  it('goes on when the venue was killed', async () => {
    const server = await start()
    await running(server)
    process.kill(server.processes().venue ?? 0, 'SIGKILL')
    await expect
      .poll(
        async () => (await sessionStore.list(server.database, S03)).map(session => session.status),
        within,
      )
      .toEqual(['RUNNING', 'CRASHED'])
    await running(server)
  })

  it('keeps what the operator wanted from one start to the next', async () => {
    const first = await start()
    await running(first)
    await put(first, { status: 'stopped', reason: 'holiday' })
    await first.close()
    const second = await start({ databaseUrl: databases.at(-1)?.url ?? '' })
    expect(await row(second)).toMatchObject({ desired: 'stopped', desiredReason: 'holiday' })
    expect(await instanceStore.get(second.database, S03)).toMatchObject({ desired: 'stopped' })
  })
})

describe('a start that cannot succeed', () => {
  it('says which port is taken, and leaves nothing behind', async () => {
    const blocker = createServer()
    await new Promise<void>(resolve => blocker.listen(0, '127.0.0.1', resolve))
    const address = blocker.address()
    const port = typeof address === 'object' && address !== null ? address.port : 0
    const dataDir = await mkdtemp(join(root, 'data-'))
    await expect(start({ port, dataDir })).rejects.toThrow(`--port ${port + 1}`)
    await expect(readFile(join(dataDir, 'server.lock'))).rejects.toThrow('ENOENT')
    await new Promise(resolve => blocker.close(resolve))
  })

  it('says that the data folder cannot be written', async () => {
    const file = join(root, 'a-file')
    await writeFile(file, '')
    await expect(start({ dataDir: join(file, 'data') })).rejects.toThrow(
      /^\[data-dir-unwritable\].*--data-dir/,
    )
  })

  it('says that another server has the folder, and takes it over from one that was killed', async () => {
    const dataDir = await mkdtemp(join(root, 'data-'))
    const first = await start({ dataDir })
    await expect(start({ dataDir })).rejects.toThrow(
      new RegExp(
        `^\\[data-dir-taken\\] Process ${process.pid} already runs a server on ${dataDir}, since \\d{4}-\\d\\d-\\d\\d [\\d:]{8} UTC\\.`,
      ),
    )
    await first.close()
    // The pid is ours and lives, but it began at another time: the holder is gone.
    await writeFile(
      join(dataDir, 'server.lock'),
      JSON.stringify({ pid: process.pid, startMark: '1', bootId: 'x' }),
    )
    await start({ dataDir })
  })

  it('leaves the folder to a server that has made its lock and is about to write in it', async () => {
    const dataDir = await mkdtemp(join(root, 'data-'))
    const lock = join(dataDir, 'server.lock')
    await writeFile(lock, '')
    await expect(start({ dataDir })).rejects.toThrow('[data-dir-taken] Another server is starting')
    expect(await readFile(lock, 'utf8')).toBe('')
    // Still empty later, it was left by one that died in that moment.
    await utimes(lock, new Date(0), new Date(0))
    await start({ dataDir })
  })

  it('says that the database does not answer', async () => {
    await expect(start({ databaseUrl: 'postgres://claw:secret@127.0.0.1:9/claw' })).rejects.toThrow(
      /^\[database-unavailable\]/,
    )
  })

  it('ends at once when it is interrupted, and undoes what it began', async () => {
    const interrupt = new AbortController()
    const dataDir = await mkdtemp(join(root, 'data-'))
    const starting = start({ dataDir, signal: interrupt.signal, onProgress: () => interrupt.abort() })
    await expect(starting).rejects.toThrow('This operation was aborted')
    expect(interrupt.signal.aborted).toBe(true)
    await expect(readFile(join(dataDir, 'server.lock'))).rejects.toThrow('ENOENT')
  })
})
