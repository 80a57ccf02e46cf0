import { createServer as createPlain, type AddressInfo, type Server, type Socket } from 'node:net'
import { createServer as createHttp } from 'node:http'
import { createServer as createTls } from 'node:tls'
import { generate } from 'selfsigned'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Codec, Transport } from '../src/index.ts'
import { tcpTransport, tlsTransport, webSocketTransport } from '../src/index.ts'
import {
  decodeEnvelope,
  decodeMessage,
  encodeMessage,
  FrameDecoder,
  type PayloadType,
} from '../src/protocol/index.ts'
import type { ConformanceMessage, ConformancePeer, ConformanceServer } from '../src/testing/index.ts'

/** How a test server speaks. */
export interface WireForm {
  readonly codec: Codec
  readonly over: 'socket' | 'websocket'
  readonly tls: boolean
}

export interface TestCertificate {
  readonly key: string
  readonly cert: string
}

/** A certificate of its own for a host. */
export async function certificateOf(host: string): Promise<TestCertificate> {
  const made = await generate([{ name: 'commonName', value: host }], {
    keyType: 'ec',
    curve: 'P-256',
    algorithm: 'sha256',
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'subjectAltName', altNames: [{ type: 2, value: host }] },
    ],
  })
  return { key: made.private, cert: made.cert }
}

/** Objects of a JSON stream, found the slow way: where a brace meets a brace and the text before it parses. */
function* objectsOf(text: string): Generator<[object, string]> {
  let rest = text
  for (let end = 0; end >= 0 && rest !== ''; ) {
    const next = rest.indexOf('}{', end)
    end = next < 0 ? rest.length : next + 1
    let found: object
    try {
      found = JSON.parse(rest.slice(0, end)) as object
    } catch {
      if (next < 0) return
      continue
    }
    rest = rest.slice(end)
    yield [found, rest]
    end = 0
  }
}

/** Turns bytes or text of one client into messages, without the transcoder under test. */
class Reader {
  readonly #decoder = new FrameDecoder()
  readonly #take: (message: ConformanceMessage) => void
  #text = ''

  constructor(take: (message: ConformanceMessage) => void) {
    this.#take = take
  }

  frames(bytes: Uint8Array): void {
    this.#decoder.push(bytes, body => this.body(body))
  }

