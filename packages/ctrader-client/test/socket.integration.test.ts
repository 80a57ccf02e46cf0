import { type AddressInfo, createServer, type Server, type Socket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { tcpTransport, tlsTransport, type TransportListener } from '../src/index.ts'

const owned: { readonly server: Server; readonly sockets: Set<Socket> }[] = []

afterEach(async () => {
  for (const { server, sockets } of owned.splice(0)) {
    const closed = new Promise(resolve => server.close(resolve))
    for (const socket of sockets) socket.destroy()
    await closed
  }
})

async function listen(onSocket: (socket: Socket) => void = () => {}): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer(socket => {
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket)
  })
  owned.push({ server, sockets })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

function listener(): TransportListener & { readonly data: Buffer[]; readonly closed: Promise<unknown> } {
  const data: Buffer[] = []
  let onClose: (cause?: unknown) => void = () => {}
  const closed = new Promise<unknown>(resolve => {
    onClose = resolve
  })
  return { data, closed, onData: chunk => data.push(Buffer.from(chunk)), onClose }
}

const host = '127.0.0.1'

describe('tcpTransport', () => {
  it('carries bytes both ways, and everything sent before a close arrives', async () => {
    const port = await listen(socket => socket.on('data', chunk => socket.write(chunk)))
    const told = listener()
    const connection = await tcpTransport({ host, port }).open(told, { timeoutMs: 5000 })
    connection.send(Buffer.alloc(300_000, 7))
    connection.close()
    connection.send(Buffer.from('after the close'))
    expect(await told.closed).toBeUndefined()
  })

  it('reports a peer that closes', async () => {
    const port = await listen(socket => socket.end('bye'))
    const told = listener()
    await tcpTransport({ host, port }).open(told, { timeoutMs: 5000 })
    expect(await told.closed).toBeUndefined()
    expect(Buffer.concat(told.data).toString()).toBe('bye')
  })

  it('says that nothing listens', async () => {
    const port = await listen()
    await new Promise(resolve => owned[0]?.server.close(resolve))
    owned.length = 0
    await expect(tcpTransport({ host, port }).open(listener(), { timeoutMs: 5000 })).rejects.toMatchObject({
      code: 'connection-lost',
      details: { delivery: 'not-sent' },
      message: expect.stringContaining(`127.0.0.1:${port} (ECONNREFUSED). Nothing listens there`),
    })
  })

  it('gives up with the reason of the signal', async () => {
    const port = await listen()
    const reason = new Error('changed my mind')
    const signal = AbortSignal.abort(reason)
    await expect(tcpTransport({ host, port }).open(listener(), { timeoutMs: 5000, signal })).rejects.toBe(
      reason,
    )
  })
})

describe('tlsTransport', () => {
  it('gives up on a server that never finishes the handshake', async () => {
    const port = await listen()
    await expect(tlsTransport({ host, port }).open(listener(), { timeoutMs: 50 })).rejects.toThrow(
      'no answer within 50 ms',
    )
  })

  it('gives up on a server that does not speak TLS', async () => {
    const port = await listen(socket => socket.write('hello'))
    await expect(tlsTransport({ host, port }).open(listener(), { timeoutMs: 5000 })).rejects.toMatchObject({
      code: 'connection-lost',
    })
  })

  it('can be aborted while it connects, and leaves no socket behind', async () => {
    const abort = new AbortController()
    let gone: Promise<void> = Promise.resolve()
    const port = await listen(socket => {
      gone = new Promise(resolve => socket.on('close', () => resolve()))
      socket.resume()
      abort.abort(new Error('enough'))
    })
    const opening = tlsTransport({ host, port }).open(listener(), { timeoutMs: 5000, signal: abort.signal })
    await expect(opening).rejects.toThrow('enough')
    await gone
  })
})
