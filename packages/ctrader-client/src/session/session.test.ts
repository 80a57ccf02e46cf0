import { describe, expect, it } from 'vitest'
import { connect } from '../connect.ts'
import type { CTraderClient } from '../client.ts'
import type { ConnectOptions } from '../options.ts'
import { FAKE_ACCOUNT_ID, FakeVenue } from '../testing/fake-venue.ts'
import { ManualClock, settled } from '../testing/manual-clock.ts'
import { MAX_WAITING_FOR_READY } from './ready-gate.ts'

const TRADER = { ctidTraderAccountId: FAKE_ACCOUNT_ID }
const ORDER = { ctidTraderAccountId: FAKE_ACCOUNT_ID, symbolId: 41, orderType: 1, tradeSide: 1, volume: 100 }

async function open(options: Partial<ConnectOptions> = {}, venue = new FakeVenue()) {
  const clock = new ManualClock()
  const client = await connect({
    environment: 'demo',
    application: { clientId: 'c', clientSecret: 's' },
    transport: venue.transport,
    clock,
    ...options,
  })
  const seen: string[] = []
  client.on('state', state => seen.push(state.type))
  return { venue, clock, client, seen }
}

/** Sends a market order by the ground floor; resolves with what ends it. */
async function order(client: CTraderClient): Promise<unknown> {
  try {
    for await (const _ of client.command('newOrder', ORDER));
    return 'done'
  } catch (error) {
    return error
  }
}

const count = (venue: FakeVenue, type: number): number => venue.types.filter(each => each === type).length

