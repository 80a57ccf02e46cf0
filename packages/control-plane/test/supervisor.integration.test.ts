import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import type { Heartbeat, InstanceRef } from '../src/client/contracts.ts'
import { type Clock, SYSTEM_CLOCK } from '../src/clock.ts'
import type { Database } from '../src/database/connect.ts'
import { ControlPlaneError } from '../src/errors.ts'
import { isSameProcess } from '../src/process-probe.ts'
import { controlStore } from '../src/stores/control.ts'
import { eventStore } from '../src/stores/events.ts'
import { type Instance, instanceStore } from '../src/stores/instances.ts'
import { leaseStore } from '../src/stores/leases.ts'
import { sessionStore } from '../src/stores/sessions.ts'
import { identifyProcess } from '../src/supervise/identity.ts'
import type { Supervisor, SupervisorOptions } from '../src/supervise/supervisor-options.ts'
import { type TestDatabase, withDatabase } from '../src/testing/database.ts'
import { addInstance, SECRET, serveSessions, STUB_BOT, stubLaunch, testWorker } from './worker-floor.ts'

let floor: TestDatabase
let api: Awaited<ReturnType<typeof serveSessions>>
const workers: Supervisor[] = []
const strays: ChildProcess[] = []

beforeAll(async () => {
  floor = await withDatabase()
  api = await serveSessions(floor.database)
})
afterEach(async () => {
  await Promise.all(workers.splice(0).map(worker => worker.close()))
  for (const stray of strays.splice(0)) stray.kill('SIGKILL')
  // The next test's worker must find nothing to do but its own.
  await floor.database.query(`truncate claw.bots, claw.leases cascade`)
})
afterAll(async () => {
  await api?.close()
  await floor?.close()
})

async function startWorker(options: Partial<SupervisorOptions> & { readonly mode?: string } = {}) {
  const made = testWorker(floor.database, api.url, options)
  workers.push(made.worker)
  await made.worker.start()
  return made
}
const is = (actual: Instance['actual']) => (instance: Instance) => instance.actual === actual
const want = (ref: InstanceRef, status: 'running' | 'paused' | 'stopped') =>
  controlStore.set(floor.database, ref, { status, reason: 'test', updatedBy: 'test' })
const sessionsOf = (ref: InstanceRef) => sessionStore.list(floor.database, ref)
const runs = (instance: Instance) => isSameProcess(instance.pid ?? 0, instance.startMark ?? '')

it('starts what should run without any hint, as one process with one session', async () => {
  const ref = await addInstance(floor.database)
  const { until } = await startWorker()
  const instance = await until(ref, is('running'))
  expect(instance).toMatchObject({
    epoch: 1,
    host: 'h1',
    generation: 1,
    actualGeneration: 1,
    statusDetail: '',
  })
  expect(await runs(instance)).toBe(true)
  expect(await sessionsOf(ref)).toMatchObject([{ status: 'RUNNING', pid: instance.pid, epoch: 1 }])
})

it('stores heartbeats and tells of them', async () => {
  const ref = await addInstance(floor.database)
  let tell: (heartbeat: Heartbeat) => void = () => {}
  const told = new Promise<Heartbeat>(resolve => {
    tell = resolve
  })
  const { until } = await startWorker({ onHeartbeat: heartbeat => tell(heartbeat) })
  expect(await told).toMatchObject({ ...ref, epoch: 1 })
  await until(ref, is('running'))
  await expect.poll(async () => (await instanceStore.get(floor.database, ref))?.heartbeat?.epoch).toBe(1)
})

