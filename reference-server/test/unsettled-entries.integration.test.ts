import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Repair, RepairWork } from '@openclaw-trading/control-plane/client'
import { connect } from '@openclaw-trading/ctrader-client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { accountId, clientOrderId } from '@openclaw-trading/trading-model'
import { type ExpectStatic, it } from 'vitest'
import { type Bot, startBotProcess } from './bot-process.ts'
import { FakeApi } from './fake-api.ts'

// These wait for looks at the broker that lie 50 s apart, and work little: they wait beside each other.
const until = (expect: ExpectStatic, what: () => unknown, timeout = 120_000) =>
  expect.poll(what, { timeout, interval: 50 }).toBeTruthy()

/** Ends what is left of the bots of one test: the others go on. */
function kill(bots: readonly Bot[]): void {
  for (const { child } of bots) child.kill('SIGKILL')
}

/** Kills a bot while its entry has no answer, and starts it again; the venue has acted on the entry, or not. */
async function killedAndStarted(expect: ExpectStatic, acts: boolean) {
  const dir = await mkdtemp(join(tmpdir(), 'claw-killed-'))
  const venue = await startSimulator({ mode: { type: 'live-clock', speed: 1 }, seed: 11 })
  const api = new FakeApi()
  const apiUrl = await api.open()
  const { host, port, credentials, ca = '' } = venue
  const access = { ...credentials, host, port, ca }
  const bots: Bot[] = []
  const start = async () => {
    bots.push(await startBotProcess(access, { bot: 'T04', apiUrl, stateDir: dir }))
    return bots.at(-1) as Bot
  }
  const written = (): string => {
    const name = existsSync(dir) ? readdirSync(dir).find(one => /^orders-.*\.jsonl$/.test(one)) : undefined
    return name === undefined ? '' : readFileSync(join(dir, name), 'utf8')
  }
  try {
    const unanswered = venue.control.faults.set({ type: 'unanswered-order', acts }, { times: 1 })
    const first = await start()
    await until(expect, () => unanswered.strikes === 1)
    first.child.kill('SIGKILL')
    await first.exited
    expect(written()).toMatch(/"id":"t1\.1".*\n$/)

    await start()
    await until(expect, () => api.heartbeats.at(-1)?.sessionId === 't2')
    expect(api.heartbeats.at(-1)).toMatchObject({ entriesEnabled: false })
    // Its own next entry leaves only after the first is known not to have arrived: six looks over 50 s.
    await until(
      expect,
      () => written() === '' || /"id":"t1\.1","outcome":"(accepted|absent)"/.test(written()),
    )
    const outcome = /"t1\.1","outcome":"(\w+)"/.exec(written())?.[1]
    await until(expect, () => api.heartbeats.at(-1)?.entriesEnabled === true)
    await until(expect, () => api.positions.at(-1)?.positions.length === 1)
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
    kill(bots)
    await api.close()
    await venue.close()
    await rm(dir, { recursive: true, force: true })
  }
}

it.concurrent('opens one position when its process is killed with an entry on its way, by evidence alone', async ({
  expect,
}) => {
  const [acted, ignored] = await Promise.all([
    killedAndStarted(expect, true),
    killedAndStarted(expect, false),
  ])
  expect(acted).toEqual({ outcome: 'accepted', arrived: ['t1.1'], positions: 1 })
  expect(ignored).toEqual({ outcome: 'absent', arrived: ['t2.1'], positions: 1 })
}, 180_000)

const LONGER_THAN_A_WEEK_MS = 8 * 86_400_000

function repair(repairId: number, work: RepairWork): Repair {
  return {
    ...{ botId: 'T05', accountType: 'demo', repairId, work, reason: 'seen', askedBy: 'operator', askedAt: 1 },
    ...{ status: 'waiting', result: null, settledAt: null, sessionId: null },
  }
}
const settle = (orderId: string, seenAs: 'absent' | 'filled'): RepairWork => ({
  ...{ action: 'settle-order', orderId, seenAs },
})

