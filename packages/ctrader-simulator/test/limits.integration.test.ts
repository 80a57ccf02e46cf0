import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

const BARS = { symbolId: 41, period: 1, count: 1 }

let venue: Simulator
let ctidTraderAccountId: number
beforeAll(async () => {
  venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false })
  ctidTraderAccountId = venue.credentials.ctidTraderAccountId
})
afterAll(() => venue.close())

/** Sends a request many times at once. @returns the payload types that came back */
async function flood(client: RawClient, payloadType: 2121 | 2137, count: number): Promise<number[]> {
  for (let i = 0; i < count; i++)
    client.send(payloadType, { ctidTraderAccountId, ...(payloadType === 2137 ? BARS : {}) } as never, `f${i}`)
  const types: number[] = []
  while (types.length < count) types.push((await client.nextAny()).payloadType)
  return types
}

describe('the rate limits of the venue', () => {
  it('block a payload type of which there were too many, for the seconds stated, and no other', async () => {
    const client = await RawClient.login(venue)
    const types = await flood(client, 2137, 40)
    expect(types.filter(type => type === 2138).length).toBeGreaterThanOrEqual(5)
    expect(types.at(-1)).toBe(2142)
    const refused = await client.request(2137, { ctidTraderAccountId, ...BARS }, 2142)
    expect(refused).toMatchObject({ errorCode: 'BLOCKED_PAYLOAD_TYPE', retryAfter: 1 })
    await client.request(2121, { ctidTraderAccountId }, 2122)
    await new Promise(resolve => setTimeout(resolve, 1050))
    await client.request(2137, { ctidTraderAccountId, ...BARS }, 2138)
    client.close()
  })

  it('count each connection by itself', async () => {
    const [first, second] = [await RawClient.login(venue), await RawClient.login(venue)]
    expect((await flood(first, 2121, 400)).at(-1)).toBe(2142)
    await second.request(2121, { ctidTraderAccountId }, 2122)
    first.close()
    second.close()
  })

  it('can be switched off and set', async () => {
    const free = await startSimulator({ mode: { type: 'live-clock' }, tls: false, rateLimits: false })
    const one = await RawClient.login(free)
    const { ctidTraderAccountId: account } = free.credentials
    for (let i = 0; i < 60; i++) one.send(2121, { ctidTraderAccountId: account }, `${i}`)
    for (let i = 0; i < 60; i++) expect((await one.nextAny()).payloadType).toBe(2122)
    await free.close()
    await expect(
      startSimulator({ mode: { type: 'live-clock' }, rateLimits: { historical: 0 } }),
    ).rejects.toThrow('rateLimits.historical')
  })
})