it('hands secrets over the channel only, never in arguments, environment or log', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'claw-worker-'))
  const logFile = join(dir, 'logs', 'bot.log')
  const ref = await addInstance(floor.database)
  const { until, worker } = await startWorker({
    launch: async () => ({ ...stubLaunch(api.url, 'good'), logFile }),
  })
  await until(ref, is('running'))
  await expect.poll(() => worker.running()[0]?.lastOutput()).toContain('env {')
  const output = worker.running()[0]?.lastOutput() ?? ''
  const env = JSON.parse(/ env (\{.*\})/.exec(output)?.[1] ?? '{}')
  expect(env).toMatchObject({ STUB: 'good', PATH: process.env['PATH'] })
  expect(Object.keys(env).filter(name => name.startsWith('VITEST'))).toEqual([])
  expect(output).not.toContain(SECRET)
  expect(await readFile(logFile, 'utf8')).toBe(output)
  await rm(dir, { recursive: true })
})

it('tells a running bot to read its control again, in the same process', async () => {
  const ref = await addInstance(floor.database)
  const { until, worker } = await startWorker()
  const before = await until(ref, is('running'))
  const { generation } = await want(ref, 'paused')
  const after = await until(ref, instance => instance.actualGeneration === generation)
  expect(after).toMatchObject({ actual: 'running', pid: before.pid, epoch: before.epoch })
  await expect.poll(() => worker.running()[0]?.lastOutput()).toContain('control-changed')
})

it('stops a bot by asking, and starts it again with a higher epoch', async () => {
  const ref = await addInstance(floor.database)
  const { until } = await startWorker()
  const running = await until(ref, is('running'))
  await want(ref, 'stopped')
  expect(await until(ref, is('stopped'))).toMatchObject({ pid: null, statusDetail: '', actualGeneration: 2 })
  expect(await runs(running)).toBe(false)
  expect(await sessionsOf(ref)).toMatchObject([{ status: 'COMPLETED', reason: 'requested' }])
  await want(ref, 'running')
  expect(await until(ref, is('running'))).toMatchObject({ epoch: 2, restartCount: 0 })
})

it.each([
  ['deaf', 20_000, ''],
  ['stubborn', 50, 'It did not end when asked, nor on SIGTERM, and was killed.'],
])('ends a %s bot further down the ladder and closes its session as killed', async (mode, termMs, detail) => {
  const ref = await addInstance(floor.database)
  const { until } = await startWorker({ mode, stop: { askMs: 50, termMs, killMs: 20_000 } })
  const running = await until(ref, is('running'))
  await want(ref, 'stopped')
  expect((await until(ref, is('stopped'))).statusDetail).toBe(detail)
  expect(await runs(running)).toBe(false)
  expect(await sessionsOf(ref)).toMatchObject([{ status: 'KILLED' }])
})

it('restarts a crashed bot 5 times, then leaves it failed until its desire changes', async () => {
  const ref = await addInstance(floor.database)
  let mode = 'crash'
  const { until } = await startWorker({ launch: async () => stubLaunch(api.url, mode) })
  const failed = await until(ref, is('failed'))
  expect(failed).toMatchObject({ epoch: 6, restartCount: 5, nextRetryAt: null, pid: null })
  expect(failed.crashTimes).toHaveLength(6)
  expect(failed.statusDetail).toContain('it last printed: TypeError: the stub has thrown')
  expect(failed.statusDetail).toContain('That was 6 times in 10 minutes')
  expect((await sessionsOf(ref)).map(session => session.status)).toEqual(Array(6).fill('CRASHED'))
  const events = async () => (await eventStore.list(floor.database, ref)).map(event => event.type)
  await expect.poll(events).toEqual(expect.arrayContaining(['bot-failed', 'bot-crashed']))
  mode = 'good'
  await want(ref, 'running')
  expect(await until(ref, is('running'))).toMatchObject({ epoch: 7, restartCount: 0, crashTimes: [] })
})

it('shows what a failing bot says of itself, word for word', async () => {
  const ref = await addInstance(floor.database)
  const { until } = await startWorker({ mode: 'fail', restart: { minMs: 60_000, maxMs: 60_000 } })
  const crashed = await until(ref, is('crashed'))
  expect(crashed.statusDetail).toBe('The period is -3. Use 2 to 200.')
  expect(crashed.nextRetryAt).toBeGreaterThan(crashed.crashTimes[0]! + 29_999)
  expect(await sessionsOf(ref)).toMatchObject([{ status: 'CRASHED', detail: crashed.statusDetail }])
})

