import { expect, it } from 'vitest'
import { createControlClient } from './control-client.ts'

const ref = { botId: 'S03', accountType: 'demo' } as const
const control = {
  ...ref,
  status: 'running',
  lotSize: null,
  quoteFilter: true,
  reason: 'first start',
  updatedBy: 'system',
  updatedAt: 1,
  generation: 1,
  entriesAllowed: true,
  epoch: 1,
}

/** A server behind the platform's own Request and Response: what it was asked, and what it answers. */
function server(answer: (request: Request) => Response | Promise<Response>) {
  const requests: Request[] = []
  const reach: typeof fetch = async (input, init) => {
    const request = new Request(input, init)
    requests.push(request)
    return answer(request)
  }
  return {
    requests,
    client: createControlClient({ baseUrl: 'http://127.0.0.1:1/', fetch: reach, timeoutMs: 50 }),
  }
}

it('asks with the known ETag and takes the remembered control from a 304', async () => {
  const { client, requests } = server(request =>
    request.headers.get('if-none-match') === '"1"'
      ? new Response(null, { status: 304 })
      : Response.json(control, { headers: { etag: '"1"' } }),
  )
  const first = await client.getControl(ref)
  const second = await client.getControl(ref)
  expect(second).toEqual(first)
  expect(requests.map(request => request.url)).toEqual(
    Array(2).fill('http://127.0.0.1:1/control/S03?account_type=demo'),
  )
})

it('turns a problem of the API into an error with its code', async () => {
  const { client } = server(() =>
    Response.json(
      { type: 'urn:x', title: 'Fenced', status: 409, detail: 'Epoch 4 is newer.', code: 'fenced' },
      { status: 409, headers: { 'content-type': 'application/problem+json' } },
    ),
  )
  await expect(client.heartbeat({} as never)).rejects.toMatchObject({
    code: 'fenced',
    retryable: false,
    message: expect.stringContaining('Epoch 4'),
  })
})

it('marks a server failure without a problem as retryable', async () => {
  const { client } = server(() => new Response('oops', { status: 502 }))
  await expect(client.getParams(ref)).rejects.toMatchObject({ code: 'request-failed', retryable: true })
})

it('ends a call that is not answered in time as retryable', async () => {
  const { client } = server(
    request =>
      new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)),
      ),
  )
  await expect(client.getControl(ref)).rejects.toMatchObject({
    code: 'request-failed',
    retryable: true,
    message: expect.stringContaining('50 ms'),
  })
})

it('passes the reason of the caller’s abort on unchanged', async () => {
  const { client } = server(
    request =>
      new Promise((_, reject) =>
        request.signal.addEventListener('abort', () => reject(request.signal.reason)),
      ),
  )
  const stop = new AbortController()
  const call = client.getControl(ref, { signal: stop.signal })
  const reason = new Error('stopping')
  stop.abort(reason)
  await expect(call).rejects.toBe(reason)
})

it('names an answer that is not the control plane’s', async () => {
  const { client } = server(() => new Response('<html>', { status: 200 }))
  await expect(client.getControl(ref)).rejects.toMatchObject({
    code: 'invalid-payload',
    message: expect.stringContaining('not JSON'),
  })
})

it('refuses more trades than fit one request before it sends anything', async () => {
  const { client, requests } = server(() => Response.json([]))
  await expect(client.postTrades([])).rejects.toMatchObject({ code: 'invalid-options' })
  await expect(client.postTrades(Array(501).fill({}) as never)).rejects.toMatchObject({
    code: 'invalid-options',
  })
  expect(requests).toHaveLength(0)
})
