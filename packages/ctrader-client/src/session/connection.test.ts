import { describe, expect, it, vi } from 'vitest'
import { EventEmitter } from 'eventemitter3'
import { SYSTEM_CLOCK } from '../clock.ts'
import { SILENT } from '../options.ts'
import { encodeMessage } from '../protocol/message.ts'
import { MemoryServer } from '../testing/memory-transport.ts'
import { randomId } from '../random-id.ts'
import { createRateBudget } from './rate-budget.ts'
import { Connection } from './connection.ts'
import type { ServerEvents } from './server-events.ts'

const EXECUTION = { ctidTraderAccountId: 1, executionType: 3 }

async function open(
  onRequest: ConstructorParameters<typeof MemoryServer>[0] = () => {},
  requestTimeoutMs = 60_000,
) {
  const server = new MemoryServer(onRequest)
  const events = new EventEmitter<ServerEvents>()
  let onEnd: (cause: unknown) => void = () => {}
  const ended = new Promise<unknown>(resolve => {
    onEnd = resolve
  })
  const connection = await Connection.open({
    transport: server.transport,
    budget: createRateBudget(),
    connectTimeoutMs: 1000,
    requestTimeoutMs,
    logger: SILENT,
    clock: SYSTEM_CLOCK,
    events,
    leavesAtGoodbye: false,
    onEnd: (_, cause) => onEnd(cause),
  })
  return { server, connection, events, ended }
}

/** Sends a market order and keeps what it is told. */
function order(connection: Connection, clientMsgId: string) {
  const told: string[] = []
  const errors: unknown[] = []
  const params = { ctidTraderAccountId: 1, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100 }
  const ended = new Promise<void>(resolve => {
    connection.command(
      'newOrder',
      params,
      { clientMsgId },
      {
        onSent: () => told.push('sent'),
        onEvent: event => told.push(`event ${event.executionType}`),
        onEnd(error) {
          told.push('end')
          if (error !== undefined) errors.push(error)
          resolve()
        },
      },
    )
  })
  return { told, errors, ended }
}

