import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { CTraderError, isCTraderError } from '../errors.ts'
import { Secret } from './secret.ts'
import { exchangeCode, refreshGrant, refreshOutcome, type TokenEndpoint } from './token.ts'

const SECRETS = { clientSecret: 'canary-client', code: 'canary-code', refresh: 'canary-refresh' }
const GOOD = { accessToken: 'a-1', tokenType: 'bearer', expiresIn: 2_628_000, refreshToken: 'r-1' }

function endpoint(answer: (url: URL, init: RequestInit) => Response | Promise<Response>): TokenEndpoint {
  return {
    clientId: '1_app',
    clientSecret: new Secret(SECRETS.clientSecret),
    now: () => 1000,
    fetch: async (input, init) => answer(new URL(String(input)), init ?? {}),
  }
}

const json =
  (body: unknown, status = 200) =>
  () =>
    new Response(JSON.stringify(body), { status })
const refresh = (answer: Parameters<typeof endpoint>[0]) =>
  refreshGrant(endpoint(answer), new Secret(SECRETS.refresh))

describe('exchangeCode', () => {
  it('asks as the broker wants it, follows no redirect, and dates the pair from before the request', async () => {
    let asked: URL | undefined
    let init: RequestInit = {}
    const grant = await exchangeCode(
      endpoint((url, options) => {
        asked = url
        init = options
        return json({ ...GOOD, errorCode: null, description: null })()
      }),
      { code: new Secret(SECRETS.code), redirectUri: 'http://127.0.0.1:1/cb' },
    )
    expect(asked?.href).toMatch(/^https:\/\/openapi\.ctrader\.com\/apps\/token\?/)
    expect(Object.fromEntries(asked?.searchParams ?? [])).toEqual({
      grant_type: 'authorization_code',
      code: SECRETS.code,
      redirect_uri: 'http://127.0.0.1:1/cb',
      client_id: '1_app',
      client_secret: SECRETS.clientSecret,
    })
    expect(init).toMatchObject({ redirect: 'error', referrerPolicy: 'no-referrer' })
    expect([grant.accessToken.reveal(), grant.refreshToken.reveal()]).toEqual(['a-1', 'r-1'])
    expect([grant.issuedAt, grant.expiresAt]).toEqual([1000, 2_628_001_000])
  })
})

describe('refreshGrant', () => {
  it('reads the snake_case duplicates where the others are missing', async () => {
    const grant = await refresh(json({ access_token: 'a-2', expires_in: '60', refresh_token: 'r-2' }))
    expect([grant.accessToken.reveal(), grant.refreshToken.reveal(), grant.expiresAt]).toEqual([
      'a-2',
      'r-2',
      61_000,
    ])
  })

  it.each([
    [
      { errorCode: 'CH_ACCESS_TOKEN_INVALID', description: 'Access token is invalid' },
      'token-invalid',
      'refused',
    ],
    [{ error_code: 'ACCESS_DENIED' }, 'token-invalid', 'refused'],
    [{ error: 'invalid_grant' }, 'token-invalid', 'refused'],
    [{ errorCode: 'CH_CLIENT_AUTH_FAILURE' }, 'token-invalid', 'not-used'],
    [{ errorCode: 'REQUEST_FREQUENCY_EXCEEDED' }, 'rate-limited', 'not-used'],
    [{ errorCode: 'SERVER_IS_UNDER_MAINTENANCE' }, 'under-maintenance', 'not-used'],
    [{ errorCode: 'SOMETHING_NEW' }, 'request-refused', 'not-used'],
    [{ ...GOOD, errorCode: 'SOMETHING_NEW' }, 'request-refused', 'not-used'],
    [{}, 'protocol-violation', 'unknown'],
    [{ ...GOOD, refreshToken: '' }, 'protocol-violation', 'unknown'],
    [{ ...GOOD, accessToken: 'a"b' }, 'protocol-violation', 'unknown'],
    [{ ...GOOD, expiresIn: -1 }, 'protocol-violation', 'unknown'],
    [[], 'protocol-violation', 'unknown'],
  ])('takes %j with status 200 as %s, the refresh token as %s', async (body, code, outcome) => {
    const error = await refresh(json(body)).catch((reason: unknown) => reason)
    expect(isCTraderError(error, code as never)).toBe(true)
    expect(refreshOutcome(error)).toBe(outcome)
  })

  it.each([
    [() => new Response('<html>', { status: 502 }), 'request-refused', 'unknown'],
    [() => new Response('', { status: 404 }), 'request-refused', 'not-used'],
    [() => new Response('', { status: 429 }), 'rate-limited', 'not-used'],
    [() => new Response('x'.repeat(70_000)), 'protocol-violation', 'unknown'],
    [() => Promise.reject(failed('ECONNREFUSED')), 'connection-lost', 'not-used'],
    [() => Promise.reject(failed('DEPTH_ZERO_SELF_SIGNED_CERT')), 'connection-lost', 'not-used'],
    [() => Promise.reject(failed('ECONNRESET')), 'connection-lost', 'unknown'],
    [() => Promise.reject(new Error('aborted')), 'connection-lost', 'unknown'],
  ])('takes no answer of the endpoint itself as what it is (%#)', async (answer, code, outcome) => {
    const error = await refresh(answer as () => Response).catch((reason: unknown) => reason)
    expect(isCTraderError(error, code as never)).toBe(true)
    expect(refreshOutcome(error)).toBe(outcome)
  })

  it('gives up after its time, and does not know what became of the token', async () => {
    const hangs: TokenEndpoint = {
      ...endpoint(json({})),
      timeoutMs: 5,
      fetch: (_input, init) =>
        new Promise((_resolve, reject) =>
          init?.signal?.addEventListener('abort', () => reject(init.signal?.reason)),
        ),
    }
    const error = await refreshGrant(hangs, new Secret('x')).catch((reason: unknown) => reason)
    expect(isCTraderError(error, 'request-timeout')).toBe(true)
    expect(refreshOutcome(error)).toBe('unknown')
  })

  it('lets no secret into an error, also when the broker or the platform repeats it', async () => {
    const said = Object.values(SECRETS).join(' ')
    const errors = [
      await refresh(json({ errorCode: 'X', description: said })).catch((reason: unknown) => reason),
      await refresh(json({ errorCode: said })).catch((reason: unknown) => reason),
      await refresh(json({ ...GOOD, accessToken: `${SECRETS.refresh} x` })).catch(
        (reason: unknown) => reason,
      ),
      await refresh(() => Promise.reject(new Error(said))).catch((reason: unknown) => reason),
      await refresh(url => Promise.reject(new TypeError(`Failed to fetch ${url.href}`))).catch(
        (reason: unknown) => reason,
      ),
    ]
    const text = errors
      .map(error => `${inspect(error, { depth: 9, showHidden: true })}${JSON.stringify(error)}`)
      .join()
    expect(text).not.toContain(SECRETS.refresh)
    expect(text).not.toContain(SECRETS.clientSecret)
  })
})

describe('refreshOutcome', () => {
  it('does not know what an error of others means', () => {
    expect(refreshOutcome(new Error('x'))).toBe('unknown')
    expect(refreshOutcome(new CTraderError('connection-lost', '', { delivery: 'not-sent' }))).toBe('not-used')
  })
})

function failed(code: string): TypeError {
  return new TypeError('fetch failed', { cause: Object.assign(new Error(code), { code }) })
}
