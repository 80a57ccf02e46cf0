import type { Duplex } from 'node:stream'

// The few bytes of the protocol that the bench server and the hand-written limit need.

/** The account of every contestant. */
export const ACCOUNT_ID = 1

function varint(value: number): number[] {
  const bytes: number[] = []
  let rest = value
  while (rest > 127) {
    bytes.push((rest % 128) | 128)
    rest = Math.floor(rest / 128)
  }
  bytes.push(rest)
  return bytes
}

/** A protobuf field of wire type 0. */
export function varintField(number: number, value: number): Buffer {
  return Buffer.from([...varint(number * 8), ...varint(value)])
}

function bytesField(number: number, value: Buffer): Buffer {
  return Buffer.concat([Buffer.from([...varint(number * 8 + 2), ...varint(value.length)]), value])
}

/** A length-prefixed envelope. */
export function frame(payloadType: number, payload: Buffer, clientMsgId?: string): Buffer {
  const parts = [varintField(1, payloadType), bytesField(2, payload)]
  if (clientMsgId !== undefined) parts.push(bytesField(3, Buffer.from(clientMsgId)))
  const body = Buffer.concat(parts)
  const prefix = Buffer.alloc(4)
  prefix.writeUInt32BE(body.length)
  return Buffer.concat([prefix, body])
}

/** The spot event number `i`: both sides and a timestamp, as a server sends it. */
export function spotFrame(accountId: number, i: number): Buffer {
  const bid = 265_000_000 + ((i * 37) % 5000) * 10
  return frame(
    2131,
    Buffer.concat([
      varintField(2, accountId),
      varintField(3, 41),
      varintField(4, bid),
      varintField(5, bid + 2500),
      varintField(8, 1_736_150_400_000 + i * 250),
    ]),
  )
}

/** An execution event of a type that answers a request. */
export function executionFrame(
  accountId: number,
  executionType: number,
  clientMsgId: string | undefined,
): Buffer {
  return frame(2126, Buffer.concat([varintField(2, accountId), varintField(3, executionType)]), clientMsgId)
}

/** A market order to buy 0.01 lots of gold. */
export function orderFrame(accountId: number, clientMsgId: string): Buffer {
  const fields = [
    varintField(2, accountId),
    varintField(3, 41),
    varintField(4, 1),
    varintField(5, 1),
    varintField(6, 100),
  ]
  return frame(2106, Buffer.concat(fields), clientMsgId)
}

/** Reads envelopes off a socket by hand; gives payload type and clientMsgId of each. */
export function readFrames(
  socket: Duplex,
  onFrame: (payloadType: number, clientMsgId: string | undefined) => void,
): void {
  let rest: Buffer = Buffer.alloc(0)
  socket.on('data', (chunk: Buffer) => {
    rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    while (rest.length >= 4 && rest.length >= 4 + rest.readUInt32BE(0)) {
      const end = 4 + rest.readUInt32BE(0)
      readEnvelope(rest.subarray(4, end), onFrame)
      rest = rest.subarray(end)
    }
  })
}

function readEnvelope(
  body: Buffer,
  onFrame: (payloadType: number, clientMsgId: string | undefined) => void,
): void {
  let at = 0
  let payloadType = 0
  let clientMsgId: string | undefined
  const read = (): number => {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = body[at++] ?? 0
      value += (byte & 127) * factor
      if (byte < 128) return value
      factor *= 128
    }
  }
  while (at < body.length) {
    const key = read()
    if (key === 8) payloadType = read()
    else {
      const length = read()
      if (key === 26) clientMsgId = body.toString('utf8', at, at + length)
      at += length
    }
  }
  onFrame(payloadType, clientMsgId)
}
