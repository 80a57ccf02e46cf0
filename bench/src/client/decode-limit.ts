import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { decodeMeter } from './decode-meter.ts'
import { frame, varintField } from './wire.ts'

// The least that a client can do: find frames in the socket's chunks, read the varints of a spot event by hand into
// a fresh object, and hand it to a function found by payload type. No correlation, no reconnect, no checks.

interface Spot {
  readonly symbolId: number
  readonly bid: number
  readonly ask: number
  readonly at: number
}

const onMessage = decodeMeter(Number(process.argv[2]))
const handlers = new Map<number, (spot: Spot) => void>([[2131, spot => onMessage(spot.ask)]])

let bytes: Buffer = Buffer.alloc(0)
let at = 0
function varint(): number {
  let byte = bytes[at++] ?? 0
  if (byte < 128) return byte
  let value = byte & 127
  let factor = 128
  do {
    byte = bytes[at++] ?? 0
    value += (byte & 127) * factor
    factor *= 128
  } while (byte >= 128)
  return value
}

function readSpot(end: number): Spot {
  let symbolId = 0
  let bid = 0
  let ask = 0
  let time = 0
  while (at < end) {
    const key = varint()
    const value = varint()
    if (key === 24) symbolId = value
    else if (key === 32) bid = value
    else if (key === 40) ask = value
    else if (key === 64) time = value
  }
  return { symbolId, bid, ask, at: time }
}

function readFrame(end: number): void {
  let payloadType = 0
  while (at < end) {
    const key = varint()
    if (key === 8) payloadType = varint()
    else {
      const length = varint()
      const handler = key === 18 ? handlers.get(payloadType) : undefined
      if (handler === undefined) at += length
      else handler(readSpot(at + length))
    }
  }
}

const socket = connect({
  host: '127.0.0.1',
  port: Number(process.env['BENCH_PORT']),
  ca: readFileSync(process.env['BENCH_CA_FILE'] ?? ''),
  servername: 'localhost',
})
socket.once('secureConnect', () => socket.write(frame(2127, varintField(2, 1))))
let rest: Buffer = Buffer.alloc(0)
socket.on('data', (chunk: Buffer) => {
  bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
  at = 0
  while (bytes.length - at >= 4) {
    const end = at + 4 + bytes.readUInt32BE(at)
    if (end > bytes.length) break
    at += 4
    readFrame(end)
    at = end
  }
  rest = bytes.subarray(at)
})
