import { createServer } from 'node:net'
import { request } from 'node:http'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { type CallbackListener, type CallbackOptions, listenForCode } from '../src/node/index.ts'

const open: CallbackListener[] = []
afterEach(async () => {
  for (const listener of open.splice(0)) await listener.close()
})

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  await new Promise(resolve => server.close(resolve))
  return typeof address === 'object' && address !== null ? address.port : 0
}

async function listen(options: Partial<CallbackOptions> = {}) {
  const port = await freePort()
  const redirectUri = `http://127.0.0.1:${port}/callback`
  const listener = await listenForCode({ redirectUri, state: 'mine', ...options })
  open.push(listener)
  return { listener, port, redirectUri }
}

/** A request as it is written here, with no header of a platform's making. */
function send(
  port: number,
  path: string,
  {
    method = 'GET',
    headers = {},
  }: { readonly method?: string; readonly headers?: Record<string, string> } = {},
): Promise<{ readonly status: number; readonly body: string }> {
  return new Promise((resolve, reject) => {
    const call = request(
      { host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
      response => {
        let body = ''
        response.setEncoding('utf8').on('data', text => (body += text))
        response.on('end', () => resolve({ status: response.statusCode ?? 0, body }))
      },
    )
    call.on('error', reject)
    call.end()
  })
}

describe('listenForCode', () => {
  it.each(['?code=abc-1', '?code=abc-1&state=mine'])(
    'takes the answer %s, says so, and stops',
    async query => {
      const { listener, port } = await listen()
      const answer = await send(port, `/callback${query}`, {
        headers: { 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' },
      })
      expect(answer).toMatchObject({ status: 200, body: expect.stringContaining('Access granted') })
      expect(answer.body).not.toContain('abc-1')
      expect((await listener.code).reveal()).toBe('abc-1')
      await listener.close()
      await expect(send(port, '/callback?code=abc-2')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    },
  )

  it('takes none of 40 bad answers, and then still the good one', async () => {
    const { listener, port } = await listen()
    const bad: (readonly [string, Parameters<typeof send>[2]?])[] = [
      ...[
        '',
        '?',
        '?code=',
        '?code=a&code=b',
        '?code=a%20b',
        '?code=%3Cscript%3E',
        '?code=a%0Ab',
        '?token=a',
      ].map(query => [`/callback${query}`] as const),
      ...['other', '', 'MINE', 'mine%20', 'mine&state=other'].map(
        state => [`/callback?code=a&state=${state}`] as const,
      ),
      ...[
        '/',
        '/callback/',
        '/Callback',
        '/callback/x',
        '//callback',
        '/callback%2f',
        '/favicon.ico',
        '/..%2fcallback',
      ].map(path => [`${path}?code=a`] as const),
      ...['POST', 'PUT', 'HEAD', 'OPTIONS', 'DELETE', 'PATCH'].map(
        method => ['/callback?code=a', { method }] as const,
      ),
      ...[
        'localhost',
        'evil.example',
        `evil.example:${port}`,
        '127.0.0.1',
        `127.0.0.2:${port}`,
        `localhost:${port}`,
      ].map(host => ['/callback?code=a', { headers: { host } }] as const),
      ...['no-cors', 'cors', 'same-origin', 'websocket'].map(
        mode => ['/callback?code=a', { headers: { 'sec-fetch-mode': mode } }] as const,
      ),
      [`/callback?code=${'a'.repeat(2049)}`],
      [`/callback?code=a&x=${'a'.repeat(5000)}`],
      [`http://evil.example/callback?code=a`],
    ]
    expect(bad.length).toBeGreaterThanOrEqual(40)
    for (const [path, options] of bad)
      expect([path, (await send(port, path, options)).status]).toEqual([path, 400])
    expect((await send(port, '/callback?code=good')).status).toBe(200)
    expect((await listener.code).reveal()).toBe('good')
  })

  it('ends when access is refused', async () => {
    const { listener, port } = await listen()
    await send(port, '/callback?error=access_denied')
    await expect(listener.code).rejects.toThrow('Access was not granted: access_denied')
  })

  it('ends after its time, at a signal, and when it is closed, and frees the port each time', async () => {
    const late = await listen({ timeoutMs: 1 })
    await expect(late.listener.code).rejects.toThrow('Nobody allowed access within 0.001 s')
    const abort = new AbortController()
    const given = await listen({ signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(given.listener.code).rejects.toThrow('enough')
    const closed = await listen()
    await closed.listener.close()
    await expect(closed.listener.code).rejects.toThrow('was closed')
    for (const { listener, port } of [late, given, closed]) {
      await listener.close()
      await expect(send(port, '/callback?code=a')).rejects.toMatchObject({ code: 'ECONNREFUSED' })
    }
  })

  it('waits two minutes at most, whatever it is told', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    try {
      const { listener } = await listen({ timeoutMs: 3_600_000 })
      const ended = listener.code.catch((error: unknown) => error)
      vi.advanceTimersByTime(119_999)
      expect(vi.getTimerCount()).toBe(1)
      vi.advanceTimersByTime(1)
      expect(await ended).toMatchObject({ code: 'request-timeout', details: { timeoutMs: 120_000 } })
    } finally {
      vi.useRealTimers()
    }
  })

  it('gives up on whoever knocks a hundred times', async () => {
    const { listener, port } = await listen()
    const code = listener.code.catch((error: unknown) => error)
    for (let i = 0; i < 100; i++) await send(port, '/callback?code=')
    expect(await code).toMatchObject({ code: 'invalid-argument' })
  })

  it('says that the port is taken, and what else can be done', async () => {
    const { redirectUri } = await listen()
    await expect(listenForCode({ redirectUri, state: 's' })).rejects.toMatchObject({
      code: 'listen-failed',
      message: expect.stringContaining(
        '(EADDRINUSE). End the program that has the port, or paste the code: --paste.',
      ),
    })
  })

  it.each([
    'https://127.0.0.1:1/cb',
    'http://example.com:1/cb',
    'http://127.0.0.1/cb',
    'http://127.0.0.1:1/cb?x=1',
    'x',
  ])('does not listen for %s', async redirectUri => {
    await expect(listenForCode({ redirectUri, state: 's' })).rejects.toThrow(
      '[invalid-argument] The redirect address',
    )
  })
})