it('counts an end that nobody asked for as a crash', async () => {
  const ref = await addInstance(floor.database)
  const { until } = await startWorker({ mode: 'quits', restart: { maxRestarts: 0 } })
  expect((await until(ref, is('failed'))).statusDetail).toMatch(
    /^It ended by itself: requested\. That was once/,
  )
})

it.each(['data-ended', 'data-ended-unheard'])(
  'leaves a bot stopped after its data has ended (%s)',
  async mode => {
    const ref = await addInstance(floor.database)
    const { until } = await startWorker({ mode })
    const isOver = (i: Instance) => i.actual === 'stopped' && i.actualGeneration === i.generation
    const over = await until(ref, isOver)
    expect(over).toMatchObject({ desired: 'stopped', epoch: 1, statusDetail: 'The data has ended.' })
    expect(await sessionsOf(ref)).toMatchObject([{ status: 'COMPLETED', reason: 'data-ended' }])
  },
)

it('ends a bot that is not ready in time', async () => {
  const ref = await addInstance(floor.database)
  const { until } = await startWorker({
    mode: 'never-ready',
    readyTimeoutMs: 100,
    stop: { askMs: 50, termMs: 20_000, killMs: 20_000 },
    restart: { maxRestarts: 0 },
  })
  expect((await until(ref, is('failed'))).statusDetail).toMatch(/^It was not ready within 100 ms\./)
})

it('can stop a bot that is still starting', async () => {
  const ref = await addInstance(floor.database)
  const stop = { askMs: 50, termMs: 20_000, killMs: 20_000 }
  const { until } = await startWorker({ mode: 'never-ready', stop })
  const starting = await until(ref, i => i.actual === 'starting' && i.pid !== null)
  await want(ref, 'stopped')
  await until(ref, is('stopped'))
  expect(await runs(starting)).toBe(false)
})

it.each([
  ['lingers', 'It said that it had ended, but did not exit within 50 ms.'],
  ['hangs-up', 'It closed its channel to the worker, but did not exit within 50 ms.'],
])('ends a bot that %s', async (mode, detail) => {
  const ref = await addInstance(floor.database)
  const stop = { askMs: 50, termMs: 20_000, killMs: 20_000 }
  const { until } = await startWorker({ mode, stop, restart: { maxRestarts: 0 } })
  expect((await until(ref, is('failed'))).statusDetail).toContain(detail)
  expect(await sessionsOf(ref)).toMatchObject([{ status: 'KILLED' }])
})

it('waits for what a launch needs, without counting crashes', async () => {
  const ref = await addInstance(floor.database)
  let tries = 0
  const { until } = await startWorker({
    launch: async () => {
      tries += 1
      if (tries <= 8) throw new ControlPlaneError('process-failed', 'The venue is down.', { retryable: true })
      return stubLaunch(api.url, 'good')
    },
  })
  expect((await until(ref, is('crashed'))).statusDetail).toBe('The venue is down.')
  expect(await until(ref, is('running'))).toMatchObject({ epoch: 9, restartCount: 0, statusDetail: '' })
})

it('does not repeat a launch that is refused for good', async () => {
  const ref = await addInstance(floor.database)
  const { until } = await startWorker({
    launch: async () => {
      throw new ControlPlaneError('process-failed', 'No live trading here.')
    },
  })
  expect(await until(ref, is('failed'))).toMatchObject({ epoch: 1, statusDetail: 'No live trading here.' })
})

it('counts an entry that cannot be run as a crash', async () => {
  const ref = await addInstance(floor.database)
  const entry = join(tmpdir(), 'claw-no-such-bot.mjs')
  const { until } = await startWorker({
    launch: async () => ({ ...stubLaunch(api.url, 'good'), entry }),
    restart: { maxRestarts: 0 },
  })
  expect((await until(ref, is('failed'))).statusDetail).toContain('Cannot find module')
})

