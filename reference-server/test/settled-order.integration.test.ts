import { existsSync, readdirSync } from 'node:fs'
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Repair, RepairWork } from '@openclaw-trading/control-plane/client'
import { startSimulator } from '@openclaw-trading/ctrader-simulator'
import { afterEach, expect, it } from 'vitest'
import { killBots, startBotProcess } from './bot-process.ts'
import { FakeApi } from './fake-api.ts'

afterEach(killBots)

const WEEK_AGO_MS = 8 * 86_400_000
const until = (what: () => unknown, timeout = 120_000) =>
  expect.poll(what, { timeout, interval: 50 }).toBeTruthy()

function repair(repairId: number, work: RepairWork): Repair {
  return {
    ...{ botId: 'T05', accountType: 'demo', repairId, work, reason: 'seen', askedBy: 'operator', askedAt: 1 },
    ...{ status: 'waiting', result: null, settledAt: null, sessionId: null },
  }
}
const settle = (orderId: string, seenAs: 'absent' | 'filled'): RepairWork => ({
  ...{ action: 'settle-order', orderId, seenAs },
})

it('takes what a person saw of an order only where the broker has no record of it, after its own looks', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'claw-settled-'))
  const venue = await startSimulator({ mode: { type: 'live-clock', speed: 1 }, seed: 11 })
  const api = new FakeApi()
  const apiUrl = await api.open()
  const { host, port, credentials, ca = '' } = venue
  const start = () =>
    startBotProcess({ ...credentials, host, port, ca }, { bot: 'T05', apiUrl, stateDir: dir })
  const kept = (kind: string) => {
    const name = readdirSync(dir).find(one => one.startsWith(kind))
    return name === undefined ? undefined : join(dir, name)
  }
  try {
    // It trades once: its order arrived, and so did its answer.
    const first = await start()
    await until(() => existsSync(dir) && kept('orders-') !== undefined)
    await until(() => (api.heartbeats.at(-1)?.locks.length ?? 0) === 3)
    first.send({ type: 'stop', positions: 'keep' })
    await first.exited
    const orders = kept('orders-') ?? ''
    const { marketAt } = api.heartbeats.at(-1) ?? {}
    // The outcome of that one was lost, and two that are more than a week old never had one.
    const at = (marketAt ?? 0) - WEEK_AGO_MS
    await writeFile(orders, `${JSON.stringify({ id: 't1.1', at: marketAt, command: { type: 'place' } })}\n`)
    for (const id of ['old.1', 'old.2'])
      await appendFile(orders, `${JSON.stringify({ id, at, command: { type: 'place' } })}\n`)

    api.repairs = [
      repair(1, settle('t1.1', 'absent')),
      repair(2, settle('old.1', 'absent')),
      repair(3, settle('old.2', 'filled')),
      repair(4, settle('old.3', 'absent')),
      repair(5, { action: 'reset-state' }),
    ]
    await start()
    await until(() => api.repairResults.has(1))
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
      result: expect.stringMatching(/^The account has order t1\.1 without an outcome, order old\.1 without/),
    })
    const looking = api.heartbeats.at(-1)
    expect(looking?.unsettled.map(({ orderId }) => orderId)).toEqual(
      expect.arrayContaining(['old.1', 'old.2']),
    )
    expect(looking).toMatchObject({ entriesEnabled: false })
    // Six looks over 50 s.
    await until(() => api.repairResults.size === 5)
    expect([2, 3].map(id => api.repairResults.get(id))).toMatchObject([
      { status: 'applied', result: 'The broker has no trace of the order: it counts as absent.' },
      { status: 'applied', result: 'The order counts as arrived.' },
    ])
    await until(() => api.heartbeats.at(-1)?.entriesEnabled === true)
    expect(api.heartbeats.at(-1)?.unsettled).toEqual([])
  } finally {
    await api.close()
    await venue.close()
    await rm(dir, { recursive: true, force: true })
  }
}, 400_000)
