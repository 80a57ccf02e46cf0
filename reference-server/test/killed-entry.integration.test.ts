import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, clientOrderId } from '@openclaw-trading/trading-model'
import { afterEach, expect, it } from 'vitest'
import { killBots, startBotProcess } from './bot-process.ts'
import { FakeApi } from './fake-api.ts'

afterEach(killBots)

const until = (what: () => unknown, timeout = 30_000) =>
  expect.poll(what, { timeout, interval: 50 }).toBeTruthy()

/** Kills a bot while its entry has no answer, and starts it again; the venue has acted on the entry, or not. */
async function killedAndStarted(acts: boolean) {
  const dir = await mkdtemp(join(tmpdir(), 'claw-killed-'))
  const venue = await startSimulator({ mode: { type: 'live-clock', speed: 1 }, seed: 11 })
  const api = new FakeApi()
  const apiUrl = await api.open()
  const { host, port, credentials, ca = '' } = venue
  const access = { ...credentials, host, port, ca }
  const written = (): string => {
    const name = existsSync(dir) ? readdirSync(dir).find(one => /^orders-.*\.jsonl$/.test(one)) : undefined
    return name === undefined ? '' : readFileSync(join(dir, name), 'utf8')
  }
  try {
    const unanswered = venue.control.faults.set({ type: 'unanswered-order', acts }, { times: 1 })
    const first = await startBotProcess(access, { bot: 'T04', apiUrl, stateDir: dir })
    await until(() => unanswered.strikes === 1)
    first.child.kill('SIGKILL')
    await first.exited
    expect(written()).toMatch(/"id":"t1\.1".*\n$/)

    const beats = api.heartbeats.length
    await startBotProcess(access, { bot: 'T04', apiUrl, stateDir: dir })
    await until(() => api.heartbeats.length > beats)
    expect(api.heartbeats.at(-1)).toMatchObject({ entriesEnabled: false })
    // Its own next entry leaves only after the first is known not to have arrived: six looks over 50 s.
    await until(
      () => written() === '' || /"id":"t1\.1","outcome":"(accepted|absent)"/.test(written()),
      90_000,
    )
    const outcome = /"t1\.1","outcome":"(\w+)"/.exec(written())?.[1]
    await until(() => api.heartbeats.at(-1)?.entriesEnabled === true)
    await until(() => api.positions.at(-1)?.positions.length === 1)
    const client = await connect({
      environment: { host, port, ca },
      application: { clientId: access.clientId, clientSecret: access.clientSecret },
    })
    const account = await client.authorize(accountId(access.ctidTraderAccountId), access.accessToken)
    const { positions } = await account.snapshot()
    const arrived: string[] = []
    for (const id of ['t1.1', 't2.1'])
      if ((await account.findOrder({ clientOrderId: clientOrderId(id) })) !== undefined) arrived.push(id)
    await client.close()
    return { outcome, arrived, positions: positions.length }
  } finally {
    await api.close()
    await venue.close()
    await rm(dir, { recursive: true, force: true })
  }
}

it('opens one position when its process is killed with an entry on its way, by evidence alone', async () => {
  const [acted, ignored] = await Promise.all([killedAndStarted(true), killedAndStarted(false)])
  expect(acted).toEqual({ outcome: 'accepted', arrived: ['t1.1'], positions: 1 })
  expect(ignored).toEqual({ outcome: 'absent', arrived: ['t2.1'], positions: 1 })
}, 180_000)
