import { beforeAll, describe, expect, it } from 'vitest'
import { decodeMessage, encodeMessage, type PayloadType } from '../src/protocol/index.ts'
import {
  type ConformancePeer,
  type ConformanceServer,
  MemoryServer,
  transportConformance,
} from '../src/testing/index.ts'
import { certificateOf, startWireServer, type TestCertificate, type WireForm } from './wire-server.ts'

const FORMS: readonly WireForm[] = (['protobuf', 'json'] as const).flatMap(codec =>
  (['socket', 'websocket'] as const).flatMap(over => [true, false].map(tls => ({ codec, over, tls }))),
)

let certificate: TestCertificate
beforeAll(async () => {
  certificate = await certificateOf('localhost')
})

describe.each(FORMS)('the transport of $codec over $over (TLS: $tls)', form => {
  for (const { title, run } of transportConformance(() => startWireServer(form, certificate))) it(title, run)
})

/** The memory transport, seen as a server of the conformance suite. */
function memory(): Promise<ConformanceServer> {
  const waiting: (() => void)[] = []
  const server = new MemoryServer(() => {
    for (const wake of waiting.splice(0)) wake()
  })
  let read = 0
  let gone: () => void = () => {}
  const closed = new Promise<void>(resolve => {
    gone = resolve
  })
  const peer: ConformancePeer = {
    closed,
    send(...messages) {
      const frames = messages.map(({ payloadType, message, clientMsgId }) =>
        encodeMessage(payloadType, message, clientMsgId),
      )
      server.sendBytes(Buffer.concat(frames))
    },
    async receive() {
      while (server.received.length === read) await new Promise<void>(resolve => waiting.push(resolve))
      const { payload, payloadType, ...rest } = server.received[read++] as (typeof server.received)[number]
      const type = payloadType as PayloadType
      return { ...rest, payloadType: type, message: decodeMessage(type, payload) }
    },
    close: () => server.drop(),
    cut: () => server.drop(new TypeError('cut')),
  }
  const unreachable = new MemoryServer(() => {})
  unreachable.reachable = false
  return Promise.resolve({
    transport: {
      async open(listener, options) {
        const onClose = (cause?: unknown): void => {
          gone()
          listener.onClose(cause)
        }
        return server.transport.open({ onData: chunk => listener.onData(chunk), onClose }, options)
      },
    },
    nowhere: unreachable.transport,
    accept: () => Promise.resolve(peer),
    close: () => Promise.resolve(),
  })
}

describe('the memory transport', () => {
  for (const { title, run } of transportConformance(memory)) it(title, run)
})

it('a planted fault – a transport that forgets to say that it closed – fails the suite', async () => {
  const forgetful = async (): Promise<ConformanceServer> => {
    const server = await memory()
    const transport: ConformanceServer['transport'] = {
      open: (listener, options) =>
        server.transport.open(
          {
            onData: chunk => listener.onData(chunk),
            onClose: cause => {
              listener.onClose(cause)
              listener.onClose(cause)
            },
          },
          options,
        ),
    }
    return { ...server, transport }
  }
  const conditions = transportConformance(forgetful)
  const closing = conditions.find(({ title }) => title.startsWith('reports once that the server closed'))
  await expect(closing?.run()).rejects.toThrow()
})
