import { readFileSync } from 'node:fs'
import { connect } from 'node:tls'
import type { Sample } from '../row.ts'
import { flood } from './order-flood.ts'
import { ACCOUNT_ID, orderFrame, readFrames } from './wire.ts'

// Fifty orders in each second and not one for exits; what is above is forgotten.

const ALLOWED_PER_SECOND = 50
const EXECUTION = 2126

const seconds = Number(process.argv[2])
const socket = connect({
  host: '127.0.0.1',
  port: Number(process.env['BENCH_PORT']),
  ca: readFileSync(process.env['BENCH_CA_FILE'] ?? ''),
  servername: 'localhost',
})
socket.setNoDelay(true)
let filled = 0
readFrames(socket, payloadType => {
  if (payloadType === EXECUTION) filled++
})
socket.once('secureConnect', async () => {
  const startMs = performance.now()
  let sent = 0
  const wanted = await flood(seconds, () => {
    const second = Math.floor((performance.now() - startMs) / 1000)
    if (sent < (Math.min(second, seconds - 1) + 1) * ALLOWED_PER_SECOND)
      socket.write(orderFrame(ACCOUNT_ID, `order-${sent++}`))
  })
  const figures = {
    sent: filled,
    tokensUsed: (100 * filled) / (ALLOWED_PER_SECOND * seconds),
    lost: wanted - filled,
  }
  process.stdout.write(`${JSON.stringify({ figures } satisfies Sample)}\n`)
  process.exit(0)
})
