import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import { ACCOUNT_ID, frame, orderFrame, readFrames, varintField } from './wire.ts'

// The least that a client can do: a frame with a spot event comes in, a frame with an order goes out.

const SPOT = 2131

const socket = connect({
  host: '127.0.0.1',
  port: Number(process.env['BENCH_PORT']),
  ca: readFileSync(process.env['BENCH_CA_FILE'] ?? ''),
  servername: 'localhost',
})
socket.setNoDelay(true)
let orders = 0
readFrames(socket, payloadType => {
  if (payloadType === SPOT) socket.write(orderFrame(ACCOUNT_ID, `order-${orders++}`))
})
socket.once('secureConnect', () => socket.write(frame(2127, varintField(2, ACCOUNT_ID))))
