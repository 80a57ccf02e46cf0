import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { isSimulatorError, type Simulator, startSimulator } from '../src/index.ts'
import { STATE_FILE } from '../src/persistence.ts'
import { MAX_CONNECTIONS } from '../src/server.ts'
import { RawClient } from './raw-client.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

async function venueOf(options: Partial<Parameters<typeof startSimulator>[0]> = {}): Promise<Simulator> {
  const venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, ...options })
  open.push(venue)
  return venue
}

async function clientOf(venue: Simulator): Promise<RawClient> {
  const client = await RawClient.open(venue)
  open.push(client)
  return client
}

describe('logging in to the venue', () => {
  it('authenticates the application, lists the account and authorises it over TLS with the given certificate', async () => {
    const venue = await venueOf({ tls: true })
    const client = await clientOf(venue)
    const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
    expect(await client.request(2104, {}, 2105)).toEqual({ version: '91' })
    await client.request(2100, { clientId, clientSecret }, 2101)
    const accounts = await client.request(2149, { accessToken }, 2150)
    expect(accounts.accessToken).toBe(accessToken)
    expect(accounts.ctidTraderAccount).toEqual([
      expect.objectContaining({ ctidTraderAccountId, isLive: false }),
    ])
    expect(await client.request(2102, { ctidTraderAccountId, accessToken }, 2103)).toEqual({
      ctidTraderAccountId,
    })
  })

  it('is not trusted by a client without its certificate', async () => {
    const venue = await venueOf({ tls: true })
    const other = await venueOf({ tls: true })
    const { ca = '' } = other
    await expect(RawClient.open({ ...venue, ca })).rejects.toThrow()
  })

  it('refuses wrong credentials, tokens and accounts with the code of the real venue', async () => {
    const venue = await venueOf()
    const client = await clientOf(venue)
    const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
    const refused = async (...request: Parameters<RawClient['request']>) =>
      (await client.request(request[0], request[1], 2142)).errorCode
    expect(await refused(2149, { accessToken }, 2142)).toBe('CH_CLIENT_NOT_AUTHENTICATED')
    expect(await refused(2100, { clientId, clientSecret: 'no' }, 2142)).toBe('CH_CLIENT_AUTH_FAILURE')
    await client.request(2100, { clientId, clientSecret }, 2101)
    expect(await refused(2100, { clientId, clientSecret }, 2142)).toBe('CH_CLIENT_ALREADY_AUTHENTICATED')
    expect(await refused(2149, { accessToken: 'no' }, 2142)).toBe('CH_ACCESS_TOKEN_INVALID')
    expect(await refused(2102, { accessToken: 'no', ctidTraderAccountId }, 2142)).toBe(
      'CH_ACCESS_TOKEN_INVALID',
    )
    expect(await refused(2102, { accessToken, ctidTraderAccountId: 1 }, 2142)).toBe(
      'CH_CTID_TRADER_ACCOUNT_NOT_FOUND',
    )
    await client.request(2102, { accessToken, ctidTraderAccountId }, 2103)
    expect(await refused(2102, { accessToken, ctidTraderAccountId }, 2142)).toBe('ALREADY_LOGGED_IN')
  })

  it('answers requests of an account that is not authorised here with the recorded text', async () => {
    const venue = await venueOf()
    const client = await clientOf(venue)
    const { clientId, clientSecret, ctidTraderAccountId } = venue.credentials
    await client.request(2100, { clientId, clientSecret }, 2101)
    const refusal = { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' }
    expect(await client.request(2121, { ctidTraderAccountId }, 2142)).toEqual(refusal)
    const other = await RawClient.login(venue)
    open.push(other)
    expect(await other.request(2124, { ctidTraderAccountId: 5 }, 2142)).toMatchObject(refusal)
  })

  it('names missing fields, and refuses what it does not simulate or know', async () => {
    const venue = await venueOf()
    const client = await RawClient.login(venue)
    open.push(client)
    const { ctidTraderAccountId } = venue.credentials
    // A volume that is not sent: the payload by hand, because the encoder would refuse it.
    client.sendBytes(Buffer.from([0, 0, 0, 8, 0x08, 0xba, 0x10, 0x1a, 0x03, 0x61, 0x62, 0x63]))
    const missing = await client.next(2142, received => received.clientMsgId === 'abc')
    expect(missing.message.errorCode).toBe('INVALID_REQUEST')
    expect(missing.message.description).toMatch(
      /^Message missing required fields: ctidTraderAccountId, symbolId/,
    )
    const withdrawn = await client.request(2190, { ctidTraderAccountId }, 2142)
    expect(withdrawn).toMatchObject({
      errorCode: 'UNSUPPORTED_MESSAGE',
      description: 'Payload type 2190 was withdrawn from the protocol',
    })
    const answer = await client.request(2165, { ctidTraderAccountId }, 2142)
    expect(answer.description).toBe('Payload type 2165 is no request')
    client.sendBytes(Buffer.from([0, 0, 0, 3, 0x08, 0x8f, 0x4e]))
    expect((await client.next(50)).message.errorCode).toBe('UNSUPPORTED_MESSAGE')
  })

  it('says goodbye in two steps on logout, and the account needs a new authorisation', async () => {
    const venue = await venueOf()
    const client = await RawClient.login(venue)
    open.push(client)
    const { ctidTraderAccountId } = venue.credentials
    await client.request(2162, { ctidTraderAccountId }, 2163)
    expect((await client.next(2164)).message).toEqual({ ctidTraderAccountId })
    expect((await client.request(2121, { ctidTraderAccountId }, 2142)).errorCode).toBe('INVALID_REQUEST')
  })

  it('closes a connection that is silent, and one that never authenticates although it beats', async () => {
    const venue = await venueOf({ times: { idleMs: 200, heartbeatMs: 10_000 } })
    const silent = await RawClient.login(venue)
    const stranger = await RawClient.open(venue)
    const beating = setInterval(() => stranger.send(51, {}), 40)
    open.push(silent, stranger, { close: () => clearInterval(beating) })
    await Promise.all([silent.closed, stranger.closed])
  })

  it('beats when it has nothing else to say', async () => {
    const venue = await venueOf({ times: { idleMs: 30_000, heartbeatMs: 50 } })
    const client = await RawClient.login(venue)
    open.push(client)
    await client.next(51)
  })

  it('cuts off a frame above its limit without reading it', async () => {
    const client = await clientOf(await venueOf())
    client.sendBytes(Buffer.from([0x7f, 0xff, 0xff, 0xff]))
    await client.closed
    expect(client.received[0]).toMatchObject({ payloadType: 50, message: { errorCode: 'FRAME_TOO_LONG' } })
  })

  it('[row 52] serves 25 connections, and tells the next why it closes', async () => {
    const venue = await venueOf()
    for (let i = 0; i < MAX_CONNECTIONS; i++) await clientOf(venue)
    const tooMany = await clientOf(venue)
    await tooMany.closed
    expect(tooMany.received.map(({ payloadType, message }) => [payloadType, message])).toEqual([
      [2142, expect.objectContaining({ errorCode: 'CONNECTIONS_LIMIT_EXCEEDED' })],
    ])
  })

  it('says which port is taken', async () => {
    const venue = await venueOf()
    const error = await venueOf({ port: venue.port }).catch((reason: unknown) => reason)
    expect(isSimulatorError(error, 'listen-failed')).toBe(true)
    expect(String(error)).toContain(`127.0.0.1:${venue.port} (EADDRINUSE)`)
  })

  it.each([
    [{ mode: { type: 'live-clock', speed: 0 } as const }, 'mode.speed'],
    [{ seed: -1 }, 'seed'],
    [{ port: 70_000 }, 'port'],
    [{ venue: { latencyMs: 0.5 } }, 'venue.latencyMs'],
    [{ instruments: [] }, 'instruments'],
  ])('refuses the option in %j and names it', async (options, name) => {
    await expect(venueOf(options)).rejects.toThrow(`[invalid-options] The option ${name} is`)
  })

  it('ends every connection and resolves `ended` on close, twice if need be', async () => {
    const venue = await venueOf()
    const client = await RawClient.login(venue)
    await Promise.all([venue.close(), venue.close()])
    await client.closed
    expect(await venue.ended).toEqual({ type: 'closed' })
  })
})

it('leaves no port taken when its state cannot be written', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'venue-login-'))
  // Where the state is rewritten there is a folder.
  mkdirSync(join(stateDir, `${STATE_FILE}.next`))
  const { port, close } = await venueOf()
  await close()
  await expect(
    startSimulator({ mode: { type: 'live-clock', stateDir }, tls: false, port }),
  ).rejects.toMatchObject({ code: 'state-unavailable' })
  expect((await venueOf({ port })).port).toBe(port)
  rmSync(stateDir, { recursive: true })
})
