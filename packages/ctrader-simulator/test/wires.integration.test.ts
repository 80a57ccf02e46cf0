import { connect as connectTcp, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import { afterEach, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { MAX_REQUEST_BYTES } from '../src/session/connection.ts'
import { type Simulator, startSimulator } from '../src/index.ts'

const open: { close(): unknown }[] = []
afterEach(async () => {
  for (const each of open.splice(0).reverse()) await each.close()
})

async function venueOf(options: Partial<Parameters<typeof startSimulator>[0]> = {}): Promise<Simulator> {
  const venue = await startSimulator({ mode: { type: 'live-clock' }, tls: false, jsonPort: 0, ...options })
  open.push(venue)
  return venue
}

interface Json {
  readonly payloadType: number
  readonly clientMsgId?: string
  readonly payload?: Readonly<Record<string, unknown>>
}

/** A client that knows JSON and nothing of this project. */
class JsonClient {
  readonly received: Json[] = []
  readonly ended: Promise<void>
  text = ''
  readonly #send: (text: string) => void
  #wake: () => void = () => {}

  constructor(send: (text: string) => void, ended: Promise<void>) {
    this.#send = send
    this.ended = ended
  }

  static socket(socket: Socket): JsonClient {
    const ended = new Promise<void>(resolve => socket.on('close', () => resolve()))
    const client = new JsonClient(text => socket.write(text), ended)
    socket.on('error', () => {})
    socket.setEncoding('utf8').on('data', text => {
      client.text += String(text)
      // The venue writes no braces in text here: where objects meet, one ends.
      const parts = client.text.replaceAll('}{', '}\n{').split('\n')
      client.received.splice(0, client.received.length, ...parts.map(part => JSON.parse(part) as Json))
      client.#wake()
    })
    open.push({ close: () => socket.destroy() })
    return client
  }

  static webSocket(socket: WebSocket): JsonClient {
    const client = new JsonClient(
      text => socket.send(text),
      new Promise(resolve => socket.on('close', () => resolve())),
    )
    socket.on('message', (data: Buffer, isBinary: boolean) => {
      expect(isBinary).toBe(false)
      client.text += data.toString()
      client.received.push(JSON.parse(data.toString()) as Json)
      client.#wake()
    })
    open.push({ close: () => socket.terminate() })
    return client
  }

  send(text: string): void {
    this.#send(text)
  }

  async first(matches: (message: Json) => boolean): Promise<Json> {
    for (;;) {
      const found = this.received.find(matches)
      if (found !== undefined) return found
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }
}

async function opened(socket: WebSocket): Promise<WebSocket> {
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject))
  return socket
}

const answerTo = (id: string) => (message: Json) => message.clientMsgId === id

const WAYS: readonly (readonly [string, boolean, (venue: Simulator) => Promise<JsonClient>])[] = [
  [
    'TCP',
    false,
    async ({ host, jsonPort: port = 0 }) => {
      const socket = connectTcp({ host, port })
      await new Promise(resolve => socket.once('connect', resolve))
      return JsonClient.socket(socket)
    },
  ],
  [
    'TLS',
    true,
    async ({ host, jsonPort: port = 0, ca = '' }) => {
      const socket = connectTls({ host, port, ca, servername: 'localhost' })
      await new Promise(resolve => socket.once('secureConnect', resolve))
      return JsonClient.socket(socket)
    },
  ],
  [
    'WebSocket',
    false,
    async ({ host, jsonPort }) =>
      JsonClient.webSocket(await opened(new WebSocket(`ws://${host}:${jsonPort}`))),
  ],
  [
    'WebSocket over TLS',
    true,
    async ({ jsonPort, ca }) =>
      JsonClient.webSocket(await opened(new WebSocket(`wss://localhost:${jsonPort}`, { ca }))),
  ],
]

describe.each(WAYS)('JSON over %s', (_, tls, clientOf) => {
  it('logs in, names enums by number, leaves out what is empty, and sends quotes', async () => {
    const venue = await venueOf({ tls })
    const client = await clientOf(venue)
    const { clientId, clientSecret, accessToken, ctidTraderAccountId } = venue.credentials
    const request = (payloadType: number, payload: object): string =>
      JSON.stringify({ payloadType, payload, clientMsgId: `m${payloadType}` })
    client.send(request(2100, { clientId, clientSecret }))
    expect(await client.first(answerTo('m2100'))).toEqual({ payloadType: 2101, clientMsgId: 'm2100' })
    client.send(request(2149, { accessToken }))
    expect((await client.first(answerTo('m2149'))).payload).toMatchObject({ permissionScope: 1 })
    client.send(request(2102, { ctidTraderAccountId: String(ctidTraderAccountId), accessToken }))
    await client.first(answerTo('m2102'))
    client.send(request(2127, { ctidTraderAccountId, symbolId: [41] }))
    const { payload } = await client.first(({ payloadType }) => payloadType === 2131)
    expect(payload).toMatchObject({ ctidTraderAccountId, symbolId: 41, bid: expect.any(Number) })
    expect(Object.keys(payload ?? {})).not.toContain('trendbar')
    client.send(
      request(2106, {
        ctidTraderAccountId,
        symbolId: 41,
        orderType: 'MARKET',
        tradeSide: 'BUY',
        volume: 100,
      }),
    )
    const execution = await client.first(answerTo('m2106'))
    expect(execution.payload).toMatchObject({
      executionType: 2,
      order: { orderType: 1, tradeData: { tradeSide: 1 } },
    })
  })

  it('answers each of several objects, and what is missing or unknown, as the broker does', async () => {
    const client = await clientOf(await venueOf({ tls }))
    const texts = [
      '{"payloadType":2104,"clientMsgId":"a","payload":{}}',
      '{"payloadType":2104,"clientMsgId":"b"}',
      '{"payloadType":2100,"clientMsgId":"c","payload":{"clientId":"x"}}',
      '{"payloadType":9999,"clientMsgId":"d","payload":{"y":1}}',
      '{"payloadType":2100,"clientMsgId":"e","payload":{"clientId":7}}',
      '{"payload":{}}',
    ]
    if (client instanceof JsonClient && _.startsWith('WebSocket')) for (const text of texts) client.send(text)
    else client.send(texts.join(''))
    for (const id of ['a', 'b']) expect(await client.first(answerTo(id))).toMatchObject({ payloadType: 2105 })
    expect(await client.first(answerTo('c'))).toMatchObject({
      payload: { errorCode: 'INVALID_REQUEST', description: 'Message missing required fields: clientSecret' },
    })
    expect(await client.first(answerTo('d'))).toMatchObject({
      payloadType: 50,
      payload: { errorCode: 'UNSUPPORTED_MESSAGE' },
    })
    expect(await client.first(answerTo('e'))).toMatchObject({
      payloadType: 2142,
      payload: { errorCode: 'INVALID_REQUEST' },
    })
    await client.first(({ payloadType, clientMsgId }) => payloadType === 50 && clientMsgId === undefined)
  })
})

describe('a JSON stream that cannot be followed', () => {
  it.each([
    ['is no JSON', 'GARBAGE'.toLowerCase(), 'INVALID_REQUEST'],
    ['is too large', `{"a":"${'x'.repeat(MAX_REQUEST_BYTES)}`, 'FRAME_TOO_LONG'],
  ])('and %s is answered and closed', async (_, text, errorCode) => {
    const venue = await venueOf()
    const socket = connectTcp({ host: venue.host, port: venue.jsonPort ?? 0 })
    const client = JsonClient.socket(socket)
    client.send(text)
    await client.ended
    expect(client.received).toMatchObject([{ payloadType: 50, payload: { errorCode } }])
  })
})

describe('a WebSocket of the venue', () => {
  const closeOf = (socket: WebSocket) =>
    new Promise<readonly [number, string]>(resolve =>
      socket.on('close', (code, reason) => resolve([code, String(reason)])),
    )

  it('says Bye to a stranger, with code 1000', async () => {
    const venue = await venueOf({ times: { idleMs: 300 } })
    const socket = await opened(new WebSocket(`ws://${venue.host}:${venue.port}`))
    expect(await closeOf(socket)).toEqual([1000, 'Bye'])
  })

  it('takes a ping as a sign of life, and answers it', async () => {
    const venue = await venueOf({ times: { idleMs: 600 } })
    const { clientId, clientSecret } = venue.credentials
    const socket = await opened(new WebSocket(`ws://${venue.host}:${venue.jsonPort}`))
    const closing = closeOf(socket)
    socket.send(JSON.stringify({ payloadType: 2100, payload: { clientId, clientSecret } }))
    let pongs = 0
    socket.on('pong', () => {
      pongs += 1
    })
    const pinging = setInterval(() => socket.ping(), 50)
    await expect.poll(() => pongs, { timeout: 20_000 }).toBeGreaterThan(30)
    expect(socket.readyState).toBe(WebSocket.OPEN)
    clearInterval(pinging)
    expect(await closing).toEqual([1000, 'Bye'])
  })

  it('gets heartbeats while nothing else is said', async () => {
    const venue = await venueOf({ times: { heartbeatMs: 100 } })
    const client = JsonClient.webSocket(await opened(new WebSocket(`ws://${venue.host}:${venue.jsonPort}`)))
    expect(await client.first(() => true)).toEqual({ payloadType: 51 })
    expect(client.text).toContain('{"payloadType":51}')
  })

  it.each([
    ['text on the port of protobuf', 'port', '{}'],
    ['bytes on the port of JSON', 'jsonPort', Buffer.from('{}')],
  ] as const)('refuses %s', async (_, port, data) => {
    const venue = await venueOf()
    const socket = await opened(new WebSocket(`ws://${venue.host}:${venue[port]}`))
    const closing = closeOf(socket)
    socket.send(data)
    expect((await closing)[0]).toBe(1003)
  })

  it('refuses a frame above the limit of a request', async () => {
    const venue = await venueOf()
    const socket = await opened(new WebSocket(`ws://${venue.host}:${venue.port}`))
    const closing = closeOf(socket)
    socket.send(Buffer.alloc(MAX_REQUEST_BYTES + 1))
    expect((await closing)[0]).toBe(1009)
  })

  it('is not made of a plain request of HTTP', async () => {
    const venue = await venueOf()
    const answer = await fetch(`http://${venue.host}:${venue.port}/`)
    expect(answer.status).toBe(426)
  })

  it('that begins and never asks is closed in time', async () => {
    const venue = await venueOf({ times: { idleMs: 300 } })
    const socket = connectTcp({ host: venue.host, port: venue.port })
    open.push({ close: () => socket.destroy() })
    socket.write('GET / HTTP/1.1\r\n')
    await new Promise(resolve => socket.resume().on('close', resolve))
  })

  it('ends with the venue', async () => {
    const venue = await venueOf()
    const socket = await opened(new WebSocket(`ws://${venue.host}:${venue.port}`))
    const closing = closeOf(socket)
    await venue.close()
    expect((await closing)[0]).toBe(1006)
  })
})

it('refuses a port for JSON that is taken, and frees its own', async () => {
  const venue = await venueOf()
  const taken = startSimulator({ mode: { type: 'live-clock' }, tls: false, jsonPort: venue.port })
  await expect(taken).rejects.toMatchObject({ code: 'listen-failed' })
})