it('ends its process when a newer owner has the instance, and leaves the row alone', async () => {
  const ref = await addInstance(floor.database)
  const { until, worker } = await startWorker()
  const running = await until(ref, is('running'))
  await floor.database.query(`update claw.bot_instances set epoch = 9, host = 'h2' where bot_id = $1`, [
    ref.botId,
  ])
  await expect.poll(() => worker.running()).toEqual([])
  expect(await runs(running)).toBe(false)
  expect(await instanceStore.get(floor.database, ref)).toMatchObject({
    epoch: 9,
    host: 'h2',
    actual: 'running',
  })
  await expect.poll(async () => (await sessionsOf(ref))[0]?.status).not.toBe('RUNNING')
})

it('catches up with what happened while the database was away, and ends bots without it', async () => {
  const [first, second] = [await addInstance(floor.database), await addInstance(floor.database)]
  let away = false
  const guard = () => {
    if (away) throw new ControlPlaneError('database-unavailable', 'Away for a test.')
  }
  const database: Database = {
    ...floor.database,
    query: async (sql, values) => {
      guard()
      return floor.database.query(sql, values)
    },
    transaction: async work => {
      guard()
      return floor.database.transaction(work)
    },
  }
  const { until, worker } = await startWorker({ database })
  const [killed, closed] = [await until(first, is('running')), await until(second, is('running'))]
  away = true
  process.kill(killed.pid ?? 0, 'SIGKILL')
  await expect.poll(() => worker.running().map(bot => bot.ref)).toEqual([second])
  expect(await instanceStore.get(floor.database, first)).toMatchObject({ actual: 'running', epoch: 1 })
  away = false
  const after = await until(first, instance => instance.actual === 'running' && instance.epoch === 2)
  expect(after.restartCount).toBe(1)
  expect((await sessionsOf(first)).map(session => session.status)).toEqual(['RUNNING', 'CRASHED'])
  away = true
  await worker.close()
  expect([await runs(after), await runs(closed)]).toEqual([false, false])
})

it('starts one process however often it is told to look', async () => {
  const ref = await addInstance(floor.database, 'stopped')
  const { until, worker } = await startWorker({ passMs: 60_000 })
  await want(ref, 'running')
  await Promise.all(Array.from({ length: 50 }, () => worker.reconcile(ref)))
  expect(await until(ref, is('running'))).toMatchObject({ epoch: 1 })
  expect(worker.running()).toHaveLength(1)
})

/** A row as a worker that was killed leaves it. */
async function leaveRow(ref: InstanceRef, pid: number, startMark: string): Promise<string> {
  const own = await identifyProcess('h1', process.pid)
  await floor.database.query(
    `update claw.bot_instances set epoch = 3, host = 'h1', actual_status = 'running', actual_generation = 1,
       pid = $2, boot_id = $3, process_start_mark = $4 where bot_id = $1`,
    [ref.botId, pid, own?.bootId, startMark],
  )
  const { sessionId } = await sessionStore.start(floor.database, {
    ...ref,
    codeHash: '0123456789abcdef',
    paramsVersion: 1,
    epoch: 3,
    host: 'h1',
    pid,
    environment: {
      name: 'simulated:stub',
      ctidTraderAccountId: 7,
      broker: 'Stub',
      currency: 'USD',
      leverage: 100,
      positionMode: 'hedged',
    },
  })
  return sessionId
}

it('ends a process that an earlier worker left, then starts its own', async () => {
  const ref = await addInstance(floor.database)
  const stray = fork(STUB_BOT, ['deaf'], { execArgv: [], stdio: 'ignore' })
  strays.push(stray)
  await once(stray, 'spawn')
  const identity = await identifyProcess('h1', stray.pid ?? 0)
  const sessionId = await leaveRow(ref, identity!.pid, identity!.startMark)
  const exited = once(stray, 'exit')
  const { until } = await startWorker()
  expect(await exited).toEqual([null, 'SIGTERM'])
  expect(await sessionStore.get(floor.database, sessionId)).toMatchObject({ status: 'KILLED' })
  expect(await until(ref, i => i.actual === 'running' && i.epoch > 3)).toMatchObject({
    epoch: 4,
    restartCount: 0,
  })
})

