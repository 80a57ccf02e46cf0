import { createServer as createPlain, type AddressInfo, type Server } from 'node:net'
import { createServer as createTls, type TlsOptions } from 'node:tls'
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  connect,
  type ConnectOptions,
  type ServerAddress,
  tcpTransport,
  tlsTransport,
  type Transport,
  webSocketTransport,
} from '../src/index.ts'
import { certificateOf, type TestCertificate } from './wire-server.ts'

const servers: Server[] = []
const complaints: string[] = []
let own: TestCertificate
let other: TestCertificate

beforeAll(async () => {
  own = await certificateOf('localhost')
  other = await certificateOf('other.example')
})
afterEach(async () => {
  vi.unstubAllEnvs()
  complaints.length = 0
  for (const server of servers.splice(0)) await new Promise(resolve => server.close(resolve))
})

async function listen(options: TlsOptions): Promise<number> {
  const server = createTls(options, socket => socket.end()).on('tlsClientError', error =>
    complaints.push(error.message),
  )
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  return (server.address() as AddressInfo).port
}

const nobody = { onData() {}, onClose() {} }
const open = (transport: Transport) => transport.open(nobody, { timeoutMs: 5000 })

describe.each([
  ['TLS', tlsTransport],
  ['WebSocket', webSocketTransport],
] as const)('verification over %s', (_, transportTo) => {
  it('refuses a certificate that nobody vouches for, also when the environment says otherwise', async () => {
    const port = await listen(own)
    const refused = {
      code: 'connection-lost',
      details: { delivery: 'not-sent' },
      message: expect.stringContaining('not trusted'),
    }
    await expect(open(transportTo({ host: 'localhost', port }))).rejects.toMatchObject(refused)
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0')
    await expect(open(transportTo({ host: 'localhost', port }))).rejects.toMatchObject(refused)
  })

  it('refuses a trusted certificate of another name', async () => {
    const port = await listen(other)
    await expect(open(transportTo({ host: 'localhost', port, ca: other.cert }))).rejects.toThrow(
      'ERR_TLS_CERT_ALTNAME_INVALID',
    )
  })

  it('refuses a server that speaks TLS 1.1 at best', async () => {
    const port = await listen({
      ...own,
      minVersion: 'TLSv1',
      maxVersion: 'TLSv1.1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    })
    await expect(open(transportTo({ host: 'localhost', port, ca: own.cert }))).rejects.toMatchObject({
      code: 'connection-lost',
    })
    await vi.waitFor(() => expect(complaints.join()).toContain('unsupported protocol'))
  })
})

const BROKER = [
  'demo.ctraderapi.com',
  'live.ctraderapi.com',
  'LIVE.cTraderAPI.com.',
  'live1.p.ctrader.com',
  ' demo.ctraderapi.com',
]

describe('the servers of the broker', () => {
  it.each(BROKER)('are never reached as %j with a certificate of one’s own or without TLS', async host => {
    const application = { clientId: 'a', clientSecret: 'b' }
    const refused = expect.objectContaining({ code: 'invalid-argument' })
    const weaker: readonly Partial<ServerAddress>[] = [
      { ca: own.cert },
      { tls: false },
      { tls: false, ca: own.cert },
      { ca: [] },
    ]
    for (const weak of weaker)
      for (const over of ['socket', 'websocket'] as const)
        for (const codec of ['protobuf', 'json'] as const) {
          const options: ConnectOptions = {
            environment: { host, port: 1, ...weak },
            application,
            over,
            codec,
          }
          await expect(connect(options)).rejects.toThrow(refused)
        }
    const endpoint = { host, port: 1, ca: own.cert }
    for (const make of [
      () => tcpTransport({ host, port: 1 }),
      () => tlsTransport(endpoint),
      () => webSocketTransport(endpoint),
    ])
      expect(make).toThrow(refused)
  })

  it('are not mistaken for others whose names look alike', () => {
    for (const host of ['ctraderapi.com.example', 'myctraderapi.com', 'localhost'])
      expect(() => tlsTransport({ host, port: 1, ca: own.cert })).not.toThrow()
  })
})

it('does not follow a WebSocket server that sends it elsewhere', async () => {
  const server = createPlain(socket => {
    socket
      .once('data', () => socket.end('HTTP/1.1 302 Found\r\nLocation: ws://localhost:1/\r\n\r\n'))
      .on('error', () => {})
    socket.on('end', () => socket.destroy())
  })
  servers.push(server)
  await new Promise<void>(resolve => server.listen(0, 'localhost', resolve))
  const { port } = server.address() as AddressInfo
  await expect(open(webSocketTransport({ host: 'localhost', port, tls: false }))).rejects.toThrow('302')
})
