import { unixMs } from '@openclaw-trading/trading-model'
import { describe, expect, it } from 'vitest'
import { CTraderError } from '../errors.ts'
import {
  memoryRefreshLock,
  memoryTokenStore,
  type RefreshLock,
  type TokenGrant,
  type TokenRecord,
  type TokenStore,
} from './grant.ts'
import { Secret } from './secret.ts'
import { createTokenSource, type TokenEvent, type TokenSourceOptions } from './token-source.ts'

const DAY = 86_400_000
const LIFE = 30 * DAY

/** A token endpoint that remembers which refresh tokens it was sent. */
class Endpoint {
  readonly used: string[] = []
  fail: (() => Error) | undefined
  gate: Promise<void> = Promise.resolve()
  readonly clock = { now: 0 }
  #count = 1

  readonly refresh = async (token: Secret): Promise<TokenGrant> => {
    this.used.push(token.reveal())
    await this.gate
    if (this.fail !== undefined) throw this.fail()
    if (token.reveal() !== `r${this.#count}`) throw dead()
    this.#count += 1
    return grant(this.#count, this.clock.now)
  }
}

function grant(number: number, issuedAt = 0): TokenGrant {
  return {
    accessToken: new Secret(`a${number}`),
    refreshToken: new Secret(`r${number}`),
    issuedAt: unixMs(issuedAt),
    expiresAt: unixMs(issuedAt + LIFE),
  }
}

const record = (number: number): TokenRecord => ({ ...grant(number), generation: number })
const dead = () =>
  new CTraderError('token-invalid', 'No.', { accountIds: [], serverCode: 'CH_ACCESS_TOKEN_INVALID' })
const lost = (delivery: 'not-sent' | 'unknown') => new CTraderError('connection-lost', 'Gone.', { delivery })

function setUp(options: Partial<TokenSourceOptions> = {}) {
  const endpoint = new Endpoint()
  const store = memoryTokenStore(record(1))
  const lock = memoryRefreshLock()
  const events: TokenEvent[] = []
  const { clock } = endpoint
  const settings: TokenSourceOptions = {
    store,
    lock,
    refresh: endpoint.refresh,
    now: () => clock.now,
    onEvent: event => events.push(event),
    waitMs: 200,
    ...options,
  }
  return { endpoint, store, lock, events, clock, settings, source: createTokenSource(settings) }
}

describe('token', () => {
  it('gives the stored token while it has more than a tenth of its life, three days at most', async () => {
    const { source, clock, endpoint } = setUp()
    clock.now = LIFE - 3 * DAY - 1
    expect(await source.token()).toBe('a1')
    expect(endpoint.used).toEqual([])
    clock.now += 1
    expect(await source.token()).toBe('a2')
    expect(endpoint.used).toEqual(['r1'])
  })

  it('refreshes once for all who ask at the same time', async () => {
    const { source, clock, endpoint } = setUp()
    clock.now = LIFE
    expect(new Set(await Promise.all(Array.from({ length: 20 }, source.token)))).toEqual(new Set(['a2']))
    expect(endpoint.used).toEqual(['r1'])
  })

  it('[row 37] refreshes once for twenty sources over one store, as in twenty processes', async () => {
    const { settings, clock, endpoint } = setUp()
    clock.now = LIFE
    const sources = Array.from({ length: 20 }, () => createTokenSource(settings))
    expect(new Set(await Promise.all(sources.map(({ token }) => token())))).toEqual(new Set(['a2']))
    expect(endpoint.used).toEqual(['r1'])
  })

  it('gives nobody a new pair before it is stored', async () => {
    const order: string[] = []
    const inner = memoryTokenStore(record(1))
    const store: TokenStore = {
      load: inner.load,
      async save(next) {
        await new Promise(resolve => setImmediate(resolve))
        await inner.save(next)
        order.push('stored')
      },
    }
    const { source, clock } = setUp({ store })
    clock.now = LIFE
    await Promise.all([
      source.token().then(() => order.push('used')),
      source.token().then(() => order.push('used')),
    ])
    expect(order).toEqual(['stored', 'used', 'used'])
  })

  it('waits for a refresh that is under way elsewhere, because it ends the old token', async () => {
    const { settings, endpoint, source } = setUp()
    let open = (): void => {}
    endpoint.gate = new Promise(resolve => {
      open = resolve
    })
    const elsewhere = createTokenSource(settings).refresh()
    while (endpoint.used.length === 0) await new Promise(resolve => setImmediate(resolve))
    const token = source.token()
    open()
    expect(await token).toBe('a2')
    await elsewhere
  })

  it('gives up waiting for another process after its time, and can be asked again', async () => {
    const { lock, source } = setUp()
    await lock.claim(1)
    await expect(source.token()).rejects.toMatchObject({ code: 'request-timeout', retryable: true })
  })

  it('keeps to the old token while it lives when a refresh fails, and tells so', async () => {
    const { source, clock, endpoint, events } = setUp()
    clock.now = LIFE - DAY
    endpoint.fail = () => lost('not-sent')
    expect(await source.token()).toBe('a1')
    expect(events).toMatchObject([{ type: 'refresh-failed', needsLogin: false }])
    // Not again within a minute, however often it is asked.
    expect(await source.token()).toBe('a1')
    expect(endpoint.used).toEqual(['r1'])
    clock.now += 60_000
    endpoint.fail = undefined
    expect(await source.token()).toBe('a2')
  })

  it('asks for a login when there are no tokens', async () => {
    const { source } = setUp({ store: memoryTokenStore() })
    await expect(source.token()).rejects.toThrow('Log in: ctrader auth login.')
  })
})

describe('a refresh whose answer is lost', () => {
  it('is never sent again: not by this source, not by another, not after the expiry', async () => {
    const { settings, source, clock, endpoint, events } = setUp()
    endpoint.fail = () => lost('unknown')
    await expect(source.refresh()).rejects.toThrow('Gone.')
    endpoint.fail = undefined
    clock.now = LIFE - DAY
    expect(await source.token()).toBe('a1')
    clock.now = LIFE + 120_000
    await expect(source.token()).rejects.toThrow('may be used up; it is not sent again. Log in')
    await expect(createTokenSource(settings).refresh()).rejects.toMatchObject({
      code: 'token-invalid',
      details: { serverCode: 'REFRESH_UNKNOWN' },
    })
    expect(endpoint.used).toEqual(['r1'])
    expect(events.every(event => event.type === 'refresh-failed' && event.needsLogin)).toBe(true)
  })

  it('is healed by a login', async () => {
    const { source, endpoint, lock } = setUp()
    endpoint.fail = () => lost('unknown')
    await source.refresh().catch(() => {})
    expect(await source.adopt(grant(7))).toMatchObject({ generation: 2 })
    expect(await source.token()).toBe('a7')
    expect(await lock.inspect(1)).toEqual({ type: 'free' })
  })
})

describe('a refused refresh token', () => {
  it('is not sent again, and asks for a login', async () => {
    const { settings, source, endpoint } = setUp()
    endpoint.fail = dead
    await expect(source.refresh()).rejects.toMatchObject({ code: 'token-invalid' })
    await expect(createTokenSource(settings).refresh()).rejects.toThrow(
      'refuses the stored refresh token. Log in',
    )
    expect(endpoint.used).toEqual(['r1'])
  })
})

describe('renew', () => {
  it('looks for a newer token before it refreshes', async () => {
    const { source, store, endpoint } = setUp()
    await store.save(record(5))
    expect(await source.renew('a1')).toBe('a5')
    expect(endpoint.used).toEqual([])
  })

  it('refreshes when the refused token is the newest', async () => {
    const { source, endpoint } = setUp()
    expect(await source.renew('a1')).toBe('a2')
    expect(endpoint.used).toEqual(['r1'])
  })

  it('does not turn a loop of refusals into a loop of requests', async () => {
    const { source, endpoint } = setUp()
    endpoint.fail = dead
    for (let i = 0; i < 5; i++)
      await expect(source.renew('a1')).rejects.toMatchObject({ code: 'token-invalid' })
    expect(endpoint.used).toEqual(['r1'])
  })
})

describe('a store that fails after the answer', () => {
  it('keeps the pair in memory, unused, and stores it first of all next time', async () => {
    const inner = memoryTokenStore(record(1))
    let full = true
    const store: TokenStore = {
      load: inner.load,
      save: next =>
        full
          ? Promise.reject(new CTraderError('state-unavailable', 'Full.', { path: 'x' }))
          : inner.save(next),
    }
    const { source, clock, endpoint } = setUp({ store })
    clock.now = LIFE
    await expect(source.token()).rejects.toThrow('Full.')
    await expect(source.token()).rejects.toThrow('Full.')
    full = false
    expect(await source.token()).toBe('a2')
    expect(endpoint.used).toEqual(['r1'])
  })
})

describe('a refresher that sleeps through the refresh of another', () => {
  it('finds the newer pair after its claim and sends nothing', async () => {
    const inner = memoryRefreshLock()
    const { store, endpoint } = setUp()
    // Between the look of this source and its claim another one refreshes from start to end.
    const lock: RefreshLock = {
      ...inner,
      async claim(generation) {
        await store.save(record(2))
        return inner.claim(generation)
      },
    }
    const { source } = setUp({ store, lock, refresh: endpoint.refresh })
    expect(await source.refresh()).toMatchObject({ generation: 2 })
    expect(endpoint.used).toEqual([])
    expect(await inner.inspect(1)).toEqual({ type: 'free' })
  })
})

describe('keepFresh', () => {
  it('refreshes ahead without being asked, and stops', async () => {
    const refreshed = withResolvers()
    const { source, clock } = setUp({ onEvent: event => refreshed.resolve(event) })
    clock.now = LIFE - DAY
    const stop = source.keepFresh()
    expect(await refreshed.promise).toMatchObject({ type: 'refreshed', generation: 2 })
    stop()
  })
})

function withResolvers() {
  let resolve: (value: unknown) => void = () => {}
  const promise = new Promise<unknown>(done => {
    resolve = done
  })
  return { promise, resolve }
}