describe('a session that comes back', () => {
  it('connects again after a loss and authorises the application, in states that tell', async () => {
    const { venue, clock, client, seen } = await open()
    venue.drop(new Error('ECONNRESET'))
    expect(client.state).toMatchObject({ type: 'waiting', cause: { code: 'connection-lost' } })
    await clock.advance(500)
    expect(seen).toEqual(['waiting', 'connecting', 'ready'])
    expect([venue.connections, count(venue, 2100)]).toEqual([2, 2])
    await client.close()
    expect([client.state.type, clock.waiting]).toEqual(['closed', 0])
  })

  it('yields the state now and every later one, and ends after the last', async () => {
    const { venue, clock, client } = await open()
    const states = client.states()
    venue.drop()
    await clock.advance(500)
    await client.close()
    const seen: string[] = []
    for await (const state of states) seen.push(state.type)
    expect(seen).toEqual(['ready', 'waiting', 'connecting', 'ready', 'closed'])
  })

  it('waits longer from attempt to attempt, up to 30 s, and starts anew after a good connection', async () => {
    const { venue, clock, client } = await open()
    const waits: number[] = []
    client.on('state', state => {
      if (state.type === 'waiting') waits.push(state.retryAt - clock.now())
    })
    venue.reachable = false
    venue.drop()
    await clock.advance(600_000)
    const parts = waits.map((wait, i) => wait / Math.min(30_000, 500 * 2 ** i))
    for (const part of parts) expect(part).toBeLessThanOrEqual(1)
    // Of thirty even draws none falls into the lower or into the upper half once in 500,000,000 runs.
    expect(parts.length).toBeGreaterThan(30)
    expect([Math.min(...parts) < 0.5, Math.max(...parts) > 0.5]).toEqual([true, true])
    expect(Math.max(...waits)).toBeGreaterThan(5000)
    venue.reachable = true
    await clock.advance(30_000)
    expect(client.state.type).toBe('ready')
    await clock.advance(30_000)
    waits.length = 0
    venue.drop()
    expect(waits[0]).toBeLessThanOrEqual(500)
    await client.close()
  })

  it('gives up after as many attempts as it may make', async () => {
    const { venue, clock, client, seen } = await open({ reconnect: { maxAttempts: 2 } })
    venue.reachable = false
    venue.drop()
    await clock.advance(60_000)
    expect(seen).toEqual(['waiting', 'connecting', 'waiting', 'connecting', 'closed'])
    expect([client.state, clock.waiting]).toMatchObject([{ cause: { code: 'connection-lost' } }, 0])
  })

  it('does not come back when it shall not', async () => {
    const { venue, client, clock } = await open({ reconnect: false })
    venue.drop()
    await clock.advance(60_000)
    expect([client.state.type, venue.connections, clock.waiting]).toEqual(['closed', 1, 0])
  })

  it('does not come back to a replay, which would begin anew', async () => {
    const { venue, client, clock } = await open({ replayPolling: false }, new FakeVenue('91+replay'))
    venue.drop()
    await clock.advance(60_000)
    expect([client.state.type, venue.connections]).toEqual(['closed', 1])
  })

  it('does not come back with an application that is refused meanwhile', async () => {
    const { venue, client, clock } = await open()
    venue.answers[2100] = () => [2142, { errorCode: 'CH_CLIENT_AUTH_FAILURE' }]
    venue.drop()
    await clock.advance(60_000)
    expect([client.state, venue.connections]).toMatchObject([{ cause: { code: 'token-invalid' } }, 2])
  })

  it('hangs up at a goodbye and comes back, but not when the application was shut out', async () => {
    const { venue, client, clock } = await open()
    venue.send(2148, { reason: 'server restarts' })
    expect([client.state.type, venue.open]).toEqual(['waiting', false])
    await clock.advance(500)
    expect(client.state.type).toBe('ready')
    venue.send(2148, { reason: 'Application is blocked' })
    expect(client.state).toMatchObject({ type: 'closed', cause: { code: 'connection-lost' } })
  })

  it('closes for good when it is shut out in the middle of a login', async () => {
    const { venue, client, clock } = await open()
    venue.answers[2100] = () => {
      venue.send(2148, { reason: 'Application is blocked' })
      return undefined
    }
    venue.drop()
    await clock.advance(60_000)
    expect([client.state.type, venue.connections, clock.waiting]).toEqual(['closed', 2, 0])
  })

  it('stays away until the announced end of maintenance', async () => {
    const { venue, client, clock } = await open()
    const good = venue.answers[2100]
    const endsAt = Math.ceil(clock.now() / 1000) + 300
    venue.answers[2100] = () => [
      2142,
      { errorCode: 'SERVER_IS_UNDER_MAINTENANCE', maintenanceEndTimestamp: endsAt },
    ]
    venue.drop()
    await clock.advance(500)
    venue.answers[2100] = good as NonNullable<typeof good>
    await clock.advance(295_000)
    expect(venue.connections).toBe(2)
    await clock.advance(6000)
    expect([venue.connections, client.state.type]).toEqual([3, 'ready'])
    await client.close()
  })

  it('[row 26] [row 36] asks a silent server for a sign of life, and leaves it 17 to 20 s after its last word', async () => {
    const { venue, client, clock } = await open()
    const lostAtMs: number[] = []
    client.on('state', state => {
      if (state.type === 'waiting') lostAtMs.push(clock.elapsedMs())
    })
    await clock.advance(500)
    await client.request('version', {})
    venue.frozen = true
    await clock.advance(20_500)
    expect(lostAtMs[0]).toBeGreaterThanOrEqual(17_500)
    expect(lostAtMs[0]).toBeLessThanOrEqual(20_500)
    venue.frozen = false
    await clock.advance(60_000)
    expect(client.state.type).toBe('ready')
    await client.close()
  })

  it('[row 4] keeps beating while a listener never ends and a reader does not read', async () => {
    const { venue, clock, client } = await open()
    const never = new Promise<void>(() => {})
    client.on('spot', () => void never.then())
    const states = client.states()
    venue.answers[2104] = () => [2105, { version: '91' }]
    for (let second = 0; second < 60; second++) {
      venue.send(2131, { ctidTraderAccountId: FAKE_ACCOUNT_ID, symbolId: 41, bid: second, ask: second })
      await clock.advance(1000)
    }
    expect(count(venue, 51)).toBeGreaterThanOrEqual(6)
    await states.return?.()
    await client.close()
  })

  it('stays with a server that only answers when asked, for a whole weekend', async () => {
    const { venue, client, clock, seen } = await open()
    await clock.advance(2 * 86_400_000)
    expect([seen, venue.connections]).toEqual([[], 1])
    await client.close()
  }, 30_000)

  it('[row 1] [row 27] gives up a transport that never opens, and a login that is never answered', async () => {
    const { venue, client, clock } = await open({ connectTimeoutMs: 1000, requestTimeoutMs: 2000 })
    const good = venue.transport.open
    let opened = 0
    Object.assign(venue.transport, {
      open: () => {
        opened += 1
        return new Promise(() => {})
      },
    })
    venue.drop()
    await clock.advance(500 + 2000)
    expect(opened).toBeGreaterThanOrEqual(1)
    expect(client.state).toMatchObject({ type: expect.stringMatching('waiting|connecting') })
    await clock.advance(20_000)
    expect(opened).toBeGreaterThan(3)
    const login = venue.answers[2100] as NonNullable<(typeof venue.answers)[2100]>
    venue.answers[2100] = () => undefined
    Object.assign(venue.transport, { open: good })
    await clock.advance(60_000)
    expect(venue.connections).toBeGreaterThan(2)
    venue.answers[2100] = login
    await clock.advance(60_000)
    expect(client.state.type).toBe('ready')
    await client.close()
    expect(clock.waiting).toBe(0)
  })

  it('is back within 30 s of the last word when the network swallows one login more', async () => {
    const { venue, client, clock } = await open()
    const login = venue.answers[2100] as NonNullable<(typeof venue.answers)[2100]>
    let swallowed = 0
    venue.answers[2100] = message => {
      swallowed += 1
      return swallowed > 1 ? login(message as never) : undefined
    }
    // Dead links are found 17 to 20 s after their last word; the rest is what is left of the 30.
    venue.drop()
    await clock.advance(30_000 - 17_000)
    expect(client.state.type).toBe('ready')
    expect(swallowed).toBe(2)
    await client.close()
  })

  it('closes while it waits, while it connects, and while it logs in', async () => {
    const waiting = await open()
    waiting.venue.drop()
    await waiting.client.close()
    const connecting = await open()
    Object.assign(connecting.venue.transport, { open: () => new Promise(() => {}) })
    connecting.venue.drop()
    await connecting.clock.advance(500)
    await connecting.client.close()
    const login = await open()
    login.venue.answers[2100] = () => undefined
    login.venue.drop()
    await login.clock.advance(500)
    const closed = login.client.close()
    await login.clock.advance(2000)
    await closed
    for (const { client, clock, venue } of [waiting, connecting, login]) {
      await clock.advance(60_000)
      expect([client.state.type, clock.waiting, venue.open]).toEqual(['closed', 0, false])
    }
  })
})