  body(body: Uint8Array): void {
    const { clientMsgId, payload, payloadType } = decodeEnvelope(body)
    const message = decodeMessage(payloadType as PayloadType, payload)
    this.#take({
      payloadType: payloadType as PayloadType,
      message,
      ...(clientMsgId === undefined ? {} : { clientMsgId }),
    })
  }

  json(text: string): void {
    this.#text += text
    // Only the slow way needs the end of the last object here.
    if (!this.#text.endsWith('}')) return
    for (const [found, rest] of objectsOf(this.#text)) {
      this.#text = rest
      const { payload = {}, ...envelope } = found as { payload?: object; payloadType: PayloadType }
      const lists =
        envelope.payloadType === 2131
          ? { trendbar: [] }
          : envelope.payloadType === 2115
            ? { archivedSymbol: [] }
            : {}
      this.#take({ ...envelope, message: { ...payload, ...lists } as never })
    }
  }
}

function jsonOf({ payloadType, message, clientMsgId }: ConformanceMessage): string {
  return JSON.stringify({ clientMsgId, payloadType, payload: message })
}

class Peer implements ConformancePeer {
  readonly closed: Promise<void>
  readonly #form: WireForm
  readonly #socket: Socket
  readonly #webSocket: WebSocket | undefined
  readonly #held: ConformanceMessage[] = []
  #wake: () => void = () => {}

  constructor(form: WireForm, socket: Socket, webSocket: WebSocket | undefined) {
    this.#form = form
    this.#socket = socket
    this.#webSocket = webSocket
    this.closed = new Promise(resolve => socket.on('close', () => resolve()))
    const reader = new Reader(message => {
      this.#held.push(message)
      this.#wake()
    })
    socket.on('error', () => {})
    webSocket?.on('error', () => {})
    if (webSocket !== undefined)
      webSocket.on('message', (data: Buffer) =>
        form.codec === 'json' ? reader.json(data.toString()) : reader.body(data),
      )
    else if (form.codec === 'json') socket.setEncoding('utf8').on('data', text => reader.json(String(text)))
    else socket.on('data', bytes => reader.frames(bytes))
  }

  send(...messages: readonly ConformanceMessage[]): void {
    const bodies = messages.map(({ payloadType, message, clientMsgId }) =>
      encodeMessage(payloadType, message, clientMsgId),
    )
    const texts = messages.map(jsonOf)
    const isJson = this.#form.codec === 'json'
    if (this.#webSocket === undefined) this.#socket.write(isJson ? texts.join('') : Buffer.concat(bodies))
    else
      for (const [i, text] of texts.entries())
        this.#webSocket.send(isJson ? text : (bodies[i] as Uint8Array).subarray(4))
  }

  async receive(): Promise<ConformanceMessage> {
    for (;;) {
      const first = this.#held.shift()
      if (first !== undefined) return first
      await new Promise<void>(resolve => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    if (this.#webSocket === undefined) this.#socket.end()
    else this.#webSocket.close(1000, 'Bye')
  }

  cut(): void {
    // What lies below TLS cannot be reset from above it.
    if (this.#form.tls) this.#socket.destroy()
    else this.#socket.resetAndDestroy()
  }

  stopReading(): void {
    if (this.#webSocket === undefined) this.#socket.pause()
    else this.#webSocket.pause()
  }
}

function transportTo(form: WireForm, port: number, ca: string): Transport {
  const endpoint = { host: 'localhost', port, codec: form.codec, ...(form.tls ? { ca } : {}) }
  if (form.over === 'websocket') return webSocketTransport({ ...endpoint, tls: form.tls })
  return form.tls ? tlsTransport(endpoint) : tcpTransport(endpoint)
}

async function listening(server: Server): Promise<number> {
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  return (server.address() as AddressInfo).port
}

/** A small server of one form, whose connections a conformance test drives. */
export async function startWireServer(
  form: WireForm,
  certificate: TestCertificate,
): Promise<ConformanceServer> {
  const sockets = new Set<Socket>()
  const peers: Peer[] = []
  let wake: () => void = () => {}
  const add = (socket: Socket, webSocket?: WebSocket): void => {
    peers.push(new Peer(form, socket, webSocket))
    wake()
  }
  const http = createHttp()
  const upgrades = new WebSocketServer({ noServer: true })
  http.on('upgrade', (request, socket, head) =>
    upgrades.handleUpgrade(request, socket, head, webSocket => add(socket as Socket, webSocket)),
  )
  const onSocket = (socket: Socket): void => {
    if (form.over === 'socket') add(socket)
    else http.emit('connection', socket)
  }
  const server = form.tls ? createTls(certificate, onSocket) : createPlain(onSocket)
  const silent = createPlain(socket => socket.resume())
  for (const each of [server, silent])
    each.on('connection', (socket: Socket) => {
      sockets.add(socket)
      socket.on('error', () => {})
    })
  const port = await listening(server)
  const gone = createPlain()
  const goneAt = await listening(gone)
  await new Promise(resolve => gone.close(resolve))
  return {
    transport: transportTo(form, port, certificate.cert),
    nowhere: transportTo(form, goneAt, certificate.cert),
    // A plain socket is open as soon as it is connected.
    ...(form.tls || form.over === 'websocket'
      ? { mute: transportTo(form, await listening(silent), certificate.cert) }
      : {}),
    async accept() {
      for (;;) {
        const peer = peers.shift()
        if (peer !== undefined) return peer
        await new Promise<void>(resolve => {
          wake = resolve
        })
      }
    },
    async close() {
      const closed = [server, silent].map(each => new Promise(resolve => each.close(resolve)))
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}
