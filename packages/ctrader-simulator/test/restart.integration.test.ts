import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { MessageByPayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { STATE_FILE } from '../src/persistence.ts'
import { type Endpoint, RawClient } from './raw-client.ts'

interface ChildVenue extends Endpoint {
  readonly venueId: string
  readonly now: number
  readonly warnings: readonly Readonly<Record<string, unknown>>[]
  readonly process: ChildProcess
}

const CHILD = fileURLToPath(new URL('venue-child.ts', import.meta.url))
const EXEC = ['--conditions=@openclaw-trading/source', '--import', 'tsx']

let stateDir: string
let children: ChildProcess[]
beforeEach(() => {
  stateDir = mkdtempSync(join(tmpdir(), 'venue-restart-'))
  children = []
})
afterEach(async () => {
  for (const child of children) await kill(child)
  rmSync(stateDir, { recursive: true })
})

async function startChild(seed = 5): Promise<ChildVenue> {
  const options = { tls: false, seed, mode: { type: 'live-clock', speed: 60, stateDir } }
  const child = fork(CHILD, [JSON.stringify(options)], { execArgv: EXEC })
  children.push(child)
  const [facts] = (await once(child, 'message')) as [Omit<ChildVenue, 'process'>]
  return { ...facts, process: child }
}

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}

async function trade(
  client: RawClient,
  venue: ChildVenue,
  relativeStopLoss: number,
): Promise<MessageByPayloadType[2126]> {
  const { ctidTraderAccountId } = venue.credentials
  client.send(
    2106,
    {
      ctidTraderAccountId,
      symbolId: 41,
      orderType: 1,
      tradeSide: 1,
      volume: 1000,
      relativeStopLoss,
      label: 's1',
    },
    'o',
  )
  await client.next(2126)
  await client.next(2126)
  return (await client.next(2126)).message
}

async function positionsOf(client: RawClient, venue: ChildVenue) {
  const { ctidTraderAccountId } = venue.credentials
  return client.request(2124, { ctidTraderAccountId, returnProtectionOrders: true }, 2125)
}

describe('a venue with a state directory', () => {
  it('has its position, its clock and its ids after a kill in the moment of an execution', async () => {
    const first = await startChild()
    const client = await RawClient.login(first)
    const protected_ = await trade(client, first, 90_000_000)
    await kill(first.process)

    const second = await startChild()
    expect(second.venueId).toBe(first.venueId)
    expect(second.credentials.ctidTraderAccountId).toBe(first.credentials.ctidTraderAccountId)
    expect(second.now).toBeGreaterThanOrEqual(
      protected_.order?.utcLastUpdateTimestamp ?? Number.POSITIVE_INFINITY,
    )
    const again = await RawClient.login(second)
    const before = await positionsOf(again, second)
    expect(before.position).toEqual([protected_.position])
    expect(before.order).toEqual([protected_.order])
    const next = await trade(again, second, 90_000_000)
    expect(next.position?.positionId).toBe(2)
    expect(next.order?.orderId).toBe(4)
    const { ctidTraderAccountId } = second.credentials
    const range = { fromTimestamp: second.now - 5e8, toTimestamp: second.now + 1e7 }
    const { deal } = await again.request(2133, { ctidTraderAccountId, ...range }, 2134)
    expect(deal?.map(each => each.dealId)).toEqual([2, 1])
    again.close()
  })

  it('lets the market go on along the same path: quotes told before the kill come again', async () => {
    const first = await startChild()
    const client = await RawClient.login(first)
    const { ctidTraderAccountId } = first.credentials
    const spots = { ctidTraderAccountId, symbolId: [41], subscribeToSpotTimestamp: true }
    await client.request(2127, spots, 2128)
    for (let i = 0; i < 150; i++) await client.next(2131)
    await kill(first.process)
    const told = new Map(
      client.received.flatMap(({ payloadType, message }) => {
        if (payloadType !== 2131) return []
        const spot = message as MessageByPayloadType[2131]
        return [[spot.timestamp, spot]] as const
      }),
    )
    const last = Math.max(...[...told.keys()].map(at => at ?? 0))

    const second = await startChild()
    // 1 s of wall time between checkpoints is 60 s of market time, and a pulse.
    expect(second.now).toBeGreaterThan(last - 65_000)
    const again = await RawClient.login(second)
    await again.request(2127, spots, 2128)
    for (;;) {
      const { message } = await again.next(2131)
      if ((message.timestamp ?? 0) > last) break
      // The snapshot of a subscription names the close of the day before as well.
      const before = told.get(message.timestamp)
      expect({ bid: message.bid, ask: message.ask }).toEqual({ bid: before?.bid, ask: before?.ask })
    }
    again.close()
  })

  it('cuts a damaged tail off, names the line, and goes on', async () => {
    const first = await startChild()
    const client = await RawClient.login(first)
    const protected_ = await trade(client, first, 90_000_000)
    await kill(first.process)
    const file = join(stateDir, STATE_FILE)
    appendFileSync(file, '0badc0de {"type":"checkpoint","clo')
    const lines = readFileSync(file, 'utf8').split('\n').length

    const second = await startChild()
    expect(second.warnings).toEqual([expect.objectContaining({ file, line: lines })])
    const again = await RawClient.login(second)
    expect((await positionsOf(again, second)).position).toEqual([protected_.position])
    again.close()
  })

  it('begins a new venue with new ids for another seed, and puts the old state aside', async () => {
    const first = await startChild(5)
    await kill(first.process)
    const second = await startChild(6)
    expect(second.venueId).not.toBe(first.venueId)
    expect(second.credentials.ctidTraderAccountId).not.toBe(first.credentials.ctidTraderAccountId)
    expect(readdirSync(stateDir).sort()).toEqual([`venue-${first.venueId}.log`, STATE_FILE])
  })

  it('begins a new venue when the file is gone or empty', async () => {
    const first = await startChild()
    await kill(first.process)
    truncateSync(join(stateDir, STATE_FILE), 0)
    const second = await startChild()
    expect(second.venueId).not.toBe(first.venueId)
    expect((await positionsOf(await RawClient.login(second), second)).position).toEqual([])
  })
})
