import { randomUUID } from 'node:crypto'
import type { MessageByPayloadType, PayloadType } from '@openclaw-trading/ctrader-client/protocol'
import { DEFAULT_START_AT, type Simulator, startSimulator } from '@openclaw-trading/ctrader-simulator'
import { afterEach, describe, expect, it } from 'vitest'
import { type Received, WireClient } from '../sessions/wire-client.ts'

// The broker's own Python SDK as a scripted session: a queue that is drained once a second, a heartbeat when nothing
// was sent for 20 seconds, answers found by their id. One of its seconds is 100 ms here, for the venue's limits as well:
// between a heartbeat and the limit a busy machine has one second.

const SECOND_MS = 100
const MOST_PER_DRAIN = 5
const HEARTBEAT_SECONDS = 20
const VENUE_IDLE_SECONDS = 30

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

/** Queue, drain and deferred answers of the SDK's TcpProtocol and Client. */
class PythonStyleClient {
  readonly events: Received[] = []
  readonly drains: number[] = []
  heartbeats = 0
  readonly #wire: WireClient
  readonly #beats: boolean
  readonly #queue: (() => void)[] = []
  readonly #answers = new Map<string, (received: Received) => void>()
  readonly #timer: NodeJS.Timeout
  readonly #wakes: (() => void)[] = []
  #wroteAt = performance.now()

  constructor(wire: WireClient, beats: boolean) {
    this.#wire = wire
    this.#beats = beats
    this.#timer = setInterval(() => this.#drain(), SECOND_MS)
    void this.#listen()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#wire.close()
  }

  /** Queues a message; resolves with the first message that carries its id. */
  send<P extends PayloadType>(payloadType: P, message: MessageByPayloadType[P]): Promise<Received> {
    const id = randomUUID()
    this.#queue.push(() => this.#wire.send(payloadType, message, id))
    return new Promise(resolve => this.#answers.set(id, resolve))
  }

  /** Resolves with the first event that fits, also one that has come in already. */
  async event(where: (received: Received) => boolean): Promise<Received> {
    for (;;) {
      const found = this.events.find(where)
      if (found !== undefined) return found
      await new Promise<void>(resolve => this.#wakes.push(resolve))
    }
  }

  /** Resolves after some of the client's seconds. */
  async seconds(count: number): Promise<void> {
    const until = this.drains.length + count
    while (this.drains.length < until) await new Promise<void>(resolve => this.#wakes.push(resolve))
  }

  #drain(): void {
    const batch = this.#queue.splice(0, MOST_PER_DRAIN)
    this.drains.push(batch.length)
    for (const write of batch) write()
    // By the clock, not by the count: a busy machine leaves drains out, and the venue's clock goes on.
    if (batch.length > 0) this.#wroteAt = performance.now()
    if (this.#beats && performance.now() - this.#wroteAt >= HEARTBEAT_SECONDS * SECOND_MS) {
      this.#wire.send(51, {})
      this.heartbeats++
      this.#wroteAt = performance.now()
    }
    this.#wake()
  }

  async #listen(): Promise<void> {
    for (let received = await this.#wire.next(); received !== undefined; received = await this.#wire.next()) {
      const answer = received.clientMsgId === undefined ? undefined : this.#answers.get(received.clientMsgId)
      if (received.clientMsgId !== undefined) this.#answers.delete(received.clientMsgId)
      answer?.(received)
      this.events.push(received)
      this.#wake()
    }
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake()
  }
}

async function start(
  beats: boolean,
): Promise<{ venue: Simulator; wire: WireClient; client: PythonStyleClient }> {
  const venue = await startSimulator({
    mode: { type: 'live-clock', speed: 60 },
    times: { idleMs: VENUE_IDLE_SECONDS * SECOND_MS, heartbeatMs: 25 * SECOND_MS },
  })
  const wire = await WireClient.open(venue)
  const client = new PythonStyleClient(wire, beats)
  open.push(venue, client)
  return { venue, wire, client }
}

const isFill = (id: unknown) => (received: Received) =>
  received.message['executionType'] === 3 && (id === undefined || received.clientMsgId === id)

describe('the flow of the official Python SDK', () => {
  it('logs in, reads, watches, trades, and lives through silence on its heartbeats', async () => {
    const { venue, wire, client } = await start(true)
    const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
    const types: number[] = []
    const ask = async <P extends PayloadType>(payloadType: P, message: MessageByPayloadType[P]) => {
      const received = await client.send(payloadType, message)
      types.push(received.payloadType)
      return received
    }
    await ask(2100, { clientId, clientSecret })
    await ask(2104, {})
    await ask(2149, { accessToken })
    await ask(2102, { ctidTraderAccountId, accessToken })
    const symbols = await ask(2114, { ctidTraderAccountId, includeArchivedSymbols: false })
    expect(symbols.message['symbol']).toHaveLength(2)
    await ask(2127, { ctidTraderAccountId, symbolId: [41] })
    expect((await wire.nextSpot())?.message).toMatchObject({ symbolId: 41 })
    const toTimestamp = DEFAULT_START_AT - 1
    const fromTimestamp = toTimestamp - 3_600_000
    const bars = await ask(2137, { ctidTraderAccountId, symbolId: 41, period: 1, fromTimestamp, toTimestamp })
    expect(bars.message['trendbar']).toHaveLength(60)
    const volume = 100
    const opening = { ctidTraderAccountId, symbolId: 41, orderType: 1, tradeSide: 1, volume }
    const accepted = await ask(2106, opening)
    const filled = await client.event(isFill(accepted.clientMsgId))
    const { positionId } = filled.message['position'] as { readonly positionId: number }
    const closing = await ask(2111, { ctidTraderAccountId, positionId, volume })
    await client.event(isFill(closing.clientMsgId))
    expect(types).toEqual([2101, 2105, 2150, 2103, 2115, 2128, 2138, 2126, 2126])

    const before = client.heartbeats
    await client.seconds(2 * VENUE_IDLE_SECONDS + 5)
    expect(client.heartbeats - before).toBeGreaterThanOrEqual(3)
    expect((await client.send(2104, {})).message).toMatchObject({ version: '91' })
  })

  it('sends what piles up five at a time, and gets every answer', async () => {
    const { client } = await start(true)
    const answers = await Promise.all(Array.from({ length: 12 }, () => client.send(2104, {})))
    expect(answers.map(({ payloadType }) => payloadType)).toEqual(Array<number>(12).fill(2105))
    expect(client.drains.filter(count => count > 0)).toEqual([5, 5, 2])
  })

  it('is cut off by the venue when it never beats', async () => {
    const { venue, wire, client } = await start(false)
    const { clientId, clientSecret } = venue.credentials
    await client.send(2100, { clientId, clientSecret })
    await wire.closed
    expect(client.heartbeats).toBe(0)
  })
})