describe('Connection', () => {
  it('[row 38] answers a query with the message of its id, whatever comes in between', async () => {
    const { server, connection } = await open((request, at) => {
      at.send(2105, { version: 'of another' }, 'foreign')
      at.send(2131, { ctidTraderAccountId: 1, symbolId: 1 })
      at.send(2105, { version: '91' }, request.clientMsgId)
    })
    expect((await connection.query('version', {})).version).toBe('91')
    expect(server.types).toEqual([2104])
    await connection.close()
  })

  it('[row 3] uses an id of its own for every request', async () => {
    const { server, connection } = await open((request, at) =>
      at.send(2105, { version: '' }, request.clientMsgId),
    )
    await Promise.all([connection.query('version', {}), connection.query('version', {})])
    const ids = server.received.map(({ clientMsgId }) => clientMsgId)
    expect(new Set(ids).size).toBe(2)
    expect(ids[0]).toMatch(/^[0-9a-f-]{36}$/)
    await connection.close()
  })

  it('refuses a query by either error message', async () => {
    const { connection } = await open((request, at) => {
      if (request.payloadType === 2104) at.send(50, { errorCode: 'UNSUPPORTED_MESSAGE' }, request.clientMsgId)
      else
        at.send(
          2142,
          { errorCode: 'INVALID_REQUEST', description: 'Trading account is not authorized' },
          request.clientMsgId,
        )
    })
    await expect(connection.query('version', {})).rejects.toMatchObject({
      code: 'request-refused',
      details: { serverCode: 'UNSUPPORTED_MESSAGE' },
    })
    await expect(connection.query('trader', { ctidTraderAccountId: 1 })).rejects.toThrow('not authorized')
    await connection.close()
  })

  it('settles everything that waits when the link breaks, a command as unknown', async () => {
    const { server, connection } = await open()
    const query = connection.query('version', {})
    const command = order(connection, 'c')
    await vi.waitFor(() => expect(server.received).toHaveLength(2))
    server.drop(new Error('ECONNRESET'))
    await expect(query).rejects.toMatchObject({ code: 'connection-lost', retryable: true })
    await command.ended
    expect(command.errors).toMatchObject([
      { code: 'connection-lost', retryable: false, details: { delivery: 'unknown' } },
    ])
  })

  it('says what the server gave as its reason to disconnect', async () => {
    const { server, ended } = await open()
    server.send(2148, { reason: 'application blocked' })
    server.drop()
    expect(String(await ended)).toContain('application blocked')
  })

  it('refuses what comes after the end as not sent', async () => {
    const { connection } = await open()
    await connection.close()
    await expect(connection.query('version', {})).rejects.toMatchObject({
      code: 'connection-lost',
      details: { delivery: 'not-sent' },
    })
    const late = order(connection, 'late')
    expect(late.told).toEqual(['sent', 'end'])
    expect(late.errors).toMatchObject([{ details: { delivery: 'not-sent' } }])
  })

  it('times a query out', async () => {
    const { connection } = await open(() => {}, 5)
    await expect(connection.query('version', {})).rejects.toMatchObject({
      code: 'request-timeout',
      details: { method: 'version' },
    })
    await connection.close()
  })

  it.each([
    ['an order error', 2132, { ctidTraderAccountId: 1, errorCode: 'NOT_ENOUGH_MONEY' }],
    ['an error answer', 2142, { errorCode: 'NOT_ENOUGH_MONEY' }],
    ['a proxy error', 50, { errorCode: 'NOT_ENOUGH_MONEY' }],
    [
      'a rejecting execution',
      2126,
      { ctidTraderAccountId: 1, executionType: 7, errorCode: 'NOT_ENOUGH_MONEY' },
    ],
  ] as const)('refuses a command by %s', async (_name, payloadType, message) => {
    const { connection } = await open((request, at) =>
      at.send(payloadType, message as never, request.clientMsgId),
    )
    const refused = order(connection, 'c')
    await refused.ended
    expect(refused.told).toEqual(['sent', 'end'])
    expect(refused.errors).toMatchObject([
      { code: 'order-rejected', details: { serverCode: 'NOT_ENOUGH_MONEY' } },
    ])
    await connection.close()
  })

  it('gives an order that has left its deadline though the next id cannot be made', async () => {
    const { server, connection } = await open(() => {}, 20)
    // Uses up the one made ahead.
    randomId()
    vi.stubGlobal('crypto', {
      randomUUID: () => {
        throw new RangeError('no entropy')
      },
    })
    try {
      const sent = order(connection, 'c')
      expect([sent.told, server.types]).toEqual([['sent'], [2106]])
      await sent.ended
      expect(sent.told).toEqual(['sent', 'end'])
      expect(sent.errors).toMatchObject([{ code: 'request-timeout', details: { delivery: 'unknown' } }])
    } finally {
      vi.unstubAllGlobals()
    }
    await connection.close()
  })

  it('tells listeners of a refusal that is no event of its own, before the caller', async () => {
    const order_: string[] = []
    const { connection, events } = await open((request, at) =>
      at.send(2142, { errorCode: 'INVALID_REQUEST' }, request.clientMsgId),
    )
    events.on('command-refused', (method, refusal, id, account) =>
      order_.push(`${method} ${refusal.serverCode} ${id} of account ${account}`),
    )
    const refused = order(connection, 'c')
    await refused.ended
    expect(order_).toEqual(['newOrder INVALID_REQUEST c of account 1'])
    await connection.close()
  })

  it('delivers the messages of one read in order and before the read returns', async () => {
    const { server, connection, events } = await open()
    const seen: string[] = []
    events.on('spot', event => seen.push(`spot ${event.bid}`))
    events.on('execution', (event, id) => seen.push(`execution ${event.executionType} ${id}`))
    events.on('order-error', event => seen.push(event.errorCode))
    server.sendBytes(
      Buffer.concat([
        encodeMessage(2131, { ctidTraderAccountId: 1, symbolId: 1, bid: 5 }),
        encodeMessage(2126, EXECUTION, 'x'),
        encodeMessage(2132, { ctidTraderAccountId: 1, errorCode: 'MARKET_CLOSED' }),
        encodeMessage(2131, { ctidTraderAccountId: 1, symbolId: 1, bid: 6 }),
      ]),
    )
    expect(seen).toEqual(['spot 5', 'execution 3 x', 'MARKET_CLOSED', 'spot 6'])
    await connection.close()
  })

  it('drops a damaged message and lives on', async () => {
    const { server, connection, events } = await open()
    const seen: (number | undefined)[] = []
    events.on('spot', event => seen.push(event.bid))
    const broken = encodeMessage(2131, { ctidTraderAccountId: 1, symbolId: 1, bid: 5 }).slice()
    broken[broken.length - 1] = 0x80
    server.sendBytes(broken)
    server.send(2131, { ctidTraderAccountId: 1, symbolId: 1, bid: 7 })
    expect([seen, connection.closed]).toEqual([[7], false])
    await connection.close()
  })

  it('closes when the stream cannot be followed any further', async () => {
    const { server, ended } = await open()
    server.sendBytes(Uint8Array.of(0xff, 0xff, 0xff, 0xff))
    expect(await ended).toMatchObject({ code: 'protocol-violation' })
    expect(server.open).toBe(false)
  })

  it('[row 2] hands a message of an unknown type on as it came', async () => {
    const { server, connection, events } = await open()
    const seen: number[] = []
    events.on('unknown', payloadType => seen.push(payloadType))
    server.sendBytes(Buffer.from([0, 0, 0, 3, 0x08, 0x8f, 0x4e]))
    expect(seen).toEqual([9999])
    await connection.close()
  })
})

