import { afterEach, describe, expect, it } from 'vitest'
import { type Simulator, type SimulatorOptions, startSimulator } from '../src/index.ts'
import { RawClient } from './raw-client.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

const REDIRECT = 'http://127.0.0.1:8719/callback'

async function venueOf(oauth: SimulatorOptions['oauth'] = true): Promise<Simulator> {
  const venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, oauth })
  open.push(venue)
  return venue
}

async function loggedIn(venue: Simulator, accessToken: string): Promise<RawClient> {
  const { credentials } = venue
  const client = await RawClient.login({ ...venue, credentials: { ...credentials, accessToken } })
  open.push(client)
  return client
}

interface Answer {
  readonly accessToken: string
  readonly refreshToken: string
  readonly expiresIn: number
  readonly errorCode?: string | null
  readonly access_token: string
}

async function ask({ oauthUrl, credentials }: Simulator, query: Record<string, string>): Promise<Answer> {
  const { clientId: client_id, clientSecret: client_secret } = credentials
  const response = await fetch(
    `${oauthUrl}/apps/token?${new URLSearchParams({ client_id, client_secret, ...query })}`,
  )
  expect(response.status).toBe(200)
  return (await response.json()) as Answer
}

async function codeOf({ oauthUrl, credentials }: Simulator, scope = 'trading'): Promise<string> {
  const query = { client_id: credentials.clientId, redirect_uri: REDIRECT, scope, state: 'abc' }
  const response = await fetch(`${oauthUrl}/apps/auth?${new URLSearchParams(query)}`, { redirect: 'manual' })
  const location = new URL(response.headers.get('location') ?? '')
  expect(`${location.origin}${location.pathname}`).toBe(REDIRECT)
  expect([...location.searchParams.keys()]).toEqual(['code'])
  return location.searchParams.get('code') ?? ''
}

const exchange = (venue: Simulator, code: string, redirect_uri = REDIRECT) =>
  ask(venue, { grant_type: 'authorization_code', code, redirect_uri })
const refresh = (venue: Simulator, refresh_token: string) =>
  ask(venue, { grant_type: 'refresh_token', refresh_token })

describe('the consent page and the token endpoint of the venue', () => {
  it('give a grant beside the first one, with every field twice', async () => {
    const venue = await venueOf()
    const grant = await exchange(venue, await codeOf(venue))
    expect(grant).toMatchObject({ expiresIn: 2_628_000, errorCode: null, access_token: grant.accessToken })
    await loggedIn(venue, grant.accessToken)
    await loggedIn(venue, venue.credentials.accessToken)
  })

  it('take a code once, with its redirect address, within its life', async () => {
    const venue = await venueOf()
    const code = await codeOf(venue)
    expect((await exchange(venue, code)).errorCode).toBeNull()
    expect((await exchange(venue, code)).errorCode).toBe('ACCESS_DENIED')
    const other = await codeOf(venue)
    expect((await exchange(venue, other, `${REDIRECT}/x`)).errorCode).toBe('ACCESS_DENIED')
    const brief = await venueOf({ codeLifeMs: 0 })
    expect((await exchange(brief, await codeOf(brief))).errorCode).toBe('ACCESS_DENIED')
  })

  it('refuse a wrong client with status 200, and unknown pages', async () => {
    const venue = await venueOf()
    const refused = await ask(venue, { grant_type: 'refresh_token', client_secret: 'no' })
    expect(refused.errorCode).toBe('CH_CLIENT_AUTH_FAILURE')
    expect((await fetch(`${venue.oauthUrl}/x`)).status).toBe(404)
    expect((await fetch(`${venue.oauthUrl}/apps/token`, { method: 'POST' })).status).toBe(405)
  })

  it('end with the venue, and are absent when nobody asks for them', async () => {
    const venue = await venueOf()
    await venue.close()
    await expect(fetch(`${venue.oauthUrl}/apps/token`)).rejects.toThrow()
    expect((await venueOf(false)).oauthUrl).toBeUndefined()
  })

  it('state the scope of a token in the list of accounts', async () => {
    const venue = await venueOf()
    const { accessToken } = await exchange(venue, await codeOf(venue, 'accounts'))
    const client = await loggedIn(venue, accessToken)
    expect((await client.request(2149, { accessToken }, 2150)).permissionScope).toBe(0)
  })
})

describe('a refresh', () => {
  it('rotates both tokens, and a used refresh token harms nobody', async () => {
    const venue = await venueOf()
    const second = await refresh(venue, venue.refreshToken)
    expect([second.accessToken, second.refreshToken]).not.toContain(venue.refreshToken)
    expect((await refresh(venue, venue.refreshToken)).errorCode).toBe('CH_ACCESS_TOKEN_INVALID')
    await loggedIn(venue, second.accessToken)
    expect((await refresh(venue, second.refreshToken)).errorCode).toBeNull()
  })

  it('ends sessions under the old token with 2147 and then 2164, and no others', async () => {
    const venue = await venueOf()
    const { ctidTraderAccountId } = venue.credentials
    const other = await exchange(venue, await codeOf(venue))
    const [old, spared] = [
      await loggedIn(venue, venue.credentials.accessToken),
      await loggedIn(venue, other.accessToken),
    ]
    const next = await refresh(venue, venue.refreshToken)
    expect((await old.nextAny()).message).toMatchObject({ ctidTraderAccountIds: [ctidTraderAccountId] })
    expect(await old.nextAny()).toMatchObject({ payloadType: 2164, message: { ctidTraderAccountId } })
    expect((await old.request(2121, { ctidTraderAccountId }, 2142)).errorCode).toBe('INVALID_REQUEST')
    const stale = { ctidTraderAccountId, accessToken: venue.credentials.accessToken }
    expect((await old.request(2102, stale, 2142)).errorCode).toBe('CH_ACCESS_TOKEN_INVALID')
    await old.request(2102, { ctidTraderAccountId, accessToken: next.accessToken }, 2103)
    await spared.request(2121, { ctidTraderAccountId }, 2122)
    expect(spared.received.some(({ payloadType }) => payloadType === 2147 || payloadType === 2164)).toBe(
      false,
    )
  })

  it('works over a connection too, before its account is authorised', async () => {
    const venue = await venueOf(false)
    const { ctidTraderAccountId } = venue.credentials
    const watcher = await loggedIn(venue, venue.credentials.accessToken)
    const client = await RawClient.open(venue)
    open.push(client)
    const next = await client.request(2173, { refreshToken: venue.refreshToken }, 2174)
    expect(next).toMatchObject({ tokenType: 'bearer', expiresIn: 2_628_000 })
    await watcher.next(2147)
    await watcher.next(2164)
    await watcher.request(2102, { ctidTraderAccountId, accessToken: next.accessToken }, 2103)
    expect((await client.request(2173, { refreshToken: venue.refreshToken }, 2142)).errorCode).toBe(
      'CH_ACCESS_TOKEN_INVALID',
    )
  })

  it('gives tokens that expire', async () => {
    const venue = await venueOf({ tokenLifeSeconds: 0 })
    const { accessToken } = await refresh(venue, venue.refreshToken)
    await expect(loggedIn(venue, accessToken)).rejects.toThrow('OA_AUTH_TOKEN_EXPIRED')
  })
})