describe('requests around a loss', () => {
  it('[row 13] [row 14] end at once: what was written as unknown, what still waited for its turn as not sent', async () => {
    const { venue, client } = await open()
    venue.answers[2106] = () => undefined
    // The sixth request of history waits for its turn.
    const bars = { ...TRADER, symbolId: 41, period: 1 }
    const all = Array.from({ length: 6 }, () => client.request('getTrendbars', bars))
    const outcomes = Promise.allSettled(all)
    const command = order(client)
    await settled()
    venue.drop()
    expect(await outcomes).toMatchObject([
      ...Array.from({ length: 5 }, () => ({
        reason: { code: 'connection-lost', details: { delivery: 'unknown' } },
      })),
      { reason: { code: 'connection-lost', details: { delivery: 'not-sent' } } },
    ])
    expect(await command).toMatchObject({ code: 'connection-lost', details: { delivery: 'unknown' } })
    expect(count(venue, 2137)).toBe(5)
    await client.close()
  })

  it('sends a query once there is a connection again, within its timeout', async () => {
    const { venue, client, clock } = await open()
    venue.drop()
    const answer = client.request('trader', TRADER)
    await clock.advance(500)
    expect(await answer).toHaveProperty('trader')
    expect(count(venue, 2121)).toBe(1)
    await client.close()
  })

  it('refuses a query as not sent when there is no connection within its timeout, or never again', async () => {
    const { venue, client, clock } = await open()
    venue.reachable = false
    venue.drop()
    const late = client.request('trader', TRADER, { timeoutMs: 2000 }).catch((error: unknown) => error)
    const never = client.request('trader', TRADER, { timeoutMs: 200_000 }).catch((error: unknown) => error)
    await clock.advance(2000)
    expect(await late).toMatchObject({ code: 'connection-lost', details: { delivery: 'not-sent' } })
    await client.close()
    expect(await never).toMatchObject({ code: 'connection-lost', details: { delivery: 'not-sent' } })
  })

  it('holds back no more than 1024 queries', async () => {
    const { venue, client } = await open()
    venue.reachable = false
    venue.drop()
    const all = Array.from({ length: MAX_WAITING_FOR_READY }, () => client.request('trader', TRADER))
    const settledAll = Promise.allSettled(all)
    await expect(client.request('trader', TRADER)).rejects.toMatchObject({ code: 'rate-limited' })
    await client.close()
    await settledAll
  })

  it('[row 25] refuses an order at once while there is no connection, and never sends it later', async () => {
    const { venue, client, clock } = await open()
    venue.drop()
    expect(await order(client)).toMatchObject({ code: 'connection-lost', details: { delivery: 'not-sent' } })
    await clock.advance(60_000)
    expect([client.state.type, count(venue, 2106)]).toEqual(['ready', 0])
    await client.close()
  })

  it('refuses an order and holds a query back while the login of the next connection is still going on', async () => {
    const { venue, client, clock } = await open()
    const login = venue.answers[2100] as NonNullable<(typeof venue.answers)[2100]>
    venue.answers[2100] = () => undefined
    venue.drop()
    await clock.advance(500)
    expect([client.state.type, venue.connections]).toEqual(['connecting', 2])
    expect(await order(client)).toMatchObject({ code: 'connection-lost', details: { delivery: 'not-sent' } })
    const query = client.request('trader', TRADER, { timeoutMs: 60_000 })
    await settled()
    expect([count(venue, 2106), count(venue, 2121)]).toEqual([0, 0])
    venue.answers[2100] = login
    await clock.advance(30_000)
    expect(await query).toHaveProperty('trader')
    expect(count(venue, 2106)).toBe(0)
    await client.close()
  })

  it('never sends an order again whose answer was lost', async () => {
    const { venue, client, clock } = await open()
    venue.answers[2106] = () => undefined
    const lost = order(client)
    await settled()
    venue.drop()
    expect(await lost).toMatchObject({ retryable: false, details: { delivery: 'unknown' } })
    await clock.advance(60_000)
    expect([client.state.type, count(venue, 2106)]).toEqual(['ready', 1])
    await client.close()
  })
})