it.concurrent('takes what a person saw of an order only where the broker has no record of it, after its own looks', async ({
  expect,
}) => {
  const dir = await mkdtemp(join(tmpdir(), 'claw-settled-'))
  const venue = await startSimulator({ mode: { type: 'live-clock', speed: 1 }, seed: 11 })
  const api = new FakeApi()
  const apiUrl = await api.open()
  const { host, port, credentials, ca = '' } = venue
  const bots: Bot[] = []
  const start = async () => {
    bots.push(
      await startBotProcess({ ...credentials, host, port, ca }, { bot: 'T05', apiUrl, stateDir: dir }),
    )
    return bots.at(-1) as Bot
  }
  const kept = (kind: string) => {
    const name = readdirSync(dir).find(one => one.startsWith(kind))
    return name === undefined ? undefined : join(dir, name)
  }
  try {
    // It trades once: its order arrived, and so did its answer.
    const decidedAt = venue.now()
    const first = await start()
    await until(expect, () => existsSync(dir) && kept('orders-') !== undefined)
    // Its protections judge at the close of a minute.
    venue.control.clock.speed(20)
    await until(expect, () => (api.heartbeats.at(-1)?.locks.length ?? 0) === 3)
    venue.control.clock.speed(1)
    first.send({ type: 'stop', positions: 'keep' })
    await first.exited
    const orders = kept('orders-') ?? ''
    // The first may have been denied, when the operator's word came later than the first quote.
    const [, sent = 't1.1'] = /"id":"(t1\.\d+)"/.exec(readFileSync(orders, 'utf8')) ?? []
    // The outcome of that one was lost, and two that are more than a week old never had one.
    const written = (id: string, at: number) => `${JSON.stringify({ id, at, command: { type: 'place' } })}\n`
    await writeFile(orders, written(sent, decidedAt))
    for (const id of ['old.1', 'old.2'])
      await appendFile(orders, written(id, decidedAt - LONGER_THAN_A_WEEK_MS))

    api.repairs = [
      repair(1, settle(sent, 'absent')),
      repair(2, settle('old.1', 'absent')),
      repair(3, settle('old.2', 'filled')),
      repair(4, settle('old.3', 'absent')),
      repair(5, { action: 'reset-state' }),
    ]
    await start()
    await until(expect, () => [1, 4, 5].every(id => api.repairResults.has(id)))
    expect(api.repairResults.get(1)).toMatchObject({
      status: 'refused',
      result: 'The broker has the order: it counts as arrived. Look at the account.',
    })
    expect(api.repairResults.get(4)).toMatchObject({
      status: 'refused',
      result: 'No order old.3 lacks an outcome any more: nothing was left to settle.',
    })
    // Before its orders are settled a state is not reset.
    expect(api.repairResults.get(5)).toMatchObject({
      status: 'refused',
      result: expect.stringContaining(
        `The account has order ${sent} without an outcome, order old.1 without`,
      ),
    })
    await until(expect, () => api.heartbeats.at(-1)?.sessionId === 't2')
    expect(api.heartbeats.at(-1)).toMatchObject({ entriesEnabled: false })
    expect(api.heartbeats.at(-1)?.unsettled.map(({ orderId }) => orderId)).toEqual(
      expect.arrayContaining(['old.1', 'old.2']),
    )
    // Six looks over 50 s.
    await until(expect, () => api.repairResults.size === 5)
    expect([2, 3].map(id => api.repairResults.get(id))).toMatchObject([
      { status: 'applied', result: 'The broker has no trace of the order: it counts as absent.' },
      { status: 'applied', result: 'The order counts as arrived.' },
    ])
    await until(expect, () => api.heartbeats.at(-1)?.entriesEnabled === true)
    expect(api.heartbeats.at(-1)?.unsettled).toEqual([])
  } finally {
    kill(bots)
    await api.close()
    await venue.close()
    await rm(dir, { recursive: true, force: true })
  }
}, 400_000)