describe('a command that waits for its turn', () => {
  it('never leaves once it is withdrawn, and says so; one that has left stays', async () => {
    const { server, connection } = await open()
    const withdrawal = new AbortController()
    const params = { ctidTraderAccountId: 1, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100 }
    const ends: unknown[] = []
    for (let i = 0; i < 15; i++)
      connection.command(
        'newOrder',
        params,
        { withdrawal: withdrawal.signal },
        { onEvent() {}, onEnd: error => ends.push(error) },
      )
    await vi.waitFor(() => expect(server.types).toHaveLength(10))
    withdrawal.abort(new Error('paused'))
    await vi.waitFor(() => expect(ends).toHaveLength(5))
    for (const end of ends)
      expect(end).toMatchObject({ code: 'withdrawn', details: { method: 'newOrder', delivery: 'not-sent' } })
    await expect(connection.query('version', {}, { timeoutMs: 400 })).rejects.toThrow('request-timeout')
    expect(server.types.filter(type => type === 2106)).toHaveLength(10)
    connection.destroy(new Error('over'))
    expect(ends).toHaveLength(15)
  })

  it('leaves in the turn of the call while the limit allows it', async () => {
    const { server, connection } = await open()
    const params = { ctidTraderAccountId: 1, symbolId: 1, orderType: 1, tradeSide: 1, volume: 100 }
    connection.command('newOrder', params, {}, { onEvent() {}, onEnd() {} })
    expect(server.types).toEqual([2106])
    connection.destroy(new Error('over'))
  })
})

describe('Connection in a replay', () => {
  it('writes an order before the call returns, under its given id, and the mark behind it', async () => {
    const { server, connection, events } = await open()
    connection.enterReplay({ gate: 'lookahead', polling: false })
    const { replay } = connection
    events.on('spot', () => {
      const place = replay?.reserve()
      if (place === undefined) return
      order(connection, place.clientMsgId)
      place.release()
    })
    server.send(2128, { ctidTraderAccountId: 1 })
    server.send(2131, { ctidTraderAccountId: 1, symbolId: 1, bid: 5 })
    expect(server.received.map(({ clientMsgId }) => clientMsgId)).toEqual(['1.1'])
    await new Promise(resolve => setImmediate(resolve))
    expect(server.received.map(({ payloadType, clientMsgId }) => [payloadType, clientMsgId])).toEqual([
      [2106, '1.1'],
      [51, '1'],
    ])
    server.drop()
  })

  it('counts spots, executions and order errors after the subscription, and nothing else', async () => {
    const { server, connection } = await open()
    connection.enterReplay({ gate: 'lookahead', polling: true })
    server.send(2126, EXECUTION)
    server.send(2128, { ctidTraderAccountId: 1 })
    server.send(2131, { ctidTraderAccountId: 1, symbolId: 1 })
    server.send(2126, EXECUTION)
    server.send(2132, { ctidTraderAccountId: 1, errorCode: 'X' })
    server.send(51, {})
    server.send(2120, { ctidTraderAccountId: 1, symbolId: [1] })
    expect(connection.replay?.current).toBe(3)
    await connection.close()
  })

  it('lets nobody see or count what comes between a decision and the answer to its barrier', async () => {
    const { server, connection, events } = await open()
    connection.enterReplay({ gate: 'rewind', polling: false })
    const { replay } = connection
    const seen: (number | undefined)[] = []
    events.on('execution', () => seen.push(0))
    events.on('order-error', () => seen.push(0))
    events.on('spot', ({ bid }) => {
      seen.push(bid)
      if (bid === 5) replay?.reserve()?.release()
    })
    const spot = (bid: number): void => server.send(2131, { ctidTraderAccountId: 1, symbolId: 1, bid })
    server.send(2128, { ctidTraderAccountId: 1 })
    for (const bid of [4, 5, 6]) spot(bid)
    server.send(2126, EXECUTION)
    server.send(2132, { ctidTraderAccountId: 1, errorCode: 'X' })
    await new Promise(resolve => setImmediate(resolve))
    expect(server.received.map(({ payloadType, clientMsgId }) => [payloadType, clientMsgId])).toEqual([
      [2104, '2'],
    ])
    spot(7)
    server.send(2105, { version: '91+replay-rewind' }, '2')
    spot(8)
    expect([seen, replay?.current]).toEqual([[4, 5, 8], 3])
    server.drop()
  })
})