describe('[row 28] a kind of request that the server blocks', () => {
  const blocked = (retryAfter: number) =>
    [2142, { errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter, ctidTraderAccountId: FAKE_ACCOUNT_ID }] as const

  it('is waited out once, and later ones of its kind wait too, but no others', async () => {
    const { venue, client, clock } = await open()
    const good = venue.answers[2121] as NonNullable<(typeof venue.answers)[2121]>
    venue.answers[2121] = () => {
      venue.answers[2121] = good
      return blocked(5)
    }
    const first = client.request('trader', TRADER)
    await settled()
    const second = client.request('trader', TRADER)
    await client.request('reconcile', TRADER)
    await clock.advance(4999)
    expect(count(venue, 2121)).toBe(1)
    await clock.advance(1)
    await Promise.all([first, second])
    expect(count(venue, 2121)).toBe(3)
    await client.close()
  })

  it('is refused at once when the block outlasts the timeout', async () => {
    const { venue, client } = await open()
    venue.answers[2121] = () => blocked(300)
    await expect(client.request('trader', TRADER)).rejects.toMatchObject({
      code: 'rate-limited',
      details: { retryAfterMs: 300_000, serverCode: 'BLOCKED_PAYLOAD_TYPE' },
    })
    await expect(client.request('trader', TRADER)).rejects.toMatchObject({ code: 'rate-limited' })
    expect(count(venue, 2121)).toBe(1)
    await client.close()
  })

  it('holds for orders too, which are refused and never sent later', async () => {
    const { venue, client, clock } = await open()
    venue.answers[2106] = () => blocked(5)
    expect(await order(client)).toMatchObject({ code: 'order-rejected' })
    expect(await order(client)).toMatchObject({ code: 'rate-limited', details: { retryAfterMs: 5000 } })
    await clock.advance(60_000)
    expect(count(venue, 2106)).toBe(1)
    await client.close()
  })
})