it('never signals a stranger that has got the pid of a bot', async () => {
  const ref = await addInstance(floor.database)
  const stranger = fork(STUB_BOT, ['deaf'], { execArgv: [], stdio: 'ignore' })
  strays.push(stranger)
  await once(stranger, 'spawn')
  const sessionId = await leaveRow(ref, stranger.pid ?? 0, '1')
  const { until } = await startWorker()
  await until(ref, i => i.actual === 'running' && i.epoch > 3)
  expect(await sessionStore.get(floor.database, sessionId)).toMatchObject({ status: 'CRASHED' })
  const identity = await identifyProcess('h1', stranger.pid ?? 0)
  expect(await isSameProcess(stranger.pid ?? 0, identity?.startMark ?? '')).toBe(true)
  expect(stranger.signalCode).toBeNull()
})

it('refuses a second worker of the same host, and lets one follow', async () => {
  const first = await startWorker()
  const second = testWorker(floor.database, api.url)
  await expect(second.worker.start()).rejects.toMatchObject({ code: 'conflict' })
  await first.worker.close()
  workers.push(second.worker)
  await second.worker.start()
})

it('touches no bot of the host while another worker has the right to it', async () => {
  const ref = await addInstance(floor.database)
  const first = await startWorker()
  const before = await first.until(ref, is('running'))
  const second = testWorker(floor.database, api.url)
  // Hints reach a worker before it has started, and one that has slept through its lease.
  await expect(second.worker.reconcile(ref)).rejects.toMatchObject({ code: 'conflict' })
  expect(await runs(before)).toBe(true)
  expect(await instanceStore.get(floor.database, ref)).toMatchObject({
    actual: 'running',
    epoch: before.epoch,
  })
  await second.worker.close()
})

it('starts nothing on a host that another worker has taken while it slept', async () => {
  let now = Date.now()
  let asleep = false
  const clock: Clock = {
    now: () => now,
    sleep: (ms, signal) => SYSTEM_CLOCK.sleep(asleep ? 60_000 : ms, signal),
  }
  const sleeper = await startWorker({ clock })
  asleep = true
  await leaseStore.release(
    floor.database,
    'worker:h1',
    (await leaseStore.get(floor.database, 'worker:h1'))?.holder ?? '',
  )
  await leaseStore.acquire(floor.database, { key: 'worker:h1', holder: 'other-boot/1/1/n', ttlMs: 60_000 })
  now += 20_000
  const ref = await addInstance(floor.database)
  await expect(sleeper.worker.reconcile(ref)).rejects.toMatchObject({ code: 'conflict' })
  expect(await instanceStore.get(floor.database, ref)).toMatchObject({ actual: 'stopped', epoch: 0 })
})

it('ends all bots at once when it closes, and leaves what should run as it is', async () => {
  const refs = await Promise.all(Array.from({ length: 4 }, () => addInstance(floor.database)))
  const modes = new Map(refs.map((ref, index) => [ref.botId, index === 0 ? 'stubborn' : 'good']))
  const { until, worker } = await startWorker({
    launch: async ref => stubLaunch(api.url, modes.get(ref.botId) ?? 'good'),
    stop: { askMs: 3_000, termMs: 50, killMs: 20_000 },
  })
  const running = await Promise.all(refs.map(ref => until(ref, is('running'))))
  await worker.close()
  expect(worker.running()).toEqual([])
  expect(await Promise.all(running.map(runs))).toEqual([false, false, false, false])
  const after = await Promise.all(refs.map(ref => instanceStore.get(floor.database, ref)))
  for (const instance of after) expect(instance).toMatchObject({ actual: 'stopped', desired: 'running' })
  const statuses = await Promise.all(refs.map(async ref => (await sessionsOf(ref))[0]?.status))
  expect(statuses).toEqual(['KILLED', 'COMPLETED', 'COMPLETED', 'COMPLETED'])
})
